import type { Refusal, RefusalCode } from "../kernel/refusal.ts";

type Facts = Readonly<Record<string, any>>;
type Sentence = string | ((facts: Facts) => string);

const quoted = (value: unknown): string => JSON.stringify(String(value ?? ""));

/** What the console says of a refusal, by its reason. */
const BY_REASON: Readonly<Record<string, Sentence>> = {
  channel: ({ channel }) => `There is no room called ${quoted(channel)}.`,
  "channel.exists": ({ channel }) => `There is a room called ${quoted(channel)} already.`,
  "channel.name-taken": ({ channel }) => `There is another room called ${quoted(channel)}.`,
  "channel.name": "That is no name for a room.",
  "channel.kind": ({ kind }) => `That cannot be done in a room of the type ${kind}.`,
  "channel.kind-fixed": "The type of a room cannot change once somebody has written in it.",
  "channel.most": ({ max }) => `There are ${max} rooms already, and no more are allowed.`,
  "channel.retention": 'Messages are kept "forever", "none", "last 1000" or "30 days".',
  user: ({ user }) => `There is no user called ${quoted(user)}.`,
  "user.name-taken": ({ name }) => (name ? `The name ${quoted(name)} is taken.` : "That name is taken."),
  "account.name-taken": "That name is taken.",
  "account.blank": "A name and a password are needed.",
  "account.name-length": "A name has 2 to 32 characters.",
  "account.name-letters": "A name is made of letters, digits, - and _.",
  "account.password-length": "A password has 4 to 72 characters.",
  "user.rank": ({ user }) => `${quoted(user)} stands too high for that.`,
  "member.owner": "The owner cannot be shut out; take the role from them first.",
  "member.rank": "They stand too high for that.",
  "member.banned": "They are banned.",
  "role.unknown": ({ role }) => `There is no role called ${quoted(role)}.`,
  "role.last-owner": "A community keeps at least one owner.",
  "role.order": "The roles cannot stand in that order.",
  "role.name": "That is no name for a role.",
  "role.name-absent": "A role needs a name.",
  "role.color": "A colour is written like #00aa88.",
  "role.self-assignable": ({ role }) =>
    `The role ${quoted(role)} cannot be one that members take themselves: its permissions reach too far.`,
  role: ({ role }) => `There is no role called ${quoted(role)}.`,
  "role.name-taken": ({ role }) => `There is a role called ${quoted(role)} already.`,
  "role.fixed": ({ role }) => `The role ${quoted(role)} belongs to every community and stays.`,
  "role.fixed-name": ({ role }) => `The role ${quoted(role)} keeps its name.`,
  "role.rank": ({ role }) => `The role ${quoted(role)} cannot be given or changed like this.`,
  "role.many": ({ max }) => `There are ${max} roles already, and no more are allowed.`,
  "role.permission": "That is no permission.",
  invite: 'There is no invite with that id; "chat invite list" shows them.',
  "invite.owner": 'Nobody is invited as the owner; "/claim" with the code of the first start is for that.',
  "invite.past": "An invite ends in the future.",
  "invite.many": ({ max }) => `There are ${max} invites already; revoke some first.`,
  "invite.unknown": "That is no invite.",
  "invite.spent": "That invite has expired or was used up.",
  "invite.members-only": "Only members redeem invites.",
  "invite.no-role": "That invite brings no role.",
  "invite.held": ({ role }) => `They have the role ${quoted(role)} already.`,
  "ban.until": "A ban ends in the future.",
  "message.empty": "There is no text to say.",
  "message.content": ({ max }) => `The text is longer than the ${max} characters that are allowed (limits.post_content).`,
  message: "There is no such message.",
  plugin: ({ plugin }) => `There is no plugin called ${quoted(plugin)}.`,
  "plugin.name": "That is no name for a plugin.",
  "plugin.broken": ({ plugin, why }) => `${plugin} does not run: ${why}`,
  "plugin.asleep": "No server runs, so no plugin does.",
  "plugin.bundled": ({ plugin }) =>
    `The plugin ${quoted(plugin)} comes with the chat: it is enabled or disabled, neither installed nor removed.`,
  "plugin.options-size": "These options are too large.",
  "plugin.refused": ({ plugin, sentence }) => `${plugin} refuses: ${sentence}`,
  permission: ({ permission }) => `The permission ${permission} is missing.`,
  operation: ({ operation }) => `There is no operation called ${quoted(operation)}. "chat call" lists them.`,
  settings: ({ sentence }) => String(sentence),
  "control.json": "The input is not JSON.",
  "blob.full": "The disk is full: free some space and try again.",
  "store.full": "The disk is full: free some space and try again.",
  "store.busy": "Another program holds the database: try again.",
  "store.away": "The database cannot be reached.",
  "timeout.seconds": "A timeout is given in whole seconds, 0 to end it.",
  "timeout.longest": "A timeout of that length is not allowed; ban instead.",
};

const BY_CODE: Readonly<Record<RefusalCode, Sentence>> = {
  "invalid-input": ({ path, message }) =>
    path ? `${path}: ${message ?? "is not right"}.` : `${message ?? "The input is not right"}.`,
  "not-signed-in": "Nobody is signed in.",
  forbidden: "That is not allowed",
  "not-found": "There is no such thing",
  conflict: "That collides with what is there already",
  "too-large": "That is too large",
  "too-fast": ({ waitMs }) => `Too fast: try again${waitMs ? ` in ${Math.ceil(waitMs / 1000)} s` : " later"}.`,
  unavailable: "That is not possible at the moment",
};

/** One sentence for the person at the terminal. A reason without one of its own is named, so that it can be looked up. */
export function refusalSentence({ code, reason, facts }: Refusal): string {
  const sentence = BY_REASON[reason] ?? BY_CODE[code];
  const text = typeof sentence === "function" ? sentence(facts) : sentence;
  return /[.!?]$/.test(text) ? text : `${text} (${reason}).`;
}
