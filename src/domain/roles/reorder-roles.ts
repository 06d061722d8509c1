import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { Batch } from "../../storage/store.ts";
import { recordAct } from "../moderation/modlog.ts";
import { permitted } from "../users/access.ts";
import { refuseUnlessBelow } from "./hierarchy.ts";
import { OWNER } from "./permissions.ts";
import { Role, rolesReordered } from "./role.ts";
import { MOST_ROLES } from "./role-fields.ts";
import { type RoleTable, roleByRef, rolesHere, saveRoles } from "./role-table.ts";

export const reorderRoles = operation({
  name: "role.reorder",
  summary: "Put roles into an order, highest first; those not named keep their places.",
  input: () => z.object({ roles: z.array(z.string().min(1).max(200)).min(1).max(MOST_ROLES) }),
  output: () => z.object({ roles: z.array(Role) }),
  access: { by: permitted("manage_roles"), table: rolesHere() },
  async run(call) {
    const { input, store, actor } = call;
    const { by, table } = call.access;
    const next = inOrder(table, input.roles);
    const moved = next.filter((role, at) => role.position !== at);
    if (!moved.length) return { roles: [...table.roles] };
    if (next[0]!.name !== OWNER && table.roles[0]?.name === OWNER) throw new Refusal("invalid-input", "role.order");
    next.forEach((role, at) => {
      if (role.position === at) return;
      refuseUnlessBelow(by, role);
      refuseUnlessBelow(by, { ...role, position: at });
    });
    const { community } = actor;
    const batch = new Batch();
    const roles = saveRoles(batch, community, table, next);
    recordAct(batch, call, { action: "role_reorder", details: { roles: roles.map(({ name }) => name) } });
    call.emit(batch, rolesReordered, { community }, { roles });
    await store.commit(batch);
    return { roles };
  },
});

/** The named roles, in the order named, in the places that they hold together. */
function inOrder(table: RoleTable, refs: readonly string[]): Role[] {
  const named = refs.map((ref) => roleByRef(table, ref, "role.order"));
  const ids = new Set(named.map(({ id }) => id));
  if (ids.size !== named.length) throw new Refusal("invalid-input", "role.order");
  const queue = named[Symbol.iterator]();
  return table.roles.map((role) => (ids.has(role.id) ? (queue.next().value as Role) : role));
}
