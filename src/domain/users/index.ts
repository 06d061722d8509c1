import { leaveCommunity, removeUser } from "./leave-community.ts";
import { listUsers } from "./list-users.ts";
import { memberDeparted, memberLeft, memberUpdated } from "./member.ts";
import { renameMember } from "./rename-member.ts";
import { setAvatar } from "./set-avatar.ts";
import { showMember, showUser } from "./show-user.ts";
import { updateUser } from "./update-user.ts";

export const operations = [
  listUsers,
  showMember,
  showUser,
  updateUser,
  renameMember,
  setAvatar,
  leaveCommunity,
  removeUser,
] as const;
export const events = [memberUpdated, memberLeft, memberDeparted] as const;
