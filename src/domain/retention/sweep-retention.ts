import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { permitted } from "../users/access.ts";
import { sweepers } from "./sweepers.ts";

export const sweepRetention = operation({
  name: "retention.sweep",
  summary: "Remove what is kept for a time only and whose time is up; asked again while there is more.",
  input: () => z.object({ most: z.int().min(1).max(1_000_000).default(20_000) }),
  output: () => z.object({ swept: z.record(z.string(), z.number()), more: z.boolean() }),
  access: { by: permitted("administrator") },
  async run(call) {
    const swept: Record<string, number> = {};
    for (const [name, sweep] of Object.entries(sweepers)) swept[name] = await sweep(call, call.input.most);
    return { swept, more: Object.values(swept).some((count) => count >= call.input.most) };
  },
});
