import { Refusal } from "../../kernel/refusal.ts";
import type { Member } from "../users/access.ts";
import { decide, isOwner, outranks, OWNER, type Permission, rank } from "./permissions.ts";
import type { Role } from "./role.ts";

/** The role of everybody; like `owner` it is neither renamed nor deleted. */
const EVERYBODY = "user";
export const isFixed = (role: Pick<Role, "name">): boolean => role.name === OWNER || role.name === EVERYBODY;

/** Permissions that nobody may take for themselves. */
const POWERS: ReadonlySet<string> = new Set<Permission>([
  "administrator",
  "manage_server",
  "view_audit_log",
  "manage_roles",
  "manage_channels",
  "manage_threads",
  "manage_users",
  "manage_messages",
]);
const NEVER_SELF_ASSIGNABLE: ReadonlySet<string> = new Set([OWNER, "admin", "moderator", "kick_members", "ban_members"]);

/** Nobody gives, takes, edits or deletes a role that stands as high as they do. */
export function refuseUnlessBelow(member: Member, role: Pick<Role, "name" | "position">): void {
  if (!isOwner(member) && (role.name === OWNER || role.position <= rank(member)))
    throw new Refusal("forbidden", "role.rank", { role: role.name });
}

/** Nobody grants a permission that they do not have. */
export function refuseUnheld(member: Member, permissions: readonly string[]): void {
  const lacking = permissions.find((permission) => !decide(member, permission as Permission).allowed);
  if (lacking !== undefined) throw new Refusal("forbidden", "role.permission-unheld", { permission: lacking });
}

/** Giving a role is granting what it may do. */
export function refuseUngrantable(member: Member, role: Role): void {
  refuseUnlessBelow(member, role);
  refuseUnheld(member, role.permissions);
}

/** Only those who stand lower than the actor, or the actor themselves, are their business. */
export function refuseUnlessOutranked(member: Member, target: Member): void {
  if (member.user.id !== target.user.id && !isOwner(member) && !outranks(member, target))
    throw new Refusal("forbidden", "member.rank", { user: target.user.name });
}

/** What members take for themselves gives no power over others. */
export function refuseSelfAssignable(role: Pick<Role, "name" | "permissions" | "selfAssignable">): void {
  if (
    role.selfAssignable &&
    (NEVER_SELF_ASSIGNABLE.has(role.name) || role.permissions.some((one) => POWERS.has(one) || NEVER_SELF_ASSIGNABLE.has(one)))
  )
    throw new Refusal("invalid-input", "role.self-assignable", { role: role.name });
}
