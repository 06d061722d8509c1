import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { permitted } from "../users/access.ts";
import { Invite, inviteView, MOST_INVITES } from "./invite.ts";
import { invitesOf } from "./statements.ts";

export const listInvites = operation({
  name: "invite.list",
  summary: "The invites of the community, newest first, without their codes. Spent ones go when the next is made.",
  input: () => z.object({}),
  output: () => z.object({ invites: z.array(Invite) }),
  access: { by: permitted("manage_server") },
  async run({ store, actor, now }) {
    // Spent ones are removed only by the next, and so may be as many again.
    const rows = await store.all(invitesOf, { community: actor.community, limit: 2 * MOST_INVITES });
    return { invites: rows.map((row) => inviteView(row, now())) };
  },
});
