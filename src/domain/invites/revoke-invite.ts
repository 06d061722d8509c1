import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { Batch } from "../../storage/store.ts";
import { recordAct } from "../moderation/modlog.ts";
import { permitted } from "../users/access.ts";
import { Invite, inviteView } from "./invite.ts";
import { deleteInvite, inviteById } from "./statements.ts";

export const revokeInvite = operation({
  name: "invite.revoke",
  summary: "End an invite: nobody can use it any more. Who came by it stays.",
  input: () => z.object({ id: z.string().min(1).max(100) }),
  output: () => z.object({ invite: Invite }),
  access: { by: permitted("manage_server") },
  async run(call) {
    const { input, actor, store, now } = call;
    const { community } = actor;
    const row = await store.one(inviteById, { community, id: input.id });
    if (!row) throw new Refusal("not-found", "invite", { invite: input.id });
    const batch = new Batch().require(deleteInvite, { community, id: row.id });
    recordAct(batch, call, { action: "invite_revoke", target: { id: row.id, name: row.note } });
    await store.commit(batch);
    return { invite: inviteView(row, now()) };
  },
});
