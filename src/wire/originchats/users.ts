import { z } from "zod";
import { leaveCommunity } from "../../domain/users/leave-community.ts";
import { listUsers } from "../../domain/users/list-users.ts";
import type { memberUpdated } from "../../domain/users/member.ts";
import { setAvatar } from "../../domain/users/set-avatar.ts";
import { showMember } from "../../domain/users/show-user.ts";
import { updateUser } from "../../domain/users/update-user.ts";
import type { MemberView } from "../../domain/users/user.ts";
import { binding } from "../wire.ts";
import { userConnectFrame } from "./accounts.ts";
import { OBJECT, TEXT } from "./meant.ts";
import { userId, username } from "./names.ts";
import { statusFrame } from "./presence.ts";
import { complain } from "./sentences.ts";

const onlineUser = (member: MemberView) => ({
  username: username(member.user),
  nickname: member.nickname,
  roles: member.roles,
  color: member.color,
  status: member.status,
});
const listedUser = (member: MemberView) => ({
  ...onlineUser(member),
  cracked: member.user.realm === "local",
  pfp: member.avatar,
});

export const usersListFrame = ({ members }: { members: readonly MemberView[] }) => ({
  cmd: "users_list",
  users: members.map(listedUser),
});

const usersList = binding({
  name: "users_list",
  operation: listUsers,
  request: () => z.looseObject({}),
  toInput: () => ({}),
  toReply: usersListFrame,
});
const usersOnline = binding({
  name: "users_online",
  operation: listUsers,
  request: () => z.looseObject({}),
  toInput: () => ({ here: true }),
  toReply: ({ members }) => ({ cmd: "users_online", users: members.map(onlineUser) }),
});

type Updated = z.output<(typeof memberUpdated)["data"]>;

/**
 * What changed about a member, in the frames that the web client applies live: it knows a new picture only by `user_connect`, which also sets
 * the status it shows, so that the true one follows. Of somebody who is not seen to be here a picture is told by the next `users_list`.
 * @param self whether the member changed it themselves.
 */
export function updatedFrames({ member, before, here }: Updated, self: boolean): object[] | undefined {
  const renamed = before.user.name !== member.user.name;
  const frames: object[] = [];
  if (renamed || (!self && before.avatar === member.avatar)) frames.push(userUpdateFrame(before.user, member));
  else if (before.nickname !== member.nickname) {
    const named = { user: userId(member.user), username: username(member.user) };
    frames.push(
      member.nickname === null
        ? { cmd: "nickname_remove", ...named }
        : { cmd: "nickname_update", ...named, nickname: member.nickname },
    );
  }
  if (before.avatar !== member.avatar && here)
    frames.push(userConnectFrame(member), statusFrame({ user: member.user, status: member.status }));
  return frames.length ? frames : undefined;
}
const userUpdateFrame = (before: MemberView["user"], member: MemberView) => ({
  cmd: "user_update",
  user: username(before),
  username: username(member.user),
  nickname: member.nickname,
});

const userUpdate = binding({
  name: "user_update",
  operation: updateUser,
  answer: "member.updated",
  request: () =>
    z.looseObject({ user: z.string().optional(), updates: OBJECT.optional() }).superRefine((r, context) => {
      const { updates } = r;
      if (!r.user) return complain(context, "User parameter is required");
      if (typeof updates !== "object" || updates === null || Array.isArray(updates))
        return complain(context, "Updates must be an object");
      for (const field of Object.keys(updates))
        if (field !== "username" && field !== "nickname") return complain(context, `Cannot update field: ${field.slice(0, 100)}`);
      const { username: name, nickname } = updates as Record<string, unknown>;
      if (name !== undefined && (typeof name !== "string" || !name.trim()))
        complain(context, "Username must be a non-empty string");
      if (nickname !== undefined && nickname !== null && typeof nickname !== "string")
        complain(context, "Nickname must be a string or null");
    }),
  toInput: (r) => {
    const { username: name, nickname } = r.updates as { username?: string; nickname?: string | null };
    return {
      user: r.user!,
      ...(name !== undefined && { name }),
      ...(nickname !== undefined && { nickname: nickname?.trim() || null }),
    };
  },
  toReply: ({ member, before }) => userUpdateFrame(before, member),
});

const pfpSet = binding({
  name: "pfp_set",
  operation: setAvatar,
  request: () =>
    z
      .looseObject({ url: TEXT.optional() })
      .superRefine((r, context) => void ((typeof r.url === "string" && r.url !== "") || complain(context, "URL required"))),
  toInput: (r) => ({ url: r.url as string }),
  toReply: ({ member }) => ({ cmd: "pfp_set", val: member.avatar }),
});
const pfpGet = binding({
  name: "pfp_get",
  operation: showMember,
  request: () =>
    z
      .looseObject({ username: z.string().optional() })
      .superRefine((r, context) => void (r.username || complain(context, "Username required"))),
  toInput: (r) => ({ user: r.username! }),
  toReply: ({ member }) => ({ cmd: "pfp_get", val: member.avatar, username: username(member.user) }),
});

export const userLeaveFrame = (user: MemberView["user"]) => ({ cmd: "user_leave", username: username(user) });
/** The last word to those who left. */
export const leftFrame = (user: MemberView["user"]) => ({ cmd: "user_leave", user: username(user), val: "User left server" });

const userLeave = binding({
  name: "user_leave",
  operation: leaveCommunity,
  request: () => z.looseObject({}),
  toInput: () => ({}),
  // Told to all their sessions by the event, before these are closed.
  toReply: () => undefined,
});

export const bindings = [usersList, usersOnline, userUpdate, pfpSet, pfpGet, userLeave] as const;
