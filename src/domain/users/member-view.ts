import type { Member } from "./access.ts";
import type { MemberView } from "./user.ts";

/** A member as everybody may see them. */
export const memberView = (member: Member): MemberView => ({
  user: member.user,
  nickname: member.nickname,
  avatar: member.avatar,
  roles: member.roles.map(({ name }) => name),
  color: member.roles[0]?.color ?? null,
  status: member.status,
});
