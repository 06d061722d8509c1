import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { permitted } from "../users/access.ts";
import { Speaker } from "../users/user.ts";
import { bansOf } from "./statements.ts";

/** A longer list helps nobody; the oldest are left out. */
const MOST = 10_000;

export const listBans = operation({
  name: "ban.list",
  summary: "Who is banned now, newest first.",
  input: () => z.object({}),
  output: () =>
    z.object({
      bans: z.array(
        z.object({ user: Speaker, reason: z.string().nullable(), by: z.string(), at: z.number(), until: z.number().nullable() }),
      ),
    }),
  access: { by: permitted("manage_users", "ban_members") },
  async run({ actor, store, now }) {
    const rows = await store.all(bansOf, { community: actor.community, now: now(), limit: MOST });
    return {
      bans: rows.map((row) => ({
        user: { id: row.user_, name: row.name, realm: row.realm },
        reason: row.reason,
        by: row.banned_by,
        at: row.at,
        until: row.until,
      })),
    };
  },
});
