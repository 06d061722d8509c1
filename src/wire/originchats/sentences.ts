import type { z } from "zod";
import type { Refusal, RefusalCode } from "../../kernel/refusal.ts";

/** A sentence, or how to make it from the refusal's facts. */
type Sentence = string | ((facts: Readonly<Record<string, any>>) => string);

const seconds = (ms: number): number => Math.max(1, Math.ceil(ms / 1000));
const tenths = (ms: number): string => (ms / 1000).toFixed(1);

/** What this wire says where no reason has a sentence of its own. */
const BY_CODE = {
  "invalid-input": ({ path, message }) => (path ? `Invalid ${path}: ${message}` : `Invalid request: ${message}`),
  "not-signed-in": "Authentication required",
  forbidden: "Access denied",
  "not-found": "Not found",
  conflict: "That was changed meanwhile, please try again",
  "too-large": ({ max }) => `Too large. Maximum is ${max}`,
  "too-fast": ({ waitMs }) => `Rate limited. Wait ${tenths(waitMs)} seconds`,
  unavailable: "Not available on this server",
} satisfies Record<RefusalCode, Sentence>;

/** The wire's own texts by reason (reference/originchats.md §2, §7, §10.4). */
const BY_REASON: Record<string, Sentence> = {
  "account.blank": "Username and password required",
  "account.unknown": "User not found",
  "account.password": "Invalid password",
  "account.registration-off": "Registration is disabled",
  "account.name-length": "Username must be 2-32 characters",
  "account.password-length": "Password must be 4-72 characters",
  "account.name-letters": "Username can only contain letters, numbers, hyphens, and underscores",
  "account.name-taken": "Username already taken",
  "account.guesses": ({ waitMs }) => `Rate limited: too many attempts. Wait ${seconds(waitMs)} seconds`,
  "account.rotur-off": "Rotur authentication is disabled. Use login or register commands.",
  "member.banned": "Access denied: You are banned from this server",
  "member.gone": "User not found",
  "member.timeout": ({ waitMs }) => `You are timed out for ${seconds(waitMs)} seconds`,
  channel: "Channel not found",
  "channel.kind": "Cannot send messages in this channel type",
  "channel.unreadable": "Access denied to this channel",
  "channel.exists": "Channel already exists",
  "channel.name-taken": "Channel with new name already exists",
  "channel.name": "Channel names have 1 to 100 characters, without slashes or control characters, and not the form of an id",
  "channel.kind-fixed": "Channel type cannot be changed once somebody has written in it",
  "channel.retention": "Invalid retention, must be 'forever', 'none', 'last N' or 'N days'",
  "channel.most": ({ max }) => `This server can have at most ${max} channels`,
  "channel.send": "You do not have permission to send messages in this channel",
  "channel.slow-mode": ({ waitMs }) => `Rate limited: this channel is in slow mode. Wait ${seconds(waitMs)} seconds`,
  "message.empty": "Message content or attachments cannot be empty",
  "message.content": ({ max }) => `Message too long. Maximum length is ${max} characters`,
  "message.search-words": ({ max }) => `Search for at most ${max} words at once`,
  message: "Message not found",
  "message.reply": "The message you're trying to reply to was not found",
  "pace.cooldown": ({ waitMs }) => `You are in cooldown for ${tenths(waitMs)} more seconds`,
  "pace.minute": ({ waitMs }) => `Rate limit exceeded. Wait ${tenths(waitMs)} seconds`,
  "pace.burst": ({ waitMs }) => `Burst limit exceeded. You're in cooldown for ${Math.round(waitMs / 1000)} seconds`,
  permission: ({ permission }) => `Access denied: '${permission}' permission required`,
};

/** A refusal in this wire's words. */
export function sentence(refusal: Refusal): string {
  const given = refusal.facts["sentence"];
  if (typeof given === "string") return given;
  const text = BY_REASON[refusal.reason] ?? BY_CODE[refusal.code];
  return typeof text === "string" ? text : text(refusal.facts);
}

/** Complains about absent fields the way the wire lists them. */
export function missing(context: z.RefinementCtx, fields: readonly (string | false | undefined)[]): void {
  const absent = fields.filter(Boolean);
  if (absent.length) context.addIssue({ code: "custom", message: `Missing fields: ${absent.join(", ")}` });
}

/** Complains with a sentence of the wire's own. */
export const complain = (context: z.RefinementCtx, message: string): void => context.addIssue({ code: "custom", message });

/**
 * The frames that refuse `command`. The web client does not know `rate_limit`: it also gets an `error` whose text it shows
 * (reference/originchats.md §1.9, §10.4).
 */
export function refuse(refusal: Refusal, command: string): object[] {
  const val = sentence(refusal);
  if (refusal.code !== "too-fast") return [{ cmd: "error", src: command, val }];
  const length = Math.ceil(Number(refusal.facts["waitMs"] ?? 0));
  const shown = /rate limit|timed out/i.test(val) ? val : `Rate limited. ${val}`;
  return [
    { cmd: "rate_limit", reason: val, length },
    { cmd: "error", src: command, val: shown },
  ];
}
