import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { Batch } from "../../storage/store.ts";
import { recordAct } from "../moderation/modlog.ts";
import { connected } from "../presence/presence.ts";
import { refuseLastOwner, takeOwner } from "../roles/held-roles.ts";
import { byConsole, findUser, memberOf, signedIn } from "./access.ts";
import { memberDeparted, memberLeft } from "./member.ts";
import { deleteMember, deleteUser, disown, keepTimeout } from "./statements.ts";
import { Speaker } from "./user.ts";

export const leaveCommunity = operation({
  name: "member.leave",
  summary: "Leave the community. The account stays, and with it the name beside what was written, and a time-out.",
  input: () => z.object({}),
  output: () => z.object({ user: Speaker }),
  access: { member: signedIn() },
  async run(call) {
    const { member } = call.access;
    const { user } = member;
    if (user.realm === null) throw new Refusal("forbidden", "member.gone");
    const { community } = call.actor;
    await refuseLastOwner(call, member);
    const batch = new Batch();
    takeOwner(batch, community, member);
    batch.add(keepTimeout, { community, user: user.id }).require(deleteMember, { community, user: user.id });
    call.emit(batch, memberLeft, { community }, { user });
    call.emit(batch, memberDeparted, { user: user.id }, { user });
    await call.store.commit(batch);
    call.cell(connected).delete(user.id);
    return { user };
  },
});

export const removeUser = operation({
  name: "user.remove",
  summary: "Delete an account for good. What they wrote and made stays under their name with the mark (removed).",
  input: () => z.object({ user: z.string().min(1).max(200) }),
  output: () => z.object({ user: Speaker }),
  access: { by: byConsole() },
  async run(call) {
    const row = await findUser(call, call.input.user);
    if (!row) throw new Refusal("not-found", "user", { user: call.input.user });
    const user = { id: row.id, name: row.name, realm: row.realm };
    const { community } = call.actor;
    const member = await memberOf(call, user.id);
    const batch = new Batch();
    if (member) {
      await refuseLastOwner(call, member);
      takeOwner(batch, community, member);
    }
    const name = `${user.name} (removed)`;
    for (const statement of disown) batch.add(statement, { user: user.id, name });
    batch.require(deleteUser, { user: user.id });
    recordAct(batch, call, { action: "user_remove", target: { id: user.id, name: user.name } });
    call.emit(batch, memberLeft, { community }, { user });
    call.emit(batch, memberDeparted, { user: user.id }, { user });
    await call.store.commit(batch);
    call.cell(connected).delete(user.id);
    return { user };
  },
});
