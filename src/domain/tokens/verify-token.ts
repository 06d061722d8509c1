import { z } from "zod";

import { operation } from "../../kernel/operation.ts";
import { permitted } from "../users/access.ts";
import { LONGEST_TOKEN, Verification, verification } from "./verification.ts";

/** Says what a token claims, whether our key has signed it, and whether it is good now. */
export const verifyToken = operation({
  name: "token.verify",
  summary: "Explains a token and tells whether it is good.",
  input: () => z.strictObject({ token: z.string().min(1).max(LONGEST_TOKEN).meta({ secret: true }) }),
  output: () => z.object({ verification: Verification }),
  access: { asking: permitted("manage_server") },
  run: async (call) => ({ verification: await verification(call.input.token, call) }),
});
