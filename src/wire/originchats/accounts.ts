import { z } from "zod";
import { logIn } from "../../domain/accounts/log-in.ts";
import { registerAccount } from "../../domain/accounts/register-account.ts";
import type { MemberView } from "../../domain/users/user.ts";
import { username } from "./names.ts";

/** How a connection becomes somebody's (reference/originchats.md §1.5). */
export const doors = {
  login: { operation: logIn, newcomer: false },
  register: { operation: registerAccount, newcomer: true },
} as const;

export const CredentialsFrame = z.looseObject({ username: z.string().default(""), password: z.string().default("") });

/** The account as its owner sees it. `cracked`: a local account with a password. */
export const readyFrame = (member: MemberView, validator: string) => ({
  cmd: "ready",
  user: {
    username: username(member.user),
    ...(member.nickname !== null && { nickname: member.nickname }),
    roles: member.roles,
    status: member.status,
    pfp_url: member.avatar,
    cracked: member.user.realm === "local",
  },
  validator,
});

const shortUser = (member: MemberView) => ({ username: username(member.user), roles: member.roles, color: member.color });
export const userJoinFrame = (member: MemberView) => ({ cmd: "user_join", user: shortUser(member) });
export const userConnectFrame = (member: MemberView) => ({ cmd: "user_connect", user: shortUser(member) });
