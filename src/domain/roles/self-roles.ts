import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { signedIn } from "../users/access.ts";
import { MemberView } from "../users/user.ts";
import { replaceHeldRoles } from "./held-roles.ts";
import { Role } from "./role.ts";
import { heldBy, roleByRef, rolesHere, type RoleTable } from "./role-table.ts";

const Given = () => z.object({ role: z.string().min(1).max(200) });
const output = () => z.object({ member: MemberView, role: Role });
const access = { by: signedIn(), table: rolesHere() };

function openRole(table: RoleTable, ref: string): Role {
  const role = roleByRef(table, ref);
  if (!role.selfAssignable) throw new Refusal("forbidden", "self-role.closed", { role: role.name });
  return role;
}

export const takeSelfRole = operation({
  name: "self-role.add",
  summary: "Take a role that members may take themselves.",
  input: Given,
  output,
  access,
  async run(call) {
    const { by, table } = call.access;
    const role = openRole(table, call.input.role);
    if (by.roles.some(({ id }) => id === role.id)) throw new Refusal("invalid-input", "self-role.held", { role: role.name });
    const next = [...heldBy(by, table), role];
    const act = { action: "self_role_add", target: { id: role.id, name: role.name } } as const;
    return { member: await replaceHeldRoles(call, by, next, act), role };
  },
});

export const dropSelfRole = operation({
  name: "self-role.remove",
  summary: "Give back a role that members may take themselves.",
  input: Given,
  output,
  access,
  async run(call) {
    const { by, table } = call.access;
    const role = openRole(table, call.input.role);
    if (!by.roles.some(({ id }) => id === role.id)) throw new Refusal("invalid-input", "self-role.not-held", { role: role.name });
    const next = heldBy(by, table).filter(({ id }) => id !== role.id);
    const act = { action: "self_role_remove", target: { id: role.id, name: role.name } } as const;
    return { member: await replaceHeldRoles(call, by, next, act), role };
  },
});

export const listSelfRoles = operation({
  name: "self-role.list",
  summary: "The roles that members may take themselves, and which of them the acting user holds.",
  input: () => z.object({}),
  output: () => z.object({ roles: z.array(Role.unwrap().extend({ held: z.boolean() })) }),
  access,
  async run({ access: { by, table } }) {
    return {
      roles: table.roles
        .filter(({ selfAssignable }) => selfAssignable)
        .map((role) => ({ ...role, held: by.roles.some(({ id }) => id === role.id) })),
    };
  },
});
