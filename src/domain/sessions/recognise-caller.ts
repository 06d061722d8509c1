import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { identityBySubject, userById } from "../users/statements.ts";
import { Speaker } from "../users/user.ts";
import { sessionTokens } from "./tokens.ts";

export const recogniseCaller = operation({
  name: "session.recognise",
  summary: "Whose a session's token is, or a Rotur validator that was made for the key of a live session's connection.",
  input: () =>
    z.object({
      token: z.string().min(1).max(4096).meta({ secret: true }),
      key: z.string().min(1).max(1000).optional().meta({ secret: true }),
    }),
  output: () => z.object({ user: Speaker, session: z.string().optional() }),
  access: {},
  /** Counted by address, before anything else is done for a request. */
  pace: { burst: 60, perMinute: 120 },
  async run({ input, cell, store, rotur, settings }) {
    const tokens = cell(sessionTokens);
    const known = tokens.whose(input.token);
    let session = known?.session;
    let id = known?.user;
    // A validator made for the key of another server would be that server's to use here.
    const keyed = known || input.key === undefined ? undefined : tokens.whoseKey(input.key);
    if (keyed && rotur && settings.auth_mode !== "cracked-only") {
      const account = await rotur.validate(input.key!, input.token);
      const user = account && (await store.one(identityBySubject, { kind: "rotur", subject: account.id }))?.user_;
      if (account && user === undefined) throw new Refusal("not-signed-in", "credentials.stranger");
      if (user === keyed.user) ({ user: id, session } = keyed);
    }
    const user = id === undefined ? undefined : await store.one(userById, { id });
    if (!user) throw new Refusal("not-signed-in", "credentials");
    return { user: { id: user.id, name: user.name, realm: user.realm }, session };
  },
});
