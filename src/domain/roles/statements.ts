import { keptRead, read, write } from "../../storage/store.ts";

export interface HeldRow {
  user_: string;
  id: string;
  name: string;
  position: number;
  color: string | null;
  self_assignable: number;
  permissions: string;
}
const HELD = `select mr.user_, r.id, r.name, r.position, r.color, r.self_assignable, r.permissions
  from member_role mr join role r on r.id = mr.role`;
export const rolesHeld = keptRead<{ community: string; user: string }, HeldRow>(
  `${HELD} where mr.community = :community and mr.user_ = :user order by mr.place`,
  "position",
  "self_assignable",
);
export const rolesHeldByAll = read<{ community: string }, HeldRow>(
  `${HELD} where mr.community = :community order by mr.user_, mr.place`,
  "position",
  "self_assignable",
);

export interface RoleRow {
  id: string;
  name: string;
  description: string | null;
  color: string | null;
  hoisted: number;
  self_assignable: number;
  category: string | null;
  position: number;
  permissions: string;
}
const ROLE = "id, name, description, color, hoisted, self_assignable, category, position, permissions";
export const rolesOf = read<{ community: string }, RoleRow>(
  `select ${ROLE} from role where community = :community order by position, name`,
  "hoisted",
  "self_assignable",
  "position",
);
export const roleByName = read<{ community: string; key: string }, RoleRow>(
  `select ${ROLE} from role where community = :community and name_key = :key`,
  "hoisted",
  "self_assignable",
  "position",
);
export const insertRole = write<RoleRow & { community: string; key: string }>(
  `insert into role (id, community, name, name_key, description, color, hoisted, self_assignable, category, position, permissions)
   values (:id, :community, :name, :key, :description, :color, :hoisted, :self_assignable, :category, :position, :permissions)`,
);
/** Counts the changes made to the roles of a community. */
export const rolesRevision = read<{ community: string }, { roles_revision: number }>(
  `select roles_revision from community where id = :community`,
  "roles_revision",
);
export const bumpRoles = write<{ community: string; revision: number }>(
  `update community set roles_revision = roles_revision + 1 where id = :community and roles_revision = :revision`,
);
/** Makes changes of roles on different processes follow each other, so that what a step after it counts is true. */
export const lockRoles = write<{ community: string }>(
  `update community set roles_revision = roles_revision + 1 where id = :community`,
);
export const updateRoleRow = write<RoleRow & { key: string }>(
  `update role set name = :name, name_key = :key, description = :description, color = :color, hoisted = :hoisted,
     self_assignable = :self_assignable, category = :category, position = :position, permissions = :permissions where id = :id`,
);
export const deleteRoleRow = write<{ id: string }>(`delete from role where id = :id`);
export const roleHolders = read<{ community: string; role: string; limit: number }, { user_: string }>(
  `select user_ from member_role where community = :community and role = :role order by user_ limit :limit`,
);
/** Takes a role from one member only while another member holds it too. */
export const revokeUnlessLast = write<{ community: string; user: string; role: string }>(
  `delete from member_role where community = :community and user_ = :user and role = :role
     and (select count(*) from member_role x where x.community = :community and x.role = :role) > 1`,
);
export const revokeRoles = write<{ community: string; user: string; roles: readonly string[] }>(
  `delete from member_role where community = :community and user_ = :user and role in :roles[]`,
);
export const grantRole = write<{ community: string; user: string; role: string; place: number }>(
  `insert into member_role (community, user_, role, place) values (:community, :user, :role, :place)`,
);
