import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { permitted, memberByRef } from "../users/access.ts";
import { MemberView } from "../users/user.ts";
import { refuseUngrantable, refuseUnlessBelow, refuseUnlessOutranked } from "./hierarchy.ts";
import { replaceHeldRoles } from "./held-roles.ts";
import { MOST_ROLES } from "./role-fields.ts";
import { roleByRef, rolesHere } from "./role-table.ts";
import type { Role } from "./role.ts";

const Given = z.object({ user: z.string().min(1).max(200), role: z.string().min(1).max(200) });
const access = { by: permitted("manage_users", "manage_roles"), table: rolesHere() };
const output = z.object({ member: MemberView });

export const grantRole = operation({
  name: "role.grant",
  summary: "Give a member a role, after those they hold.",
  input: Given,
  output,
  access,
  async run(call) {
    const { by, table } = call.access;
    const target = await memberByRef(call, call.input.user);
    const role = roleByRef(table, call.input.role, "role.unknown");
    refuseUnlessOutranked(by, target);
    refuseUngrantable(by, role);
    const held = table.roles.filter(({ id }) => target.roles.some((one) => one.id === id));
    const ordered = target.roles.flatMap(({ id }) => held.find((one) => one.id === id) ?? []);
    const next = ordered.some(({ id }) => id === role.id) ? ordered : [...ordered, role];
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
    const { by, table } = call.access;
    const target = await memberByRef(call, call.input.user);
    const role = roleByRef(table, call.input.role, "role.unknown");
    refuseUnlessOutranked(by, target);
    refuseUnlessBelow(by, role);
    const next = target.roles.flatMap(({ id }) => (id === role.id ? [] : (table.roles.find((one) => one.id === id) ?? [])));
    return { member: await replaceHeldRoles(call, target, next, rolesSet(target.user, next)) };
  },
});

export const setMemberRoles = operation({
  name: "member.set-roles",
  summary: "Give a member exactly these roles, in this order; the first gives the colour.",
  input: z.object({ user: z.string().min(1).max(200), roles: z.array(z.string().min(1).max(200)).max(MOST_ROLES) }),
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

const rolesSet = (target: { id: string; name: string }, roles: readonly Role[]) => ({
  action: "user_roles_set" as const,
  target: { id: target.id, name: target.name },
  details: { roles: roles.map(({ name }) => name) },
});
