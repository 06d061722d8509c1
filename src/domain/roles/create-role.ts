import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { Batch } from "../../storage/store.ts";
import { recordAct } from "../moderation/modlog.ts";
import { permitted } from "../users/access.ts";
import { refuseSelfAssignable, refuseUnheld } from "./hierarchy.ts";
import { Role, roleCreated } from "./role.ts";
import { MOST_ROLES, refuseNameTaken, RoleFields, RoleName } from "./role-fields.ts";
import { rolesHere, saveRoles } from "./role-table.ts";

export const createRole = operation({
  name: "role.create",
  summary: "Make a role; it stands lowest.",
  input: () => z.object({ name: RoleName, ...RoleFields }),
  output: () => z.object({ role: Role }),
  access: { by: permitted("manage_roles"), table: rolesHere() },
  async run(call) {
    const { input, store, actor } = call;
    const { by, table } = call.access;
    refuseNameTaken(table, input.name);
    if (table.roles.length >= MOST_ROLES) throw new Refusal("too-large", "role.many", { max: MOST_ROLES });
    const permissions = input.permissions ?? [];
    refuseUnheld(by, permissions);
    const made = {
      id: call.id(),
      name: input.name,
      description: input.description ?? null,
      color: input.color ?? null,
      hoisted: input.hoisted ?? false,
      selfAssignable: input.selfAssignable ?? false,
      category: input.category ?? null,
      permissions,
    };
    refuseSelfAssignable(made);
    const batch = new Batch();
    const roles = saveRoles(batch, actor.community, table, [...table.roles, made]);
    const role = roles.at(-1)!;
    recordAct(batch, call, { action: "role_create", target: { id: role.id, name: role.name }, details: { permissions } });
    call.emit(batch, roleCreated, { community: actor.community }, { role, roles });
    await store.commit(batch);
    return { role };
  },
});
