import { read, write } from "../../storage/store.ts";

export interface HeldRow {
  user_: string;
  id: string;
  name: string;
  position: number;
  color: string | null;
  permissions: string;
}
const HELD = `select mr.user_, r.id, r.name, r.position, r.color, r.permissions from member_role mr join role r on r.id = mr.role`;
export const rolesHeld = read<{ community: string; user: string }, HeldRow>(
  `${HELD} where mr.community = :community and mr.user_ = :user order by mr.place`,
  "position",
);
export const rolesHeldByAll = read<{ community: string }, HeldRow>(
  `${HELD} where mr.community = :community order by mr.user_, mr.place`,
  "position",
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
export const grantRole = write<{ community: string; user: string; role: string; place: number }>(
  `insert into member_role (community, user_, role, place) values (:community, :user, :role, :place)`,
);
