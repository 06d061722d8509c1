import type { Access, Ask } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import type { Batch } from "../../storage/store.ts";
import { nameKey } from "../users/user.ts";
import type { Holder } from "./permissions.ts";
import type { Role } from "./role.ts";
import { bumpRoles, deleteRoleRow, insertRole, type RoleRow, rolesOf, rolesRevision, updateRoleRow } from "./statements.ts";

/** All roles of a community, highest first, and which state of them that is. */
export interface RoleTable {
  readonly revision: number;
  readonly roles: readonly Role[];
}

const roleView = (row: RoleRow): Role => ({
  id: row.id,
  name: row.name,
  description: row.description,
  color: row.color,
  hoisted: row.hoisted === 1,
  selfAssignable: row.self_assignable === 1,
  category: row.category,
  permissions: JSON.parse(row.permissions) as string[],
  position: row.position,
});

export const loadRoles = (ask: Ask<unknown>): Promise<RoleTable> =>
  ask.once("roles", async () => {
    const { community } = ask.actor;
    const revision = await ask.store.one(rolesRevision, { community });
    const rows = await ask.store.all(rolesOf, { community });
    return { revision: revision?.roles_revision ?? 0, roles: rows.map(roleView) };
  });

export const rolesHere = (): Access<unknown, RoleTable> => ({ needs: "nothing", load: loadRoles });

/** A role by its id or its name, however it is written. */
export function roleByRef(table: RoleTable, ref: string, reason = "role"): Role {
  const key = nameKey(ref);
  const role = table.roles.find(({ id }) => id === ref) ?? table.roles.find(({ name }) => nameKey(name) === key);
  if (!role) throw new Refusal("not-found", reason, { role: ref });
  return role;
}

/** The roles that a member holds, in the order in which they hold them. */
export const heldBy = (member: Holder, { roles }: RoleTable): Role[] =>
  member.roles.flatMap(({ id }) => roles.find((role) => role.id === id) ?? []);

/**
 * Writes the roles as they shall be, numbered in the order given. The batch is refused when somebody else changed roles since `table` was read,
 * so that numbers never have holes and what is announced is what is stored.
 */
export function saveRoles(batch: Batch, community: string, table: RoleTable, next: readonly Omit<Role, "position">[]): Role[] {
  batch.require(bumpRoles, { community, revision: table.revision });
  const before = new Map(table.roles.map((role) => [role.id, role]));
  const roles = next.map((role, position) => ({ ...role, position }));
  const kept = new Set(roles.map(({ id }) => id));
  for (const { id } of table.roles) if (!kept.has(id)) batch.add(deleteRoleRow, { id });
  for (const role of roles) {
    const was = before.get(role.id);
    if (!was) batch.add(insertRole, { ...roleRow(role), community, key: nameKey(role.name) });
    else if (JSON.stringify(was) !== JSON.stringify(role))
      batch.add(updateRoleRow, { ...roleRow(role), key: nameKey(role.name) });
  }
  return roles;
}

const roleRow = (role: Role): RoleRow => ({
  id: role.id,
  name: role.name,
  description: role.description,
  color: role.color,
  hoisted: role.hoisted ? 1 : 0,
  self_assignable: role.selfAssignable ? 1 : 0,
  category: role.category,
  position: role.position,
  permissions: JSON.stringify(role.permissions),
});
