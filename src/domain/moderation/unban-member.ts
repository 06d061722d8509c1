import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { Batch } from "../../storage/store.ts";
import { findUser, permitted } from "../users/access.ts";
import { Speaker } from "../users/user.ts";
import { recordAct } from "./modlog.ts";
import { memberUnbanned, Reason, UserRef } from "./moderation.ts";
import { banOf, deleteBan } from "./statements.ts";

export const unbanMember = operation({
  name: "member.unban",
  summary: "Lift a ban; the user may sign in again and has the roles they had.",
  input: () => z.object({ user: UserRef, reason: Reason.optional() }),
  /** `unbanned` is false when there was no ban. */
  output: () => z.object({ user: Speaker, unbanned: z.boolean() }),
  access: { by: permitted("manage_users", "ban_members") },
  async run(call) {
    const { input, actor, store, now } = call;
    const account = await findUser(call, input.user);
    if (!account) throw new Refusal("not-found", "user", { user: input.user });
    const user: Speaker = { id: account.id, name: account.name, realm: account.realm };
    const { community } = actor;
    if (!(await store.one(banOf, { community, user: user.id, now: now() }))) return { user, unbanned: false };
    const batch = new Batch().require(deleteBan, { community, user: user.id });
    recordAct(batch, call, { action: "user_unban", target: user, reason: input.reason });
    call.emit(batch, memberUnbanned, { operators: true }, { user });
    await store.commit(batch);
    return { user, unbanned: true };
  },
});
