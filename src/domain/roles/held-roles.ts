import type { Call } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { Batch } from "../../storage/store.ts";
import { type Act, recordAct } from "../moderation/modlog.ts";
import { visibleChannels } from "../channels/list-channels.ts";
import { seenView } from "../presence/seen.ts";
import type { Member } from "../users/access.ts";
import type { MemberView } from "../users/user.ts";
import { OWNER } from "./permissions.ts";
import { accessChanged, memberRolesChanged, type Role } from "./role.ts";
import { grantRole, lockRoles, revokeRoles, revokeUnlessLast, roleHolders } from "./statements.ts";

/** Nobody takes the owner's role from its last holder. */
export async function refuseLastOwner(call: Call<unknown, unknown>, member: Member): Promise<void> {
  const owner = member.roles.find(({ name }) => name === OWNER);
  if (!owner) return;
  const { community } = call.actor;
  const owners = await call.store.all(roleHolders, { community, role: owner.id, limit: 2 });
  if (owners.length < 2) throw new Refusal("forbidden", "role.last-owner");
}

/** The step by which a batch takes the owner's role, refused when meanwhile the other owners have lost theirs. */
export function takeOwner(batch: Batch, community: string, member: Member): void {
  const owner = member.roles.find(({ name }) => name === OWNER);
  if (owner) batch.add(lockRoles, { community }).require(revokeUnlessLast, { community, user: member.user.id, role: owner.id });
}

/**
 * Gives a member exactly these roles in this order and tells so. The right to do it has been proved before. Refused as a conflict when the
 * member lost a role meanwhile, so that nothing taken comes back by another change made at the same time.
 * @param more further steps of the same batch.
 */
export async function replaceHeldRoles(
  call: Call<unknown, unknown>,
  target: Member,
  roles: readonly Role[],
  act: Act | undefined,
  more: (batch: Batch) => void = () => {},
): Promise<MemberView> {
  const { community } = call.actor;
  const user = target.user.id;
  const member = seenView(call, { ...target, roles });
  const batch = new Batch();
  more(batch);
  const ids = roles.map(({ id }) => id);
  if (ids.join() !== target.roles.map(({ id }) => id).join()) {
    let held = target.roles;
    if (!roles.some(({ name }) => name === OWNER)) {
      await refuseLastOwner(call, target);
      takeOwner(batch, community, target);
      held = held.filter(({ name }) => name !== OWNER);
    }
    batch.require(revokeRoles, { community, user, roles: held.map(({ id }) => id) }, held.length);
    ids.forEach((role, place) => batch.add(grantRole, { community, user, role, place }));
    if (act) recordAct(batch, call, act);
    call.emit(batch, memberRolesChanged, { community }, { members: [member] });
    call.emit(batch, accessChanged, { user }, { user, relisted: await viewsOthers(call, target, { ...target, roles }) });
  }
  await call.store.commit(batch);
  return member;
}

/** Whether a member may view other channels than before. */
async function viewsOthers(call: Call<unknown, unknown>, before: Member, after: Member): Promise<boolean> {
  const [was, is] = [await visibleChannels(call, before), await visibleChannels(call, after)];
  return was.map(({ id }) => id).join() !== is.map(({ id }) => id).join();
}
