import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { identityBySubject, userById } from "../users/statements.ts";
import { Speaker } from "../users/user.ts";
import { sessionTokens } from "./tokens.ts";

export const recogniseCaller = operation({
  name: "session.recognise",
  summary: "Whose a session's token is, or, with the key it was made for, a Rotur validator.",
  input: z.object({
    token: z.string().min(1).max(4096).meta({ secret: true }),
    key: z.string().min(1).max(1000).optional().meta({ secret: true }),
  }),
  output: z.object({ user: Speaker, session: z.string().optional() }),
  access: {},
  /** Counted by address, before anything else is done for a request. */
  pace: { burst: 60, perMinute: 120 },
  async run({ input, cell, store, rotur, settings }) {
    const known = cell(sessionTokens).whose(input.token);
    const session = known?.session;
    let id = known?.user;
    if (!known && input.key !== undefined && rotur && settings.auth_mode !== "cracked-only") {
      const account = await rotur.validate(input.key, input.token);
      id = account && (await store.one(identityBySubject, { kind: "rotur", subject: account.id }))?.user_;
      if (account && id === undefined) throw new Refusal("not-signed-in", "credentials.stranger");
    }
    const user = id === undefined ? undefined : await store.one(userById, { id });
    if (!user) throw new Refusal("not-signed-in", "credentials");
    return { user: { id: user.id, name: user.name, realm: user.realm }, session };
  },
});
