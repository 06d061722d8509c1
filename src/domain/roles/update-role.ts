import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { Batch } from "../../storage/store.ts";
import { recordAct } from "../moderation/modlog.ts";
import { permitted } from "../users/access.ts";
import { renameInRules } from "./channel-rules.ts";
import { isFixed, refuseSelfAssignable, refuseUnheld, refuseUnlessBelow } from "./hierarchy.ts";
import type { Permission } from "./permissions.ts";
import { accessChanged, memberRolesChanged, Role, roleUpdated } from "./role.ts";
import { holdersAfter } from "./role-holders.ts";
import { refuseNameTaken, RoleFields, RoleName } from "./role-fields.ts";
import { roleByRef, rolesHere, saveRoles } from "./role-table.ts";

export const updateRole = operation({
  name: "role.update",
  summary: "Change a role's name, looks, permissions or place. Channel rules follow a new name.",
  input: () =>
    z.object({
      role: z.string().min(1).max(200),
      name: RoleName.optional(),
      ...RoleFields,
      position: z.number().int().min(0).max(100_000).optional(),
    }),
  output: () => z.object({ role: Role, changed: z.boolean() }),
  access: { by: permitted("manage_roles"), table: rolesHere() },
  async run(call) {
    const { input, store, actor } = call;
    const { by, table } = call.access;
    const before = roleByRef(table, input.role);
    refuseUnlessBelow(by, before);
    const { role: _, position, ...fields } = input;
    const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<Role>;
    const after: Role = { ...before, ...given };
    if (after.name !== before.name) {
      if (isFixed(before)) throw new Refusal("forbidden", "role.fixed-name", { role: before.name });
      refuseNameTaken(table, after.name, before.id);
    }
    refuseUnheld(
      by,
      after.permissions.filter((permission) => !before.permissions.includes(permission)),
    );
    refuseSelfAssignable(after);
    const next = table.roles.filter(({ id }) => id !== before.id) as Role[];
    const at = Math.min(position ?? before.position, next.length);
    if (at !== before.position) {
      const displaced = next[at] ?? next.at(-1)!;
      refuseUnlessBelow(by, { ...displaced, position: at });
      if (isFixedPlace(before) || at === 0) throw new Refusal("invalid-input", "role.order");
    }
    next.splice(at, 0, after);
    if (at === before.position && JSON.stringify(after) === JSON.stringify(before)) return { role: before, changed: false };

    const { community } = actor;
    const batch = new Batch();
    const roles = saveRoles(batch, community, table, next);
    const role = roles[at]!;
    const renamed = role.name !== before.name;
    const rules = renamed && (await renameInRules(call, batch, before.name, role.name));
    recordAct(batch, call, {
      action: "role_update",
      target: { id: role.id, name: role.name },
      details: { changed: Object.keys(given), ...(renamed && { before: before.name }) },
    });
    call.emit(batch, roleUpdated, { community }, { role, before, roles });
    if (renamed || role.color !== before.color) {
      const members = await holdersAfter(call, role.id, (held) =>
        held.id === role.id ? { ...held, name: role.name, color: role.color } : held,
      );
      if (members?.length !== 0) call.emit(batch, memberRolesChanged, { community }, { members });
    }
    // Who manages channels needs none of their passwords.
    const opens = OPENING.some((permission) => before.permissions.includes(permission) !== role.permissions.includes(permission));
    if (rules || opens) call.emit(batch, accessChanged, { community }, { user: null, relisted: true });
    await store.commit(batch);
    return { role, changed: true };
  },
});

const OPENING = ["administrator", "manage_channels"] satisfies Permission[];
/** The owner's role stays on top. */
const isFixedPlace = (role: Role): boolean => role.name === "owner";
