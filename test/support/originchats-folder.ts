// Folders of originChats servers as the eras left them (reference/originchats.md §5), made here: small, and with everything that goes wrong in them.
import { Database } from "bun:sqlite";
import { createHash, generateKeyPairSync } from "node:crypto";
import { createWriteStream, mkdirSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { dirname, join } from "node:path";
import { png } from "./pictures.ts";

export const PASSWORD = "an old password";
/** bcrypt as Python writes it; cheap, since tests are not about its cost. */
const BCRYPT = Bun.password.hashSync(PASSWORD, { algorithm: "bcrypt", cost: 4 }).replace(/^\$2y/, "$2b");
/** Seconds, as originChats writes moments. */
export const T = 1_750_000_000;
const PADDING = " ".repeat(512);

type Json = Record<string, unknown>;

export const uuid = (text: string): string =>
  createHash("sha256")
    .update(text)
    .digest("hex")
    .slice(0, 32)
    .replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*/, "$1-$2-4$3-a$4-$5");

/** A file of JSON, of text, or of bytes. */
export function put(folder: string, path: string, content: unknown): void {
  const at = join(folder, path);
  mkdirSync(dirname(at), { recursive: true });
  const plain = typeof content === "string" || content instanceof Uint8Array;
  writeFileSync(at, plain ? content : JSON.stringify(content, null, 2));
}

/** As the server appends: padding after each, no line feed at the end. */
export const padded = (messages: readonly Json[]): string => messages.map((one) => JSON.stringify(one) + PADDING).join("\n");

let second = 0;
/** A message, each a second after the last. */
export const message = (id: string, user: string, content: string, more: Json = {}): Json => ({
  user,
  content,
  timestamp: T + ++second + 0.25,
  id: uuid(id),
  ...more,
});

const ALICE = "USR:local_alice";
const BOB = "USR:local_bob";
const CAROL = "USR:0123456789abcdef";
export const IDS = { alice: ALICE, bob: BOB, carol: CAROL };

const record = (username: string, roles: readonly string[], more: Json = {}): Json => ({ username, roles, ...more });
const local = (name: string, roles: readonly string[], more: Json = {}): Json =>
  record(`USR:local_${name}`, roles, {
    nickname: name,
    password_hash: BCRYPT,
    status: { status: "online", text: "" },
    pfp_url: null,
    ...more,
  });

const ROLES: Json = {
  owner: {
    id: uuid("role owner"),
    description: "Top",
    color: "#9400D3",
    hoisted: true,
    permissions: ["administrator"],
    position: 0,
  },
  moderator: {
    id: uuid("role moderator"),
    color: "#FFFF00",
    hoisted: true,
    permissions: ["manage_messages", "manage_threads"],
    position: 2,
  },
  vip: {
    id: uuid("role vip"),
    description: "Friends",
    color: "#0f0",
    permissions: { send_messages: true, mention_roles: ["vip"], manage_server: false },
    self_assignable: true,
    category: "fun",
    position: 1,
  },
  user: { id: uuid("role user"), color: null, permissions: ["send_messages", "read_message_history"], position: 3 },
};

const open = (more: Json = {}): Json => ({ view: ["user"], send: ["user"], react: ["user"], delete: ["moderator"], ...more });

/** A server of today: JSON Lines with padding, ids for users. */
export function currentFolder(folder: string): void {
  second = 0;
  put(folder, "config.json", {
    server: { name: "The Old Place", url: "https://old.example.org", icon: "icon.png", owner: { name: "Alice" } },
    limits: { post_content: 4000, search_results: 99 },
    websocket: { host: "0.0.0.0", port: 5613 },
    auth_mode: "cracked",
    DB: { channels: "db/channels.json", users: { file: "db/users.json", default: { roles: ["user"] } } },
  });
  put(folder, "db/serverAssets/icon.png", png(8, 8));
  put(folder, "db/roles.json", ROLES);
  put(folder, "db/users.json", {
    [ALICE]: local("alice", ["owner", "user"], { status: { status: "dnd", text: "busy" }, validator: "unused" }),
    [BOB]: local("bob", ["vip", "user"], { nickname: "Bobby" }),
    [CAROL]: record("Carol", ["user", "ghost", "user"], { pfp_url: "https://example.org/c.png" }),
    "USR:ffff": record("carol", ["user"]),
    "USR:local_mallory": local("mallory", ["banned", "user"]),
    "USR:local_lost": record("USR:local_lost", ["user"]),
    "USR:broken": "not a record",
  });
  put(folder, "db/channels.json", [
    {
      type: "text",
      name: "general",
      description: "All",
      display_name: "General!",
      permissions: open({ send: ["!vip", "user", "nobody"] }),
    },
    { type: "separator", size: 20, permissions: open() },
    { type: "separator", size: 30, permissions: open() },
    { type: "text", name: "General", permissions: open() },
    { type: "text", name: "../../escape", permissions: open() },
    { type: "voice", name: "talk", permissions: open() },
    { type: "forum", name: "ideas", permissions: open({ create_thread: ["user"] }) },
    { type: "text", name: "secret", permissions: { view: ["ghost"], send: ["ghost"] } },
    { type: "text", name: "empty", permissions: open() },
    { type: "chat", name: "odd", permissions: open(), hacked: true },
    { type: "text" },
    "nonsense",
  ]);
  const first = message("first", ALICE, "hello @USR:local_bob and @&vip", {
    reactions: { "👍": [BOB, CAROL], "https://x/emojis/0": [CAROL] },
  });
  const second_ = message("second", BOB, "the answer", {
    reply_to: { id: first["id"], user: ALICE },
    pinned: true,
    edited: true,
  });
  const third = message("third", "USR:local_gone", "I left");
  const file = message("file", CAROL, "look", {
    attachments: [
      {
        id: uuid("picture"),
        name: "cat.png",
        mime_type: "image/png",
        size: 70,
        url: `/attachments/${uuid("picture")}`,
        expires_at: T + 1e9,
        permanent: false,
        width: 4,
        height: 4,
      },
      {
        id: uuid("expired"),
        name: "old.pdf",
        mime_type: "application/pdf",
        size: 1234,
        url: `http://0.0.0.0:5613/attachments/${uuid("expired")}`,
        expires_at: T + 5,
      },
    ],
  });
  const again = message("file again", BOB, "again", {
    attachments: [{ id: uuid("picture"), name: "cat.png", url: `/attachments/${uuid("picture")}` }],
  });
  const hook = message("hook", "originChats", "deployed", {
    webhook: { id: uuid("webhook"), name: "CI", avatar: null },
    embeds: [{ title: "Build 7", color: 255 }, { fields: "none" }],
  });
  const slash = message("slash", "originChats", "pong", { interaction: { command: "ping", username: BOB } });
  const poll = message("poll", ALICE, "", {
    embeds: [
      {
        type: "poll",
        title: "Lunch?",
        poll: {
          question: "Lunch?",
          options: [
            { id: "0", text: "Pizza" },
            { id: "1", text: "Soup" },
          ],
          allow_multiselect: false,
        },
      },
    ],
  });
  const untimed = { user: BOB, content: "no time", id: uuid("untimed") };
  const last = message("last", CAROL, "bye");
  const torn = JSON.stringify(message("torn", BOB, "this line was torn and")).slice(0, 60);
  const lines = [first, second_, third, file, again, hook, slash, poll, untimed].map((one) => JSON.stringify(one) + PADDING);
  put(
    folder,
    "db/channels/general.json",
    [...lines, torn, "", "  ", '"a text"', JSON.stringify(first), JSON.stringify(last) + PADDING].join("\n"),
  );
  // Ends with a line feed, as the migration script writes it; then edited in place at offsets that are one off: two messages share a line, one was cut.
  const [a, b, c] = ["damage a", "damage b", "damage c"].map((id) => JSON.stringify(message(id, BOB, id)));
  put(folder, "db/channels/General.json", `${a}${PADDING}${b}\n${c!.slice(9)}\n`);
  put(folder, "db/channels/renamed-away.json", padded([message("orphan", ALICE, "history without a channel")]));
  put(folder, "db/channels/secret.json", `${JSON.stringify({ ...message("twin", CAROL, "psst"), id: first["id"] })}\n`);
  put(folder, "db/channels/empty.json", "");
  put(folder, "escape.json", padded([message("outside", ALICE, "outside of the folder")]));

  const thread = uuid("thread");
  put(folder, `db/threads/${thread}.json`, {
    id: thread,
    name: "Roadmap",
    parent_channel: "ideas",
    created_by: ALICE,
    created_at: T,
    locked: true,
    archived: false,
    participants: [ALICE, BOB],
  });
  put(folder, `db/threads/${uuid("old thread")}.json`, {
    id: "../users",
    name: "",
    parent_channel: "ideas",
    created_by: BOB,
    created_at: T - 5,
  });
  put(folder, `db/threads/${uuid("orphan thread")}.json`, {
    id: uuid("orphan thread"),
    name: "x",
    parent_channel: "deleted",
    created_by: BOB,
    created_at: T,
  });
  const inThread = message("in thread", BOB, "step one");
  put(folder, `db/threadMessages/${thread}.jsonl`, padded([inThread]));

  put(folder, "db/polls.json", {
    [uuid("poll id")]: {
      id: uuid("poll id"),
      message_id: poll["id"],
      channel: "general",
      thread_id: null,
      question: "Lunch?",
      options: [
        { id: "0", text: "Pizza" },
        { id: "1", text: "Soup" },
      ],
      allow_multiselect: false,
      expires_at: null,
      created_by: ALICE,
      created_at: T,
      ended: false,
      ended_at: null,
    },
    [uuid("lost poll")]: {
      id: uuid("lost poll"),
      message_id: uuid("nowhere"),
      question: "?",
      options: ["a", "b"],
      created_by: BOB,
    },
  });
  put(folder, "db/poll_votes.json", {
    [uuid("poll id")]: [
      { poll_id: uuid("poll id"), option_id: "1", user_id: BOB, voted_at: T + 50 },
      { poll_id: uuid("poll id"), option_id: "1", user_id: CAROL, voted_at: T + 51 },
      { poll_id: uuid("poll id"), option_id: "9", user_id: ALICE, voted_at: T + 52 },
    ],
  });
  put(folder, "db/attachments.json", {
    [uuid("picture")]: {
      id: uuid("picture"),
      filename: `${uuid("picture")}.png`,
      original_name: "cat.png",
      mime_type: "image/png",
      size: 70,
      uploader_id: CAROL,
      uploader_name: "Carol",
      channel: "general",
      created_at: T,
      expires_at: T + 1e9,
      permanent: false,
      referenced: true,
    },
    [uuid("unsent")]: {
      id: uuid("unsent"),
      filename: "../users.json",
      original_name: "x",
      uploader_id: BOB,
      created_at: T,
      expires_at: T + 1e9,
    },
  });
  put(folder, `db/attachments/${uuid("picture")}.png`, png(4, 4));
  put(folder, "db/serverEmojis.json", {
    "0": { name: "party", fileName: "0.png" },
    "3": { name: "gone", fileName: "3.gif" },
    "4": { name: "PARTY", fileName: "../icon.png" },
  });
  put(folder, "db/serverEmojis/0.png", png(2, 2));
  put(folder, "db/serverEmojis/4.png", png(2, 3));
  put(folder, "db/webhooks.json", {
    [uuid("webhook")]: {
      id: uuid("webhook"),
      channel: "general",
      name: "CI",
      token: `${uuid("token")}${"ab".repeat(16)}`,
      created_by: ALICE,
      created_at: T,
      avatar: null,
    },
    [uuid("lost webhook")]: {
      id: uuid("lost webhook"),
      channel: "deleted",
      name: "Old",
      token: `${uuid("token 2")}${"cd".repeat(16)}`,
      created_by: BOB,
      created_at: T,
    },
  });
  put(folder, "db/unreads.json", {
    [BOB]: { general: first["id"], [`thread/${thread}`]: inThread["id"], deleted: uuid("nowhere"), empty: uuid("nowhere") },
    "USR:gone": { general: first["id"] },
  });
  const entry = (action: string, target: string, details: Json) => ({
    id: `${T * 1000}-${ALICE}`,
    action,
    category: "user_moderation",
    actor_id: ALICE,
    actor_name: ALICE,
    target_id: target,
    target_name: target,
    details,
    timestamp: T + 9,
  });
  put(folder, "db/modlog.json", [
    entry("user_ban", "USR:local_mallory", { reason: "spam" }),
    entry("user_kick", BOB, {}),
    { action: "no time" },
  ]);
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  put(folder, "db/vapid/private_key.pem", privateKey.export({ format: "pem", type: "sec1" }).toString());
  put(folder, "db/push_subscriptions.json", {
    carol: [{ endpoint: "https://push.example.org/c", p256dh: "BA", auth: "AA", device_fingerprint: "f", last_used: T }],
    nobody: [{ endpoint: "https://push.example.org/n", p256dh: "BA", auth: "AA", device_fingerprint: "f", last_used: T }],
  });
}

/** A server of 2025: users by name, one array per channel. */
export function arrayFolder(folder: string): void {
  second = 0;
  put(folder, "config.json", {
    server: { name: "Early" },
    rotur: { validate_url: "https://social.rotur.dev/validate", validate_key: "k" },
  });
  put(folder, "db/users.json", { alice: { roles: ["owner", "user"] }, bob: { roles: ["user"] } });
  put(folder, "db/roles.json", { owner: { description: "Top", color: "#9400D3" }, user: { description: "All", color: null } });
  put(folder, "db/channels.json", [
    { type: "text", name: "general", permissions: open() },
    { type: "text", name: "torn", permissions: open() },
  ]);
  const say = (id: string, user: string, content: string, more: Json = {}) =>
    message(id, user, content, { type: "message", pinned: false, ...more });
  const first = say("early first", "alice", 'a } brace, a " quote and a \\ in it');
  put(
    folder,
    "db/channels/general.json",
    JSON.stringify(
      [
        first,
        say("early second", "Bob", "hi", {
          reply_to: { id: first["id"], user: "alice" },
          reactions: { "👍": ["alice", "bob"] },
          pinned: true,
        }),
      ],
      null,
      2,
    ),
  );
  put(
    folder,
    "db/channels/torn.json",
    JSON.stringify([say("early third", "bob", "kept"), say("early fourth", "bob", "cut off")]).slice(0, -30),
  );
}

/** The SQLite interlude; users stayed JSON. */
export function interludeFolder(folder: string): void {
  second = 0;
  put(folder, "config.json", { server: { name: "Interlude" } });
  put(folder, "db/users.json", { [ALICE]: local("alice", ["owner", "user"]), [BOB]: local("bob", ["user"]) });
  const db = new Database(join(folder, "db/originchats.db"), { create: true });
  db.run("pragma journal_mode = wal");
  db.run(
    `create table channels (name text, type text, description text, permissions text, display_name text, size integer, position integer)`,
  );
  db.run(
    `create table roles (name text, id text, description text, color text, hoisted integer, permissions text, self_assignable integer, category text, position integer)`,
  );
  db.run(`create table messages (id text, channel text, thread_id text, user_id text, content text, timestamp real, edited integer, pinned integer, reply_to_id text,
    reply_to_user text, attachments text, embeds text, webhook text, interaction text)`);
  db.run(`create table reactions (message_id text, emoji text, user_id text)`);
  db.run(
    `create table threads (id text, name text, parent_channel text, created_by text, created_at real, locked integer, archived integer, participants text)`,
  );
  db.run(`create table webhooks (id text, channel text, name text, token text, created_by text, created_at real, avatar text)`);
  db.run(`create table pinned_messages (message_id text, channel text, thread_id text, pinned_at real)`);
  const insert = (table: string, ...values: (string | number | null)[]) =>
    db.run(`insert into ${table} values (${values.map(() => "?").join()})`, values);
  insert("channels", "late", "text", null, JSON.stringify(open()), null, null, 1);
  insert("channels", "general", "text", "All", JSON.stringify(open()), null, null, 0);
  insert("channels", "ideas", "forum", null, JSON.stringify(open()), null, null, 2);
  insert("roles", "owner", uuid("role owner"), "Top", "#9400D3", 1, '["administrator"]', 0, null, 0);
  insert("roles", "user", uuid("role user"), null, null, 0, '{"send_messages":true}', 0, null, 1);
  const put_ = (
    id: string,
    place: string,
    thread: string | null,
    user: string,
    content: string,
    at: number,
    more: { reply?: string; embeds?: string } = {},
  ) =>
    insert(
      "messages",
      uuid(id),
      place,
      thread,
      user,
      content,
      T + at,
      0,
      0,
      more.reply ?? null,
      more.reply ? ALICE : null,
      null,
      more.embeds ?? null,
      null,
      null,
    );
  put_("interlude second", "general", null, BOB, "second", 2, { reply: uuid("interlude first") });
  put_("interlude first", "general", null, ALICE, "first", 1, { embeds: "{broken" });
  put_("interlude thread", "ideas", uuid("interlude"), BOB, "in the thread", 3);
  insert("reactions", uuid("interlude first"), "👍", BOB);
  insert("pinned_messages", uuid("interlude first"), "general", null, T + 5);
  insert("threads", uuid("interlude"), "Plans", "ideas", ALICE, T, 0, 1, JSON.stringify([ALICE, BOB]));
  insert("webhooks", uuid("webhook"), "general", "CI", `${uuid("token")}${"ab".repeat(16)}`, ALICE, T, null);
  db.close();
}

const WORDS = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu".split(" ");

/** A busy server: `count` messages in ten channels by a hundred people. */
export async function largeFolder(folder: string, count: number): Promise<void> {
  const people = Array.from({ length: 100 }, (_, n) => `USR:local_user${n}`);
  put(
    folder,
    "db/users.json",
    Object.fromEntries(people.map((id, n) => [id, record(id, ["user"], { nickname: `user${n}`, password_hash: BCRYPT })])),
  );
  put(folder, "db/roles.json", ROLES);
  const names = Array.from({ length: 10 }, (_, n) => `room${n}`);
  put(
    folder,
    "db/channels.json",
    names.map((name) => ({ type: "text", name, permissions: open() })),
  );
  mkdirSync(join(folder, "db/channels"), { recursive: true });
  for (const [place, name] of names.entries()) {
    const out = createWriteStream(join(folder, "db/channels", `${name}.json`));
    const here = Math.floor((count + place) / names.length);
    for (let n = 0; n < here;) {
      let some = "";
      for (const end = Math.min(here, n + 1000); n < end; n++) {
        const content = Array.from({ length: 4 + (n % 9) }, (_, at) => WORDS[(n * 7 + at * 5) % WORDS.length]).join(" ");
        const id = `0190${place.toString(16).padStart(4, "0")}-0000-7000-8000-${n.toString(16).padStart(12, "0")}`;
        some += `${n ? "\n" : ""}${JSON.stringify({ user: people[(n * 13) % 100], content, timestamp: T + n, id, ...(n % 20 ? {} : { reactions: { "👍": [people[n % 100]] } }) })}${PADDING}`;
      }
      if (!out.write(some)) await once(out, "drain");
    }
    out.end();
    await once(out, "close");
  }
}
