import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { signedIn } from "../users/access.ts";
import { sessionTokens } from "./tokens.ts";

export const issueToken = operation({
  name: "session.issue-token",
  summary:
    "A secret by which the acting user's session is known where it cannot speak itself (uploads over HTTP), until it ends.",
  input: () =>
    z.object({
      /** What validators of the Rotur service are made for on this session's connection. */
      key: z.string().min(1).max(1000).optional().meta({ secret: true }),
    }),
  output: () => z.object({ token: z.string() }),
  access: { member: signedIn() },
  async run({ input, actor, cell, random, rotur }) {
    if (!actor.session) throw new Refusal("not-signed-in", "session.anonymous");
    // Nobody can show a validator where no Rotur service is asked.
    const key = rotur && input.key;
    return { token: cell(sessionTokens).make({ user: actor.id, session: actor.session, secret: random(32), key }) };
  },
});
