import { createRole } from "./create-role.ts";
import { deleteRole } from "./delete-role.ts";
import { explainPermission } from "./explain-permission.ts";
import { grantRole, revokeRole, setMemberRoles } from "./grant-role.ts";
import { listRoles, showRole } from "./list-roles.ts";
import { reorderRoles } from "./reorder-roles.ts";
import { accessChanged, memberRolesChanged, roleCreated, roleDeleted, rolesReordered, roleUpdated } from "./role.ts";
import { dropSelfRole, listSelfRoles, takeSelfRole } from "./self-roles.ts";
import { updateRole } from "./update-role.ts";

export const operations = [
  listRoles,
  showRole,
  createRole,
  updateRole,
  deleteRole,
  reorderRoles,
  grantRole,
  revokeRole,
  setMemberRoles,
  takeSelfRole,
  dropSelfRole,
  listSelfRoles,
  explainPermission,
] as const;
export const events = [roleCreated, roleUpdated, roleDeleted, rolesReordered, memberRolesChanged, accessChanged] as const;
