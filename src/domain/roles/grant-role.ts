import { z } from "zod";
import { type Made, type Call, operation } from "../../kernel/operation.ts";
import { type Member, memberByRef, permitted } from "../users/access.ts";
import { MemberView } from "../users/user.ts";
import { refuseUngrantable, refuseUnlessBelow, refuseUnlessOutranked } from "./hierarchy.ts";
import { replaceHeldRoles } from "./held-roles.ts";
import { MOST_ROLES } from "./role-fields.ts";
import { heldBy, roleByRef, rolesHere } from "./role-table.ts";
import type { Role } from "./role.ts";

const Given = () => z.object({ user: z.string().min(1).max(200), role: z.string().min(1).max(200) });
const access = { by: permitted("manage_users", "manage_roles"), table: rolesHere() };
const output = () => z.object({ member: MemberView });
type GivenCall = Call<Made<typeof Given>, typeof access>;

export const grantRole = operation({
  name: "role.grant",
  summary: "Give a member a role, after those they hold.",
  input: Given,
  output,
  access,
  async run(call) {
    const { target, role } = await lowerMember(call);
    refuseUngrantable(call.access.by, role);
    const held = heldBy(target, call.access.table);
    const next = held.some(({ id }) => id === role.id) ? held : [...held, role];
    return { member: await replaceHeldRoles(call, target, next, rolesSet(target.user, next)) };
  },
});

export const revokeRole = operation({
  name: "role.revoke",
  summary: "Take a role from a member.",
  input: Given,
  output,
  access,
  async run(call) {
    const { target, role } = await lowerMember(call);
    refuseUnlessBelow(call.access.by, role);
    const next = heldBy(target, call.access.table).filter(({ id }) => id !== role.id);
    return { member: await replaceHeldRoles(call, target, next, rolesSet(target.user, next)) };
  },
});

export const setMemberRoles = operation({
  name: "member.set-roles",
  summary: "Give a member exactly these roles, in this order; the first gives the colour.",
  input: () => z.object({ user: z.string().min(1).max(200), roles: z.array(z.string().min(1).max(200)).max(MOST_ROLES) }),
  output,
  access,
  async run(call) {
    const { by, table } = call.access;
    const target = await memberByRef(call, call.input.user);
    const next = [...new Set(call.input.roles.map((ref) => roleByRef(table, ref, "role.unknown")))];
    refuseUnlessOutranked(by, target);
    for (const role of next) if (!target.roles.some(({ id }) => id === role.id)) refuseUngrantable(by, role);
    for (const role of target.roles) if (!next.some(({ id }) => id === role.id)) refuseUnlessBelow(by, role);
    return { member: await replaceHeldRoles(call, target, next, rolesSet(target.user, next)) };
  },
});

/** Whom the call names, if they stand low enough, and the role it names. */
async function lowerMember(call: GivenCall): Promise<{ target: Member; role: Role }> {
  const target = await memberByRef(call, call.input.user);
  const role = roleByRef(call.access.table, call.input.role, "role.unknown");
  refuseUnlessOutranked(call.access.by, target);
  return { target, role };
}

const rolesSet = (target: { id: string; name: string }, roles: readonly Role[]) => ({
  action: "user_roles_set" as const,
  target: { id: target.id, name: target.name },
  details: { roles: roles.map(({ name }) => name) },
});
