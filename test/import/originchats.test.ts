import { expect, test } from "bun:test";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { NotOriginChats } from "../../src/import/originchats/folder.ts";
import { KINDS } from "../../src/import/originchats/report.ts";
import { counts, importing } from "../support/importing.ts";
import {
  arrayFolder,
  currentFolder,
  IDS,
  interludeFolder,
  message,
  padded,
  PASSWORD,
  put,
  T,
  uuid,
} from "../support/originchats-folder.ts";
import { transcriptRotur } from "../support/rotur.ts";
import type { Frame, TestClient } from "../support/originchats.ts";

const only = (frames: readonly Frame[], cmd: string): Frame => frames.find((frame) => frame["cmd"] === cmd)!;
async function signIn(client: TestClient, username: string): Promise<Frame[]> {
  return client.ask({ cmd: "login", username, password: PASSWORD });
}
const contents = (frame: Frame): string[] => frame["messages"].map(({ content }: Frame) => content);

test("after an import the old password opens the account, and is kept in the new form from then on", async () => {
  await using old = await importing(currentFolder);
  await old.run();
  const stored = async () =>
    ((await old.store.one({ text: "select secret from identity where user_ = :user", numbers: [] }, { user: IDS.bob })) as any)
      .secret;
  expect(await stored()).toStartWith("$2b$");
  const bob = old.door.connect("bob");
  expect((await signIn(bob, "bob")).map(({ cmd }) => cmd)).toContain("auth_success");
  expect(await stored()).toStartWith("$argon2id$");
  expect((await signIn(old.door.connect("bob again"), "bob")).map(({ cmd }) => cmd)).toContain("auth_success");
  const wrong = await old.door.connect("x").ask({ cmd: "login", username: "bob", password: "not this one" });
  expect(wrong.at(-1)).toMatchObject({ cmd: "auth_error" });
});

test("a client sees itself, channels, history, reactions, pins and unread messages as the old server would show them", async () => {
  await using old = await importing(currentFolder);
  await old.run();
  const bob = old.door.connect("bob");
  const ready = only(await signIn(bob, "bob"), "ready");
  expect(ready["user"]).toMatchObject({ username: IDS.bob, nickname: "Bobby", roles: ["vip", "user"] });
  const channels = only(await bob.ask({ cmd: "channels_get" }), "channels_get")["val"] as Frame[];
  expect(channels.map(({ type, name, size }) => name || `${type} ${size}`)).toEqual([
    "general",
    "separator 20",
    "separator 30",
    "General-2",
    "escape",
    "talk",
    "ideas",
    "empty",
    "odd",
  ]);
  expect(channels[0]).toMatchObject({ display_name: "General!", permissions: { send: ["!vip", "user"], view: ["user"] } });
  const denied = await bob.ask({ cmd: "message_new", channel: "general", content: "hi" });
  expect(denied.at(-1)).toMatchObject({ cmd: "error" });

  const page = only(await bob.ask({ cmd: "messages_get", channel: "general" }), "messages_get");
  expect(contents(page)).toEqual([
    "hello @USR:local_bob and @&vip",
    "the answer",
    "I left",
    "look",
    "again",
    "deployed",
    "pong",
    "",
    "no time",
    "bye",
  ]);
  const [first, second, third, , , hook, slash, poll] = page["messages"] as Frame[];
  expect(first).toMatchObject({
    id: uuid("first"),
    user: IDS.alice,
    timestamp: T + 1.25,
    reactions: { "👍": [IDS.bob, "Carol"], "https://x/emojis/0": ["Carol"] },
  });
  expect(second).toMatchObject({ pinned: true, edited: true, reply_to: { id: uuid("first"), user: IDS.alice } });
  expect(third).toMatchObject({ user: "USR:local_gone" });
  expect(hook).toMatchObject({
    user: "originChats",
    webhook: { id: uuid("webhook"), name: "CI" },
    embeds: [{ title: "Build 7", color: 255 }],
  });
  expect(slash).toMatchObject({ interaction: { command: "ping", username: IDS.bob } });
  expect(poll!["embeds"][0]).toMatchObject({ type: "poll", poll: { id: uuid("poll id"), question: "Lunch?" } });
  const pinned = only(await bob.ask({ cmd: "messages_pinned", channel: "general" }), "messages_pinned");
  expect(contents(pinned)).toEqual(["the answer"]);
  const pings = only(await bob.ask({ cmd: "pings_get" }), "pings_get");
  expect(contents(pings)).toContain("hello @USR:local_bob and @&vip");
  const found = only(await bob.ask({ cmd: "messages_search", channel: "general", query: "answer" }), "messages_search");
  expect((found["results"] as Frame[]).map(({ content }) => content)).toEqual(["the answer"]);
});

test("what was read is known: unread messages count from the old mark on", async () => {
  await using old = await importing(currentFolder);
  await old.run();
  const bob = old.door.connect("bob");
  await signIn(bob, "bob");
  const unreads = only(await bob.ask({ cmd: "unreads_get" }), "unreads_get")["unreads"] as Frame;
  expect(unreads["general"]).toMatchObject({ last_read: uuid("first"), unread_count: 9 });
});

test("messages that ran into each other are told apart, and torn ones are named by file and line", async () => {
  await using old = await importing(currentFolder);
  const { findings } = await old.run();
  const bob = old.door.connect("bob");
  await signIn(bob, "bob");
  expect(contents(only(await bob.ask({ cmd: "messages_get", channel: "General-2" }), "messages_get"))).toEqual([
    "damage a",
    "damage b",
  ]);
  expect(
    findings
      .filter(({ file, line }) => file === "db/channels/General.json" && line !== undefined)
      .map(({ line, done }) => [line, done]),
  ).toEqual([
    [1, "the 2 whole messages in it were kept"],
    [2, "left out"],
  ]);
  expect(
    findings.filter(({ file, done }) => file === "db/channels/general.json" && done === "left out").map(({ line }) => line),
  ).toEqual([10, 13, 14]);
});

test("everything read is written, there already, or left out", async () => {
  for (const make of [currentFolder, arrayFolder, interludeFolder]) {
    await using old = await importing(make);
    for (const run of [1, 2]) {
      const report = await old.run();
      for (const kind of KINDS) {
        const { read, written, present, skipped } = report.counts[kind];
        expect(`${make.name} ${run} ${kind} ${written + present + skipped}`).toBe(`${make.name} ${run} ${kind} ${read}`);
      }
    }
  }
});

/** All rows but those that only say when. */
async function rows(store: Awaited<ReturnType<typeof importing>>["store"]): Promise<string> {
  const tables = [
    "role",
    "user_",
    "identity",
    "member",
    "member_role",
    "ban",
    "channel",
    "message",
    "reaction",
    "mention",
    "read_mark",
    "thread",
  ];
  const more = [
    "thread_member",
    "poll",
    "poll_vote",
    "attachment",
    "emoji",
    "asset",
    "webhook",
    "push_subscription",
    "modlog",
    "meta",
  ];
  const all: unknown[] = [];
  for (const table of [...tables, ...more]) all.push(table, await store.all({ text: `select * from ${table}`, numbers: [] }, {}));
  return JSON.stringify(all);
}

test("a second import changes nothing", async () => {
  for (const make of [currentFolder, arrayFolder, interludeFolder]) {
    await using old = await importing(make);
    await old.run();
    const before = await rows(old.store);
    const again = await old.run();
    expect(await rows(old.store)).toBe(before);
    for (const kind of KINDS) if (kind !== "settings") expect(`${kind} ${again.counts[kind].written}`).toBe(`${kind} 0`);
  }
});

test("what came after the first import is added by the second", async () => {
  await using old = await importing(arrayFolder);
  await old.run();
  put(old.from, "db/channels/late.json", padded([message("late", "alice", "I come late")]));
  const report = await old.run();
  expect(counts(report, "messages")).toBe("5 read, 1 written, 3 present, 1 skipped, 0 repaired");
});

test("bans, and who meant them, are taken over; the mark is no role", async () => {
  await using old = await importing(currentFolder);
  await old.run();
  const refused = await signIn(old.door.connect("mallory"), "mallory");
  expect(refused.at(-1)).toMatchObject({ cmd: "auth_error", val: "Access denied: You are banned from this server" });
  const bans = await old.store.all({ text: "select user_, reason, banned_by, at from ban", numbers: [] }, {});
  expect(bans).toEqual([{ user_: "USR:local_mallory", reason: "spam", banned_by: IDS.alice, at: (T + 9) * 1000 }] as never);
});

test("many banned accounts make the report ask whether all of them were meant", async () => {
  await using old = await importing((folder) => {
    currentFolder(folder);
    const users = Object.fromEntries(
      ["a1", "a2", "a3", "a4"].map((name) => [`USR:local_${name}`, { username: `USR:local_${name}`, roles: ["banned", "user"] }]),
    );
    put(folder, "db/users.json", users);
  });
  const { advice } = await old.run();
  expect(advice.join("\n")).toContain("4 of 4 accounts are banned");
});

test("a role that is gone still opens the channels that name it, and gives nothing else", async () => {
  await using old = await importing((folder) => {
    currentFolder(folder);
    put(folder, "db/users.json", {
      [IDS.bob]: {
        username: IDS.bob,
        roles: ["ghost", "admin"],
        password_hash: Bun.password.hashSync(PASSWORD, { algorithm: "bcrypt", cost: 4 }),
      },
    });
  });
  await old.run();
  const bob = old.door.connect("bob");
  await signIn(bob, "bob");
  const channels = only(await bob.ask({ cmd: "channels_get" }), "channels_get")["val"] as Frame[];
  expect(channels.map(({ name }) => name)).toContain("secret");
  expect((await bob.ask({ cmd: "channel_create", name: "mine", type: "text" })).at(-1)).toMatchObject({ cmd: "error" });
});

test("roles keep their ids, order, colours and permissions, old ones as a list of those that were given", async () => {
  await using old = await importing(currentFolder);
  await old.run();
  const roles = await old.store.all(
    { text: "select id, name, color, self_assignable, permissions from role order by position", numbers: [] },
    {},
  );
  expect(roles as unknown).toEqual([
    { id: uuid("role owner"), name: "owner", color: "#9400D3", self_assignable: 0, permissions: '["administrator"]' },
    { id: uuid("role vip"), name: "vip", color: "#00ff00", self_assignable: 1, permissions: '["send_messages","mention_roles"]' },
    {
      id: uuid("role moderator"),
      name: "moderator",
      color: "#FFFF00",
      self_assignable: 0,
      permissions: '["manage_messages","manage_threads"]',
    },
    {
      id: uuid("role user"),
      name: "user",
      color: null,
      self_assignable: 0,
      permissions: '["send_messages","read_message_history"]',
    },
    expect.objectContaining({ name: "ghost", permissions: "[]" }),
    expect.objectContaining({ name: "admin" }),
  ]);
});

test("names that are paths lead nowhere: nothing outside of the folder is read", async () => {
  await using old = await importing(currentFolder);
  await old.run();
  const messages = (await old.store.all({ text: "select content from message", numbers: [] }, {})) as unknown as {
    content: string;
  }[];
  expect(messages.map(({ content }) => content)).not.toContain("outside of the folder");
  expect(await rows(old.store)).not.toContain("validator");
  const blobs: string[] = [];
  for await (const { hash } of old.blobs.list()) blobs.push(await (await old.blobs.get(hash))!.text());
  expect(blobs.filter((text) => text.includes("password_hash"))).toEqual([]);
});

test("files come into the blobs with addresses of the server, once for each message that shows them", async () => {
  await using old = await importing(currentFolder);
  await old.run();
  const attachments = (await old.store.all(
    {
      text: "select a.id, a.message, a.name, a.type, a.hash, a.origin, a.expires_at, a.uploader from attachment a join message m on m.id = a.message order by m.n, a.place",
      numbers: [],
    },
    {},
  )) as any[];
  const [picture, expired, again] = attachments;
  expect(picture).toMatchObject({
    id: uuid("picture"),
    message: uuid("file"),
    name: "cat.png",
    type: "image/png",
    uploader: IDS.carol,
    origin: "https://old.example.org",
    expires_at: (T + 1e9) * 1000,
  });
  expect(await (await old.blobs.get(picture.hash))!.bytes()).toEqual(
    new Uint8Array(readFileSync(join(old.from, `db/attachments/${uuid("picture")}.png`))),
  );
  expect(expired).toMatchObject({ id: uuid("expired"), name: "old.pdf", hash: null });
  expect(again).toMatchObject({ message: uuid("file again"), hash: picture.hash });
  expect(again.id).not.toBe(picture.id);
});

test("threads, polls with votes, webhooks, emoji, push subscriptions and the log come along", async () => {
  await using old = await importing(currentFolder);
  await old.run();
  const all = (text: string) => old.store.all({ text, numbers: [] }, {}) as Promise<unknown[]>;
  expect(await all("select id, name, created_by, locked, archived from thread order by created_at")).toEqual([
    { id: uuid("old thread"), name: "thread", created_by: IDS.bob, locked: 0, archived: 0 },
    { id: uuid("thread"), name: "Roadmap", created_by: IDS.alice, locked: 1, archived: 0 },
  ]);
  expect(await all(`select user_ from thread_member where thread = '${uuid("thread")}' order by nth`)).toEqual([
    { user_: IDS.alice },
    { user_: IDS.bob },
  ]);
  expect(await all(`select content from message where place = '${uuid("thread")}'`)).toEqual([{ content: "step one" }]);
  expect(
    await all("select p.id, p.message, v.user_, v.choice, v.at from poll p join poll_vote v on v.poll = p.id order by v.at"),
  ).toEqual([
    { id: uuid("poll id"), message: uuid("poll"), user_: IDS.bob, choice: "1", at: (T + 50) * 1000 },
    { id: uuid("poll id"), message: uuid("poll"), user_: IDS.carol, choice: "1", at: (T + 51) * 1000 },
  ]);
  expect(await all("select id, name, token from webhook")).toEqual([
    { id: uuid("webhook"), name: "CI", token: `${uuid("token")}${"ab".repeat(16)}` },
  ]);
  expect(await all("select id, name, type from emoji order by id")).toEqual([
    { id: 0, name: "party", type: "image/png" },
    { id: 4, name: "PARTY_2", type: "image/png" },
  ]);
  expect(await all("select user_, endpoint from push_subscription")).toEqual([
    { user_: IDS.carol, endpoint: "https://push.example.org/c" },
  ]);
  expect(await all("select action, target, reason from modlog order by id")).toEqual([
    { action: "user_ban", target: "USR:local_mallory", reason: "spam" },
    { action: "user_kick", target: IDS.bob, reason: null },
  ]);
  const [{ value }] = (await all("select value from meta where key = 'push.vapid'")) as { value: string }[] as [
    { value: string },
  ];
  expect(value).toStartWith("-----BEGIN PRIVATE KEY-----");
});

test("a client reads threads, how polls stand, and which messages of a thread are new to it", async () => {
  await using old = await importing(currentFolder);
  await old.run();
  const bob = old.door.connect("bob");
  await signIn(bob, "bob");
  const channels = only(await bob.ask({ cmd: "channels_get" }), "channels_get")["val"] as Frame[];
  const { threads } = channels.find(({ name }) => name === "ideas")!;
  expect(threads.map(({ id, name, created_by }: Frame) => [id, name, created_by])).toEqual([
    [uuid("old thread"), "thread", IDS.bob],
    [uuid("thread"), "Roadmap", IDS.alice],
  ]);
  expect(threads[1]).toMatchObject({ locked: true, participants: [IDS.alice, IDS.bob], created_at: T });
  const page = only(await bob.ask({ cmd: "thread_messages", thread_id: uuid("thread") }), "thread_messages");
  expect(contents(page)).toEqual(["step one"]);
  const { results } = only(await bob.ask({ cmd: "poll_results", message_id: uuid("poll") }), "poll_results");
  expect(results).toMatchObject({
    poll_id: uuid("poll id"),
    total_votes: 2,
    results: [
      { id: "0", votes: 0 },
      { id: "1", votes: 2, voted: true },
    ],
  });
  const { unreads } = only(await bob.ask({ cmd: "unreads_get" }), "unreads_get");
  expect(unreads[`thread:${uuid("thread")}`]).toMatchObject({ last_read: uuid("in thread"), unread_count: 0 });
});

test("files, emoji and the server's picture are served under their old addresses, and webhooks open with their old tokens", async () => {
  await using old = await importing(currentFolder, { server: { url: "https://old.example.org" } });
  await old.run();
  const alice = old.door.connect("alice");
  await signIn(alice, "alice");
  const page = only(await alice.ask({ cmd: "messages_get", channel: "general" }), "messages_get");
  const [picture, expired] = page["messages"][3]["attachments"] as Frame[];
  expect(picture).toMatchObject({
    id: uuid("picture"),
    name: "cat.png",
    url: `https://old.example.org/attachments/${uuid("picture")}`,
  });
  expect(expired).toMatchObject({ id: uuid("expired"), name: "old.pdf" });
  const bytesOf = async (path: string) => Buffer.from(await (await old.fetch(path)).bytes());
  expect(await bytesOf(`/attachments/${uuid("picture")}`)).toEqual(
    readFileSync(join(old.from, `db/attachments/${uuid("picture")}.png`)),
  );
  expect((await old.fetch(`/attachments/${uuid("expired")}`)).status).toBeGreaterThanOrEqual(404);
  expect(await bytesOf("/emojis/0")).toEqual(readFileSync(join(old.from, "db/serverEmojis/0.png")));
  const { server } = await (await old.fetch("/info")).json();
  expect(server).toMatchObject({
    name: "The Old Place",
    icon: expect.stringMatching(/^https:\/\/old\.example\.org\/server-assets\/icon\?v=/),
  });
  expect(await bytesOf("/server-assets/icon")).toEqual(readFileSync(join(old.from, "db/serverAssets/icon.png")));
  const { emojis } = only(await alice.ask({ cmd: "emoji_get_all" }), "emoji_get_all");
  expect(emojis).toMatchObject({ "0": { name: "party", fileName: "0.png" } });
  const token = `${uuid("token")}${"ab".repeat(16)}`;
  const posted = await old.fetch(`/webhooks?token=${token}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ content: "still open" }),
  });
  expect(posted.status).toBe(204);
  const [said] = await alice.arrived();
  expect(said).toMatchObject({
    cmd: "message_new",
    message: { content: "still open", webhook: { id: uuid("webhook"), name: "CI" } },
  });
});

test("a folder of 2025, users by name and one list for each channel, is read with its authors", async () => {
  await using old = await importing(arrayFolder);
  const report = await old.run();
  expect(counts(report, "messages")).toBe("4 read, 3 written, 0 present, 1 skipped, 1 repaired");
  const messages = await old.store.all(
    {
      text: "select m.author, u.name, m.content, m.reply_author from message m left join user_ u on u.id = m.author order by m.n",
      numbers: [],
    },
    {},
  );
  expect(messages as unknown).toEqual([
    { author: "alice", name: "alice", content: 'a } brace, a " quote and a \\ in it', reply_author: null },
    { author: "bob", name: "bob", content: "hi", reply_author: "alice" },
    { author: "bob", name: "bob", content: "kept", reply_author: null },
  ]);
  expect(report.findings).toContainEqual(expect.objectContaining({ file: "db/channels/torn.json", line: 1, done: "left out" }));
});

test("a folder of the SQLite interlude is read in the order of time, and nothing is written beside its database", async () => {
  await using old = await importing(interludeFolder);
  const before = Bun.hash(readFileSync(join(old.from, "db/originchats.db")));
  const report = await old.run();
  expect(report.era).toBe("sqlite");
  const alice = old.door.connect("alice");
  await signIn(alice, "alice");
  const page = only(await alice.ask({ cmd: "messages_get", channel: "general" }), "messages_get");
  expect(contents(page)).toEqual(["first", "second"]);
  expect(page["messages"]).toMatchObject([
    { pinned: true, reactions: { "👍": [IDS.bob] } },
    { reply_to: { id: uuid("interlude first"), user: IDS.alice } },
  ]);
  const channels = only(await alice.ask({ cmd: "channels_get" }), "channels_get")["val"] as Frame[];
  expect(channels.map(({ name }) => name)).toEqual(["general", "late", "ideas"]);
  expect(Bun.hash(readFileSync(join(old.from, "db/originchats.db")))).toBe(before);
  expect([...new Bun.Glob("db/*").scanSync(old.from)].toSorted()).toEqual(["db/originchats.db", "db/users.json"]);
});

test("where both kinds of data are, the newer one is read and the other named", async () => {
  await using old = await importing((folder) => {
    interludeFolder(folder);
    put(folder, "db/channels.json", [{ type: "text", name: "general", permissions: { view: ["user"] } }]);
    put(
      folder,
      "db/channels/general.json",
      JSON.stringify([{ user: IDS.bob, content: "older", timestamp: T - 100, id: uuid("older") }]),
    );
  });
  const report = await old.run();
  expect(report.era).toBe("sqlite");
  expect(report.findings.map(({ file }) => file)).toContain("db/channels");
  expect((await old.run({ era: "json" })).era).toBe("json");
});

test("what an interrupted save left beside a broken file is read instead", async () => {
  await using old = await importing((folder) => {
    currentFolder(folder);
    renameSync(join(folder, "db/users.json"), join(folder, "db/users.json.tmp"));
    writeFileSync(join(folder, "db/users.json"), '{"USR:local_alice": {"user');
  });
  const report = await old.run();
  expect(counts(report, "users")).toBe("7 read, 6 written, 0 present, 1 skipped, 1 repaired");
});

test("the db folder itself will do, and a folder without one is refused in a sentence", async () => {
  await using old = await importing(currentFolder);
  const report = await old.run({ path: join(old.from, "db") });
  expect(report.settings).toMatchObject({ "server.name": "The Old Place" });
  mkdirSync(join(old.from, "nothing"));
  expect(old.run({ path: join(old.from, "nothing") })).rejects.toThrow(NotOriginChats);
});

test("files that are missing altogether leave what there is", async () => {
  await using old = await importing((folder) => {
    currentFolder(folder);
    for (const name of ["users.json", "roles.json", "attachments.json", "polls.json", "modlog.json"])
      rmSync(join(folder, "db", name));
    rmSync(join(folder, "config.json"));
  });
  const report = await old.run();
  expect(report.counts.messages.written).toBe(15);
  expect(report.counts.users.read).toBe(0);
});

test("a community in use keeps its roles and channels; the old ones join them", async () => {
  await using old = await importing(currentFolder);
  const zoe = await old.door.signedIn("zoe");
  await zoe.ask({ cmd: "message_new", channel: "general", content: "I was here first" });
  const report = await old.run();
  expect(report.counts.roles.present).toBe(3);
  const page = only(await zoe.ask({ cmd: "messages_get", channel: "general" }), "messages_get");
  expect(contents(page).slice(0, 3)).toEqual([
    "This is the beginning of #general.",
    "I was here first",
    "hello @USR:local_bob and @&vip",
  ]);
  expect(report.advice.join("\n")).toContain("are older than some that stood there before the import");
});

const withRotur = { auth_mode: "cracked" } as const;

test("an account of a Rotur service comes back by its id, with roles and messages, whatever it is called by now", async () => {
  await using old = await importing(
    (folder) => {
      currentFolder(folder);
      put(folder, "db/users.json", { "USR:dora-id": { username: "Theodora", roles: ["moderator", "user"] } });
    },
    withRotur,
    { fetch: transcriptRotur },
  );
  await old.run();
  const dora = old.door.connect("dora");
  await dora.arrived();
  const ready = only(await dora.ask({ cmd: "auth", validator: "ok:dora" }), "ready");
  expect(ready["user"]).toMatchObject({ username: "dora", roles: ["moderator", "user"] });
  expect(dora.connection.actor.id).toBe("USR:dora-id");
});

test("an account of 2025, known by its name only, is confirmed by that name once, and by its id from then on", async () => {
  await using old = await importing(arrayFolder, withRotur, { fetch: transcriptRotur });
  await old.run();
  const alice = old.door.connect("alice");
  await alice.arrived();
  const ready = only(await alice.ask({ cmd: "auth", validator: "ok:Alice" }), "ready");
  expect(ready["user"]).toMatchObject({ roles: ["owner", "user"] });
  const page = only(await alice.ask({ cmd: "messages_get", channel: "general" }), "messages_get");
  expect(page["messages"][0]).toMatchObject({ user: "Alice" });
  // Somebody else who has the name later is somebody else.
  const identities = await old.store.all({ text: "select subject, user_ from identity", numbers: [] }, {});
  expect(identities as unknown).toEqual([{ subject: "USR:Alice-id", user_: "alice" }]);
  const other = old.door.connect("other");
  await other.arrived();
  const stranger = only(await other.ask({ cmd: "auth", validator: "ok:alice" }), "ready");
  expect(stranger["user"]["roles"]).toEqual(["user"]);
});

test("an account without a password and one with a broken hash cannot be entered", async () => {
  await using old = await importing((folder) => {
    currentFolder(folder);
    put(folder, "db/users.json", {
      "USR:local_none": { username: "USR:local_none", roles: ["owner"] },
      "USR:local_broken": { username: "USR:local_broken", roles: ["owner"], password_hash: "secret" },
    });
  });
  const { advice } = await old.run();
  for (const username of ["none", "broken"])
    for (const password of ["", "secret", "undefined"])
      expect((await old.door.connect("x").ask({ cmd: "login", username, password })).at(-1)).toMatchObject({ cmd: "auth_error" });
  expect(advice.join()).toContain("2 local accounts have no password that can be checked");
});

test("settings mean here what they meant there: what the old server did without a key, and nothing that is gone", async () => {
  await using old = await importing(arrayFolder);
  expect((await old.run()).settings).toEqual({ "server.name": "Early", auth_mode: "rotur" });
});

test("somebody without an account keeps the name that was written down, and the report counts them", async () => {
  await using old = await importing(currentFolder);
  const { findings } = await old.run();
  expect(findings.find(({ what }) => what.includes("have no account"))).toMatchObject({
    what: "2 people who are named have no account",
  });
});

test("accounts that could not sign in as this server is set are counted", async () => {
  await using old = await importing(currentFolder);
  expect((await old.run()).advice.join()).toContain(
    '2 accounts sign in with a Rotur service, which auth_mode "cracked-only" does not take',
  );
  expect((await old.run({ takesSettings: true })).advice.join()).not.toContain("auth_mode");
  await using early = await importing(arrayFolder);
  expect((await early.run({ takesSettings: true })).advice.join()).not.toContain("does not take");
});
