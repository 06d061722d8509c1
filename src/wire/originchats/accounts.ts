import { z } from "zod";
import type { Settings } from "../../config/schema.ts";
import { confirmAccount } from "../../domain/accounts/confirm-account.ts";
import { logIn } from "../../domain/accounts/log-in.ts";
import { registerAccount } from "../../domain/accounts/register-account.ts";
import { redeemToken } from "../../domain/accounts/redeem-token.ts";
import { changePassword } from "../../domain/accounts/set-password.ts";
import type { MemberView } from "../../domain/users/user.ts";
import type { Operation } from "../../kernel/operation.ts";
import { checked } from "../../kernel/checked.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { binding } from "../wire.ts";
import { TEXT, TEXT_OR_NULL } from "./meant.ts";
import { username } from "./names.ts";
import { complain } from "./sentences.ts";

/** How a connection becomes somebody's (reference/originchats.md §1.4-1.6). */
interface Door {
  readonly operation: Operation;
  readonly modes: readonly Settings["auth_mode"][];
  /** What is sent, for the documentation. */
  readonly request: z.ZodType;
  /** @param key the connection's own. @throws Refusal */
  toInput(frame: object, key: string): object;
  newcomer(output: { readonly joined?: boolean }): boolean;
}
const LOCAL_MODES = ["cracked", "cracked-only"] as const;

const Credentials = z.looseObject({ username: z.string().default(""), password: z.string().default("") });
const credentials = (frame: object) => {
  const given = checked(Credentials, frame);
  if (!given.success) throw new Refusal("invalid-input", "account.blank");
  return { name: given.data.username, password: given.data.password };
};
/** An extension: the code of an invite. */
const registration = (frame: object) => {
  const { invite } = frame as { invite?: unknown };
  if (invite !== undefined && invite !== null && typeof invite !== "string") throw new Refusal("invalid-input", "invite.unknown");
  return { ...credentials(frame), ...(invite && { invite }) };
};
export const doors: Readonly<Record<string, Door>> = {
  login: {
    operation: logIn as unknown as Operation,
    modes: LOCAL_MODES,
    request: Credentials,
    toInput: credentials,
    newcomer: () => false,
  },
  register: {
    operation: registerAccount as unknown as Operation,
    modes: LOCAL_MODES,
    request: Credentials.extend({ invite: TEXT_OR_NULL.optional() }),
    toInput: registration,
    newcomer: () => true,
  },
  auth: {
    operation: confirmAccount as unknown as Operation,
    modes: ["rotur", "cracked"],
    request: z.looseObject({ validator: TEXT }),
    toInput(frame, key) {
      const { validator } = frame as { validator?: unknown };
      if (typeof validator !== "string" || !validator) throw new Refusal("invalid-input", "account.rotur-invalid");
      return { key, validator };
    },
    newcomer: ({ joined }) => joined === true,
  },
  token: {
    operation: redeemToken as unknown as Operation,
    modes: ["rotur", "cracked", "cracked-only"],
    request: z.looseObject({ token: TEXT }),
    toInput(frame) {
      const { token } = frame as { token?: unknown };
      if (typeof token !== "string") throw new Refusal("invalid-input", "account.token");
      return { token };
    },
    newcomer: () => false,
  },
};

/** The account as its owner sees it. `validator` opens uploads over HTTP for this account while the session lives. `cracked`: a local account with a password. */
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

/** The reference gives name, roles and colour; nickname and picture are what the web client would else learn only by asking. */
const shortUser = (member: MemberView) => ({
  username: username(member.user),
  roles: member.roles,
  color: member.color,
  ...(member.nickname !== null && { nickname: member.nickname }),
  ...(member.avatar !== null && { pfp: member.avatar }),
});
export const userJoinFrame = (member: MemberView) => ({ cmd: "user_join", user: shortUser(member) });
export const userConnectFrame = (member: MemberView) => ({ cmd: "user_connect", user: shortUser(member) });

/** An extension: one's own password, knowing the old one. */
const passwordSet = binding({
  name: "password_set",
  operation: changePassword,
  request: () =>
    z.looseObject({ old_password: TEXT.optional(), password: TEXT.optional() }).superRefine((r, context) => {
      if (typeof r.old_password !== "string" || typeof r.password !== "string" || !r.old_password || !r.password)
        complain(context, "Old and new password required");
    }),
  toInput: (r) => ({ old: r.old_password as string, password: r.password as string }),
  toReply: () => ({ cmd: "password_set", val: "Password changed" }),
});

export const bindings = [passwordSet] as const;
