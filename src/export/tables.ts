/** One field of a line. */
export interface Field {
  readonly name: string;
  readonly column: string;
  readonly kind: "text" | "number" | "moment" | "flag" | "json";
  readonly about: string;
  /** Opens something; written only when asked for. */
  readonly secret: boolean;
}
/** One file of the export. */
export interface Table {
  readonly file: string;
  readonly table: string;
  readonly about: string;
  readonly fields: readonly Field[];
  /** What of it belongs to `:community`; everything when that is empty. */
  readonly where: string;
  readonly order: string;
  /** The whole file opens something. */
  readonly secret: boolean;
}

const field =
  (kind: Field["kind"], secret = false) =>
  (column: string, name: string, about: string): Field => ({ name, column, kind, about, secret });
const text = field("text");
const number = field("number");
const moment = field("moment");
const flag = field("flag");
const json = field("json");
const secret = field("text", true);
const secretJson = field("json", true);

const OWN = "t.community";
const inChannel = (column: string) => `(select c.community from channel c where c.id = ${column})`;
const inMessage = (column: string) =>
  `(select c.community from message m join channel c on c.id = m.channel where m.id = ${column})`;

const table = (
  file: string,
  name: string,
  about: string,
  community: string | undefined,
  order: string,
  fields: readonly Field[],
  secretFile = false,
): Table => ({
  file: `${file}.jsonl`,
  table: name,
  about,
  fields,
  where: community === undefined ? "" : `where (:community = '' or ${community} = :community)`,
  order,
  secret: secretFile,
});

/** Every table of meaning, in an order in which what is named by a line stands in a file before it. */
export const TABLES: readonly Table[] = [
  table("communities", "community", "Communities.", "t.id", "id", [
    text("id", "id", "its id"),
    text("slug", "slug", "its name in addresses; `default` for the first"),
    text("name", "name", "its name"),
    text("icon", "icon", "address of its picture"),
    text("banner", "banner", "address of its wide picture"),
    number("roles_revision", "rolesRevision", "counts the changes made to its roles"),
    moment("created_at", "createdAt", "when it was founded"),
  ]),
  table("users", "user_", "Accounts.", undefined, "created_at, id", [
    text("id", "id", "their id"),
    text("realm", "realm", "where the account comes from: `local`, `rotur`, `openchat`, `guest`"),
    text("name", "name", "the name, unique within the realm"),
    text("name_key", "nameKey", "the form in which names are compared"),
    text("avatar", "avatar", "address of their picture"),
    moment("created_at", "createdAt", "when the account was made"),
  ]),
  table("identities", "identity", "What proves to be an account.", undefined, "kind, subject", [
    text("kind", "kind", "`password`, `rotur` and others"),
    text("subject", "subject", "the name or id that is proved"),
    text("user_", "user", "whose account"),
    secret("secret", "secret", "the hash of the password"),
    number("version", "version", "how often the password was changed"),
    moment("created_at", "createdAt", "since when"),
  ]),
  table("roles", "role", "Roles.", OWN, "community, position", [
    text("id", "id", "its id"),
    text("community", "community", "whose"),
    text("name", "name", "its name"),
    text("name_key", "nameKey", "the form in which names are compared"),
    text("description", "description", "what it is for"),
    text("color", "color", "`#RRGGBB`"),
    flag("hoisted", "hoisted", "whether members are listed under it"),
    flag("self_assignable", "selfAssignable", "whether members may take it themselves"),
    text("category", "category", "heading among roles to choose"),
    number("position", "position", "0 is the highest"),
    json("permissions", "permissions", "list of permissions"),
  ]),
  table("members", "member", "Who is in a community.", OWN, "community, joined_at, user_", [
    text("community", "community", "where"),
    text("user_", "user", "who"),
    text("nickname", "nickname", "how they want to be called"),
    text("status", "status", "online, idle, dnd, offline or invisible"),
    text("status_text", "statusText", "what they say about it"),
    moment("timeout_until", "timeoutUntil", "until when they may not speak; 0 for not at all"),
    text("timeout_reason", "timeoutReason", "why"),
    moment("joined_at", "joinedAt", "since when"),
  ]),
  table("member-roles", "member_role", "Who holds which role.", OWN, "community, user_, place", [
    text("community", "community", "where"),
    text("user_", "user", "who"),
    text("role", "role", "id of the role"),
    number("place", "place", "order in which the member holds their roles"),
  ]),
  table("bans", "ban", "Who is shut out.", OWN, "community, at, user_", [
    text("community", "community", "where"),
    text("user_", "user", "who"),
    text("reason", "reason", "why"),
    text("banned_by", "bannedBy", "by whom"),
    moment("at", "at", "since when"),
    moment("until", "until", "until when; null for ever"),
  ]),
  table(
    "departed-members",
    "departed_member",
    "What leaving does not end: time-outs of those who left.",
    OWN,
    "community, user_",
    [
      text("community", "community", "where"),
      text("user_", "user", "who"),
      moment("timeout_until", "timeoutUntil", "until when they may not write; 0 for no time-out"),
      text("timeout_reason", "timeoutReason", "why"),
    ],
  ),
  table("voice-mutes", "voice_mute", "Whom moderators have muted in calls.", OWN, "community, at, user_", [
    text("community", "community", "where"),
    text("user_", "user", "who"),
    moment("at", "at", "since when"),
  ]),
  table("invites", "invite", "Invites: codes with which people register.", OWN, "community, created_at, id", [
    text("id", "id", "its id"),
    text("community", "community", "where"),
    secret("hash", "hash", "SHA-256 of the code"),
    text("role", "role", "id of the role that comes with it"),
    number("uses", "uses", "how often it may be used; null without end"),
    number("used", "used", "how often it has been"),
    text("note", "note", "what it is for"),
    text("created_by", "createdBy", "by whom"),
    moment("created_at", "createdAt", "when it was made"),
    moment("expires_at", "expiresAt", "until when it is good; null for ever"),
  ]),
  table("channels", "channel", "Channels, in the order of the list.", OWN, "community, position", [
    text("id", "id", "its id"),
    text("community", "community", "where"),
    text("kind", "kind", "text, voice, separator or forum"),
    text("name", "name", "its name"),
    text("name_key", "nameKey", "the form in which names are compared"),
    text("display_name", "displayName", "how clients show it"),
    text("description", "description", "what it is for"),
    text("icon", "icon", "address of its picture"),
    number("size", "size", "height of a separator"),
    number("position", "position", "0 is the first"),
    json("rules", "rules", "action → names of roles, `!role` denies"),
    number("user_limit", "userLimit", "most people in a call; 0 for no limit"),
    number("slow_mode", "slowMode", "seconds between two messages of a member"),
    text("retention", "retention", "how long messages are kept"),
    flag("listed", "listed", "whether the line chat lists it"),
    secret("password", "password", "hash of what opens it"),
    moment("created_at", "createdAt", "when it was made"),
  ]),
  table("threads", "thread", "Threads in forums.", inChannel("t.channel"), "created_at, id", [
    text("id", "id", "its id"),
    text("channel", "channel", "the forum"),
    text("name", "name", "its title"),
    text("created_by", "createdBy", "who began it"),
    moment("created_at", "createdAt", "when"),
    flag("locked", "locked", "whether nobody may write"),
    flag("archived", "archived", "whether it is put away"),
  ]),
  table(
    "thread-members",
    "thread_member",
    "Who takes part in a thread.",
    "(select c.community from thread h join channel c on c.id = h.channel where h.id = t.thread)",
    "thread, nth",
    [text("thread", "thread", "which"), text("user_", "user", "who"), number("nth", "nth", "the order in which they joined")],
  ),
  table("messages", "message", "Messages, in the order in which they were posted.", inChannel("t.channel"), "n", [
    number("n", "n", "counts the messages of the instance in the order of posting; with holes"),
    text("id", "id", "its id"),
    text("channel", "channel", "where"),
    text("place", "place", "the channel again, or the thread it is read in"),
    text("author", "author", "id of the account, or the name of an author without one"),
    text("content", "content", "the text"),
    moment("at", "at", "when it was posted"),
    moment("edited_at", "editedAt", "when it was last changed"),
    text("reply_to", "replyTo", "id of the message it answers"),
    text("reply_author", "replyAuthor", "whose that is"),
    flag("reply_ping", "replyPing", "whether they were called upon"),
    moment("pinned_at", "pinnedAt", "since when it is pinned"),
    json("embeds", "embeds", "rich content, as originChats has it"),
    json("extra", "extra", "`webhook` and `interaction` where they are the cause"),
    text("nonce", "nonce", "the sender's own name for it"),
  ]),
  table("reactions", "reaction", "Reactions.", inMessage("t.message"), "message, at, emoji, user_", [
    text("message", "message", "to which"),
    text("emoji", "emoji", "with what"),
    text("user_", "user", "whose"),
    moment("at", "at", "when"),
  ]),
  table("polls", "poll", "Votes that messages ask for.", inMessage("t.message"), "id", [
    text("id", "id", "its id"),
    text("message", "message", "the message that asks"),
    text("question", "question", "what is asked"),
    json("options", "options", "list of `id`, `text`, `emoji`"),
    flag("multiple", "multiple", "whether one may choose several"),
    moment("expires_at", "expiresAt", "when it ends by itself"),
    moment("ended_at", "endedAt", "when it ended"),
  ]),
  table(
    "poll-votes",
    "poll_vote",
    "Votes cast.",
    "(select c.community from poll p join message m on m.id = p.message join channel c on c.id = m.channel where p.id = t.poll)",
    "poll, at, user_, choice",
    [
      text("poll", "poll", "in which poll"),
      text("user_", "user", "by whom"),
      text("choice", "option", "for which option"),
      moment("at", "at", "when"),
    ],
  ),
  table("read-marks", "read_mark", "How far everybody has read.", inChannel("t.channel"), "user_, place", [
    text("user_", "user", "who"),
    text("place", "place", "the channel or thread"),
    text("channel", "channel", "its channel"),
    text("message", "message", "the last message read"),
    number("n", "n", "its number, which outlives it"),
    moment("at", "at", "when"),
  ]),
  table("attachments", "attachment", "Files of messages; the bytes are `files/<hash>`.", OWN, "at, id", [
    text("id", "id", "its id, with which anybody may read it"),
    text("community", "community", "where"),
    text("channel", "channel", "in which channel"),
    text("message", "message", "with which message; null for an upload that was not sent yet"),
    number("place", "place", "order within the message"),
    text("uploader", "uploader", "whose"),
    text("name", "name", "what it is called"),
    text("type", "type", "media type, by its content"),
    number("size", "size", "bytes"),
    text("hash", "hash", "SHA-256 of the bytes; null when their time was up"),
    text("thumbnail", "thumbnail", "hash of a small picture of it"),
    text("placeholder", "placeholder", "a blur to show meanwhile"),
    number("width", "width", "pixels"),
    number("height", "height", "pixels"),
    text("origin", "origin", "address of the server under which it was uploaded"),
    moment("at", "at", "when it was uploaded"),
    moment("expires_at", "expiresAt", "until when it is kept"),
    flag("permanent", "permanent", "whether it is kept long"),
  ]),
  table("emoji", "emoji", "The community's emoji; the bytes are `files/<hash>`.", OWN, "community, id", [
    text("community", "community", "where"),
    number("id", "id", "its number, never used again"),
    text("name", "name", "its name"),
    text("name_key", "nameKey", "the form in which names are compared; null for a deleted one"),
    text("hash", "hash", "SHA-256 of the picture"),
    text("type", "type", "media type"),
    text("extension", "extension", "file name ending"),
    number("size", "size", "bytes"),
    moment("at", "at", "when it was last changed"),
  ]),
  table("assets", "asset", "Pictures of the community itself; the bytes are `files/<hash>`.", OWN, "community, kind", [
    text("community", "community", "whose"),
    text("kind", "kind", "`icon` or `banner`"),
    text("hash", "hash", "SHA-256 of the picture"),
    text("type", "type", "media type"),
    number("size", "size", "bytes"),
    moment("at", "at", "since when"),
  ]),
  table("webhooks", "webhook", "Doors for other programs.", OWN, "created_at, id", [
    text("id", "id", "its id"),
    text("community", "community", "where"),
    text("channel", "channel", "into which channel"),
    text("name", "name", "under which name it posts"),
    text("avatar", "avatar", "address of the picture beside it"),
    secret("token", "token", "what opens it"),
    secret("secret", "secret", "what GitHub signs with"),
    text("created_by", "createdBy", "who made it"),
    moment("created_at", "createdAt", "when"),
  ]),
  table("modlog", "modlog", "What moderators did.", OWN, "at, id", [
    text("id", "id", "its id"),
    text("community", "community", "where"),
    moment("at", "at", "when"),
    text("action", "action", "what"),
    text("category", "category", "of which kind"),
    text("actor", "actor", "who"),
    text("actor_name", "actorName", "their name then"),
    text("target", "target", "to whom or what"),
    text("target_name", "targetName", "its name then"),
    text("reason", "reason", "why"),
    json("details", "details", "names and numbers"),
  ]),
  table("plugins", "plugin", "Plugins.", undefined, "name", [
    text("name", "name", "its name"),
    flag("enabled", "enabled", "whether it runs"),
    text("installed", "installed", "where it was installed from; null for one that came with the program"),
    secretJson("options", "options", "how it is set, tokens for other services included"),
    moment("changed_at", "changedAt", "when that was last changed"),
  ]),
  table(
    "plugin-values",
    "plugin_store",
    "What plugins keep; they may keep tokens.",
    undefined,
    "plugin, key",
    [
      text("plugin", "plugin", "whose"),
      text("key", "key", "its name"),
      text("value", "value", "the value, as the plugin wrote it"),
      number("size", "size", "bytes"),
    ],
    true,
  ),
  table(
    "push-subscriptions",
    "push_subscription",
    "Browsers that want to be told. Whoever has a line can send to it.",
    undefined,
    "user_, endpoint",
    [
      text("endpoint", "endpoint", "address at the push service"),
      text("user_", "user", "whose"),
      text("p256dh", "p256dh", "the browser's key"),
      text("auth", "auth", "the browser's secret"),
      moment("at", "at", "when it was last seen"),
    ],
    true,
  ),
  table(
    "kept-values",
    "meta",
    "Single values of the instance, its key for push notifications among them.",
    undefined,
    "key",
    [text("key", "key", "its name"), text("value", "value", "the value")],
    true,
  ),
];

/** Tables that are left out, and why. */
export const NOT_EXPORTED: Readonly<Record<string, string>> = {
  migration: "the manifest tells the shape of the database",
  plugin_turn: "when plugins are called next by the clock; they ask again",
  mention: "made of the messages' texts",
  message_text: "an index over the messages' texts",
  event: "what happened lately, for clients that come back; the tables hold what came of it",
};
