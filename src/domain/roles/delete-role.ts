import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { Batch } from "../../storage/store.ts";
import { recordAct } from "../moderation/modlog.ts";
import { permitted } from "../users/access.ts";
import { renameInRules } from "./channel-rules.ts";
import { isFixed, refuseUnlessBelow } from "./hierarchy.ts";
import { accessChanged, memberRolesChanged, Role, roleDeleted } from "./role.ts";
import { holdersAfter } from "./role-holders.ts";
import { roleByRef, rolesHere, saveRoles } from "./role-table.ts";

export const deleteRole = operation({
  name: "role.delete",
  summary: "Delete a role: from the list, from everybody who holds it and from the channels' rules.",
  input: () => z.object({ role: z.string().min(1).max(200) }),
  output: () => z.object({ role: Role }),
  access: { by: permitted("manage_roles"), table: rolesHere() },
  async run(call) {
    const { input, store, actor } = call;
    const { by, table } = call.access;
    const role = roleByRef(table, input.role);
    if (isFixed(role)) throw new Refusal("forbidden", "role.fixed", { role: role.name });
    refuseUnlessBelow(by, role);
    const { community } = actor;
    const batch = new Batch();
    const roles = saveRoles(
      batch,
      community,
      table,
      table.roles.filter(({ id }) => id !== role.id),
    );
    await renameInRules(call, batch, role.name);
    recordAct(batch, call, { action: "role_delete", target: { id: role.id, name: role.name } });
    call.emit(batch, roleDeleted, { community }, { role, roles });
    const members = await holdersAfter(call, role.id, (held) => (held.id === role.id ? undefined : held));
    if (members?.length !== 0) call.emit(batch, memberRolesChanged, { community }, { members });
    call.emit(batch, accessChanged, { community }, { user: null, relisted: true });
    await store.commit(batch);
    return { role };
  },
});
