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

const KINDS: Readonly<Record<string, string>> = {
  int: "a whole number",
  float: "a number",
  bool: "true or false",
  str: "a text",
};

/** The wire's own texts by reason (reference/originchats.md §2, §7, §10.4). */
export const BY_REASON: Readonly<Record<string, Sentence>> = {
  "account.blank": "Username and password required",
  "account.unknown": "User not found",
  "account.rotur": "This account uses Rotur authentication",
  "account.password": "Invalid password",
  "account.registration-off": "Registration is disabled",
  "invite.unknown": "This invite is not valid",
  "invite.spent": "This invite has expired or was used up",
  "account.name-length": "Username must be 2-32 characters",
  "account.password-length": "Password must be 4-72 characters",
  "account.name-letters": "Username can only contain letters, numbers, hyphens, and underscores",
  "account.name-taken": "Username already taken",
  "account.guesses": ({ waitMs }) => `Rate limited: too many attempts. Wait ${seconds(waitMs)} seconds`,
  "account.rotur-off": "Rotur authentication is disabled. Use login or register commands.",
  "account.rotur-invalid": "Invalid authentication",
  "account.rotur-away": "The Rotur service does not answer, please try again in a moment",
  "account.rotur-busy": "The Rotur service is busy, please try again in a moment",
  "account.rotur-answer": "The Rotur service gave an answer that this server does not understand",
  "passwords.busy": "Rate limited: the server is busy, please try again in a moment",
  "console.only": "Access denied: only at the server's console",
  user: "User not found",
  "member.rank": "Access denied: this user stands as high as you or higher",
  "user.foreign-name": "Username is managed by Rotur for this account",
  "nickname.empty": "Nickname cannot be empty",
  "nickname.length": "Nickname must be at most 20 characters",
  "nickname.letters": "Nickname cannot contain control characters",
  "avatar.absent": "URL required",
  "avatar.url": "Invalid URL format",
  "avatar.length": "URL too long (max 500 characters)",
  "avatar.foreign": "Profile pictures are managed by Rotur for this account",
  role: "Role not found",
  "role.unknown": ({ role }) => `Role '${role}' does not exist`,
  "role.name-absent": "Role name is required",
  "role.name": "Role name must be 1-50 characters, not only digits, not begin with '!' and not be 'banned'",
  "role.name-taken": "Role already exists",
  "role.many": ({ max }) => `Too many roles. Maximum is ${max}`,
  "role.color": "Color must have the form #RRGGBB",
  "role.permission": "Permissions must be names in small letters",
  "role.permission-unheld": ({ permission }) => `Access denied: you cannot grant '${permission}', which you do not have`,
  "role.rank": "Cannot manage roles at or above your position",
  "role.fixed": "Cannot delete system roles",
  "role.fixed-name": "Cannot rename system roles",
  "role.order": "Failed to reorder roles",
  "role.self-assignable": ({ role }) => `Role '${role}' cannot be made self-assignable`,
  "role.last-owner": "The last owner cannot give up the role 'owner'",
  "self-role.closed": "This role is not self-assignable",
  "self-role.held": "You already have this role",
  "self-role.not-held": "You don't have this role",
  "community.no-updates": "No updates provided",
  "community.name": "Name must be 1-100 characters",
  "community.picture": "Icon and banner must be http or https addresses, or pictures as data: addresses",
  "ownership.code": "That code is not valid",
  "ownership.guesses": ({ waitMs }) => `Rate limited: too many attempts. Wait ${seconds(waitMs)} seconds`,
  "ownership.local-only": "Only an account of this server can become its owner",
  "ownership.owned": "This server has an owner already",
  "slash.unknown": ({ command }) => `Unknown slash command: /${command}`,
  "slash.argument-unknown": ({ name }) => `Unknown argument: ${name}`,
  "slash.argument-type": ({ name, type, choices }) =>
    type === "enum"
      ? `Invalid value for ${name}: must be one of ${choices.join(", ")}`
      : `Invalid value for ${name}: must be ${KINDS[type]}`,
  "slash.register": ({ path, message }) => `Invalid command schema: ${path}: ${message}`,
  "slash.role-required": ({ role }) => `Access denied: '${role}' role required`,
  "slash.role-forbidden": ({ role }) => `Access denied: '${role}' role is forbidden`,
  "slash.absent": ({ command }) => `Command handler for /${command} is not available in this channel`,
  "slash.no-session": "Only a connected member can register slash commands",
  "slash.sessions": ({ max }) => `You have slash commands registered from ${max} other sessions`,
  "slash.name-taken": ({ command }) => `This server has a command /${command} already`,
  "slash.many": "This server has as many slash commands as it can have",
  "slash.answer-empty": "Slash response must have content or embeds",
  "slash.no-call": "There is no call of your commands here to answer",
  "slash.caller-gone": "Whoever called the command cannot see the answer any more",
  "slash.argument-missing": ({ name }) => `Missing required argument: ${name}`,
  "member.banned": "Access denied: You are banned from this server",
  "member.gone": "User not found",
  "member.timeout": ({ waitMs }) => `You are timed out for ${seconds(waitMs)} seconds`,
  "member.self": "You cannot do this to yourself",
  "member.owner": "Access denied: nobody can do this to the owner",
  "ban.until": "The end of the ban must be in the future",
  "timeout.seconds": "Timeout must be a positive integer",
  "timeout.longest": "Timeout must be at most 31536000 seconds",
  "rate-limit.off": "Rate limiter not available or disabled",
  "rate-limit.own": "Access denied: can only check your own rate limit status",
  "modlog.limit": "Limit must be between 1 and 200",
  "modlog.offset": "Offset must be a non-negative integer",
  "modlog.after": "After must be a valid Unix timestamp",
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
  "channel.edit-own": "You do not have permission to edit your own message in this channel",
  "channel.delete-own": "You do not have permission to delete your own message in this channel",
  "channel.delete": "You do not have permission to delete this message",
  "channel.pin": "You do not have permission to pin messages in this channel",
  "channel.react": "You do not have permission to add reactions to this message",
  "channel.unreact": "You do not have permission to remove reactions from this message",
  "channel.slow-mode": ({ waitMs }) => `Rate limited: this channel is in slow mode. Wait ${seconds(waitMs)} seconds`,
  "place.absent": "Channel or thread_id is required",
  thread: "Thread not found",
  "thread.name-empty": "Thread name cannot be empty",
  "thread.name": "Thread names have 1 to 100 characters, without control characters",
  "thread.no-forum": "Threads can only be created in forum channels",
  "thread.most": ({ max }) => `A forum can have at most ${max} threads`,
  "thread.modify": "You do not have permission to modify this thread",
  "thread.locked": "This thread is locked",
  "thread.archived": "This thread is archived",
  "thread.send": "You do not have permission to send messages in this thread",
  "thread.edit-own": "You do not have permission to edit your own message in this thread",
  "thread.delete-own": "You do not have permission to delete your own message in this thread",
  "channel.create-thread": "You do not have permission to create threads in this channel",
  poll: "Poll not found",
  "poll.question": "Question is required",
  "poll.question-length": "Question must be at most 300 characters",
  "poll.few-options": "At least 2 options are required",
  "poll.many-options": "Cannot have more than 10 options",
  "poll.option": "Options must have a text of 1 to 100 characters",
  "poll.option-id": "Option ids must be different and have 1 to 50 characters",
  "poll.expiry": "A poll must end in the future and within 366 days",
  "poll.option-unknown": ({ option }) => `Invalid option: ${option}`,
  "poll.single": "Only one option can be chosen in this poll",
  "poll.ended": "Poll has ended",
  "poll.expired": "Poll has expired",
  "poll.already-ended": "Poll has already ended",
  "poll.embeds": "The embeds of a poll cannot be changed",
  "message.empty": "Message content or attachments cannot be empty",
  "message.content": ({ max }) => `Message too long. Maximum length is ${max} characters`,
  "message.search-words": ({ max }) => `Search for at most ${max} words at once`,
  "message.send": (facts) => embedSentence(facts) ?? BY_CODE["invalid-input"](facts),
  "message.edit": (facts) => embedSentence(facts) ?? BY_CODE["invalid-input"](facts),
  message: "Message not found",
  "message.to-edit": "Message not found or cannot be edited",
  "message.to-delete": "Message not found or cannot be deleted",
  "message.foreign": "You do not have permission to edit this message",
  "message.nonce": "This nonce belongs to a message in another channel",
  "message.pins": ({ max }) => `A channel can have at most ${max} pinned messages`,
  "reaction.emoji": "Invalid emoji",
  "reaction.exists": "Failed to add reaction",
  "reaction.absent": "Failed to remove reaction",
  "reaction.kinds": ({ max }) => `A message can have at most ${max} different reactions`,
  "message.content-size": "Message too long",
  "message.reply": "The message you're trying to reply to was not found",
  "message.attachments": "A message can have at most 10 attachments",
  "attachment.off": "Attachments are disabled",
  attachment: "Attachment not found",
  "attachment.gone-or-expired": "Attachment not found or expired",
  "attachment.lost": "Attachment file not found",
  "attachment.not-sendable": ({ id }) => `Attachment ${id} not found or expired`,
  "attachment.foreign": "You can only attach your own uploads",
  "attachment.sent": ({ id }) => `Attachment ${id} is part of a message already`,
  "attachment.foreign-delete": "You can only delete your own attachments",
  "attachment.none": "Failed to save attachment: you may not store files on this server",
  "attachment.full": "Failed to save attachment: the server has no room for more files",
  "attachment.type": ({ type }) => `Failed to save attachment: files of the type ${type} are not taken`,
  "attachment.broken": ({ type, why }) =>
    why === "too-many-pixels" ? "The picture has too many pixels" : `The file is broken: it is not a whole ${type}`,
  "store.full": "Failed to save attachment: the server has no room for more files",
  "media.busy": "The server is busy with other files, please try again in a moment",
  "blob.too-large": ({ limit }) => `The file is too large (max ${limit} bytes)`,
  credentials: "Invalid credentials",
  "credentials.stranger": "User not found",
  asset: "Server asset not found",
  emoji: "Emoji not found",
  "emoji.ref": "Emoji not found",
  "emoji.name": "Error adding emoji: names have 1 to 64 letters, digits and underscores",
  "emoji.name-taken": "Error adding emoji: there is one of that name already",
  "emoji.many": ({ max }) => `Error adding emoji: there can be at most ${max}`,
  "emoji.no-updates": "At least one field to update is required (name or image)",
  "picture.data": "The picture must be a data: address in base64",
  "picture.svg": "SVG pictures are not taken: use GIF, PNG or JPEG",
  "picture.type": ({ endings }) => `The picture must be one of ${endings}`,
  "picture.size": ({ max }) => `The picture is too large (max ${max} bytes)`,
  webhook: "Webhook not found",
  "webhook.name": "Webhook name must be a non-empty string of at most 80 characters",
  "webhook.avatar": "Webhook avatar must be an http or https address",
  "webhook.secret": "Webhook secret must be at most 200 characters",
  "webhook.channel": "Webhooks can only be created for text channels",
  "webhook.many": ({ max }) => `A channel can have at most ${max} webhooks`,
  "webhook.no-updates": "No updates provided",
  "webhook.token": "Invalid webhook token",
  "webhook.empty": "No content provided",
  "webhook.json": "Invalid JSON body",
  "webhook.event": ({ event }) => `Unhandled event type: ${event}`,
  "webhook.signature": "Invalid signature",
  "webhook.unsigned": "This webhook takes only what GitHub has signed",
  "push.off": "VAPID keys not configured on this server",
  "push.endpoint": "Failed to save subscription: the endpoint must be a public https address",
  "push.p256dh": "Failed to save subscription: keys.p256dh is not a public key",
  "push.auth": "Failed to save subscription: keys.auth is not 16 bytes in base64url",
  "webhook.pace": ({ waitMs }) => `Rate limited: too many messages of this webhook. Wait ${seconds(waitMs)} seconds`,
  "http.pace": ({ waitMs }) => `Rate limited: too many requests from this address. Wait ${seconds(waitMs)} seconds`,
  "pace.cooldown": ({ waitMs }) => `You are in cooldown for ${tenths(waitMs)} more seconds`,
  "pace.minute": ({ waitMs }) => `Rate limit exceeded. Wait ${tenths(waitMs)} seconds`,
  "pace.burst": ({ waitMs }) => `Burst limit exceeded. You're in cooldown for ${Math.round(waitMs / 1000)} seconds`,
  "status.text": "Status text must be at most 100 characters",
  "token.lifetime": "Either validFor or validUntil must be given",
  "token.past": "The token would have expired already",
  "token.long": ({ max }) => `A token may be good for at most ${max} seconds`,
  "token.room": "A room is required",
  "token.one-room": "A LiveKit token is for one room",
  "token.session-grant": "A session token names no room and no moderator",
  "token.moderator": "Moderator tokens are not given out here",
  "token.every-room": "Tokens for every room are not given out here",
  "token.form": "That is not a token",
  "token.no-key": "Tokens of this kind are not set up on this server",
  "token.key": "The server's signing key cannot be used",
  "voice.channel": "You do not have permission to access this voice channel",
  "voice.kind": "This is not a voice channel",
  "voice.peer": "Peer ID must be 1-128 characters without spaces",
  "voice.full": ({ max }) => `This voice channel is full (${max} at most)`,
  "voice.no-session": "Only a connected member can join a call",
  "voice.not-in": "You are not in a voice channel",
  "voice.silenced": "Access denied: a moderator muted you in calls",
  "voice.user-not-in": "This user is not in a voice channel",
  "voice.user-not-allowed": "This user has no access to that voice channel",
  plugin: ({ plugin }) => `Failed to reload plugin '${plugin}'`,
  "plugin.name": "Failed to reload plugin: there is none of that name",
  "plugin.broken": ({ plugin }) => `Failed to reload plugin '${plugin}'`,
  "plugin.asleep": "Plugins are not running",
  "plugin.failed": ({ plugin }) => `The plugin '${plugin}' failed; its operator can read why in the log`,
  "plugin.bundled": ({ plugin }) => `The plugin '${plugin}' comes with the server`,
  "plugin.options-size": "These options are too large",
  "plugin.only": "Access denied: only for plugins",
  "plugin.store": "The plugin has used up what it may keep",
  "plugin.call": ({ waitMs }) => `Rate limited: the plugin asks too much at once. Wait ${seconds(waitMs)} seconds`,
  permission: ({ permission }) => `Access denied: '${permission}' permission required`,
};

/** What is wrong with which of the embeds, when it is one of them. */
function embedSentence({ path, message }: Readonly<Record<string, any>>): string | undefined {
  const [, at, field] = /^embeds\.(\d+)\.?(.*)$/.exec(String(path)) ?? [];
  return at === undefined ? undefined : `Embed ${at}: ${field ? `${field}: ` : ""}${message}`;
}

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
