import { expect, test } from "bun:test";
import { statSync } from "node:fs";
import { join } from "node:path";

import { argumentsOf } from "../../src/connect/commands.ts";
import { completed } from "../../src/connect/completion.ts";
import { Conversation } from "../../src/connect/conversation.ts";
import { converseInLines } from "../../src/connect/plain.ts";
import { forgetServer, knownServers, rememberServer, serverUrl } from "../../src/connect/servers.ts";
import { type ChatState, NOBODY_YET } from "../../src/connect/state.ts";
import { temporaryFolder } from "../support/folder.ts";
import { place } from "../support/conversations.ts";
import { FakeClock } from "../support/world.ts";

const texts = (state: ChatState, room = state.room) =>
  state.rooms.find(({ name }) => name === room)!.messages.map(({ content }) => content);

test("what is said, answered, reacted to, changed and deleted is seen on both sides", async () => {
  await using here = await place();
  const [alice, bob] = [await here.entered("alice"), await here.entered("bob")];
  await alice.chat.say("hello");
  await bob.until((state) => texts(state).includes("hello"));
  await bob.chat.say(":reply hi to you");
  await bob.chat.say(":react @alice 👍");
  const seen = await alice.until((state) => state.rooms[0]!.messages.some(({ reactions }) => reactions?.["👍"]));
  const reply = seen.rooms[0]!.messages.at(-1)!;
  expect(reply).toMatchObject({ content: "hi to you", reply_to: { user: "USR:local_alice" } });
  await bob.chat.say(":react @alice 👍");
  await alice.until((state) => !state.rooms[0]!.messages.some(({ reactions }) => reactions?.["👍"]));
  await bob.chat.say(":edit hi to all");
  await alice.until((state) => texts(state).includes("hi to all"));
  await bob.chat.say(":delete");
  expect(texts(await alice.until((state) => !texts(state).includes("hi to all")))).toContain("hello");
});

test("other rooms are marked with what is unread until they are looked at", async () => {
  await using here = await place();
  await here.call("channel.create", { name: "other", kind: "text", rules: { view: ["user"], send: ["user"] } });
  const [alice, bob] = [await here.entered("alice"), await here.entered("bob")];
  await alice.chat.say(":join other");
  await alice.chat.say("hello @bob");
  const state = await bob.until(({ rooms }) => rooms.some(({ called }) => called));
  expect(state.rooms.find(({ name }) => name === "other")).toMatchObject({ unread: 2, called: true, loaded: false });
  await bob.chat.say(":join other");
  expect(bob.chat.room).toMatchObject({ name: "other", unread: 0, called: false, loaded: true });
  expect(texts(bob.chat.state())).toContain("hello @bob");
});

test("history comes page by page until its beginning, each message once", async () => {
  await using here = await place();
  for (let index = 0; index < 250; index++) await here.call("message.send", { channel: "general", content: `m${index}` });
  const { chat } = await here.entered("alice");
  expect(texts(chat.state())).toEqual(Array.from({ length: 100 }, (_, index) => `m${150 + index}`));
  await Promise.all([chat.older(), chat.older()]);
  expect(texts(chat.state())).toHaveLength(200);
  expect(chat.room!.beginning).toBe(false);
  await chat.older();
  await chat.older();
  expect(chat.room!.beginning).toBe(true);
  const all = texts(chat.state()).filter((text) => /^m\d+$/.test(text));
  expect(all).toEqual(Array.from({ length: 250 }, (_, index) => `m${index}`));
});

test("after a break everything that was missed is there, in order and once, and what was deleted is not", async () => {
  await using here = await place();
  const alice = await here.entered("alice");
  const send = async (content: string) => (await here.call("message.send", { channel: "general", content })).message.id as string;
  const broken = async (meanwhile: () => Promise<void>) => {
    alice.sockets.at(-1)!.close();
    await alice.until(({ link }) => link.is === "lost");
    await meanwhile();
    alice.clock.advance(1000);
  };
  await send("before");
  await alice.until((state) => texts(state).includes("before"));
  let last = "";
  await broken(async () => {
    for (let index = 0; index < 320; index++) last = await send(`missed ${index}`);
  });
  const state = await alice.until((now) => texts(now).includes("missed 319") && texts(now).includes("missed 0"));
  expect(state.link).toEqual({ is: "open", again: true });
  expect(texts(state).slice(-321)).toEqual(["before", ...Array.from({ length: 320 }, (_, index) => `missed ${index}`)]);
  await broken(async () => {
    await here.call("message.delete", { channel: "general", id: last });
    await send("after");
  });
  await alice.until((now) => texts(now).includes("after") && !texts(now).includes("missed 319"));
});

test("the server's commands and complaints come as notices", async () => {
  await using here = await place();
  const { chat } = await here.entered("alice");
  await chat.say(":search quick");
  await chat.say(":nonsense");
  await chat.say("/nonsense");
  await chat.say(":join nowhere");
  await chat.say(":reply");
  expect(chat.state().notices.map(({ text }) => text.replace(/^[\d :-]+ /, ""))).toEqual([
    'Nothing here has "quick".',
    "There is no command :nonsense; :help lists them.",
    "The server has no command /nonsense; :help lists them.",
    "There is no room called nowhere.",
    "This needs a text.",
  ]);
  await chat.say("/help");
  expect(chat.room!.messages.at(-1)).toMatchObject({ ephemeral: true });
});

test("as lines: nothing is moved, everything is said once, and it ends with the input", async () => {
  await using here = await place();
  await here.call("message.send", { channel: "general", content: "before\u001B[2J" });
  const { chat } = here.person("alice");
  const lines: string[] = [];
  async function* typed() {
    yield "hello";
    yield ":react @console 👍";
    yield ":quit";
    yield "never said";
  }
  expect(await converseInLines(chat, typed(), (line) => void lines.push(line))).toBeUndefined();
  expect(lines.map((line) => line.replace(/^\d\d:\d\d/, "12:00"))).toEqual([
    "* Signed in.",
    "* You are in #general.",
    "12:00 #general originChats: This is the beginning of #general.",
    "12:00 #general console: before [2J",
    "12:00 #general alice: hello",
    '* alice reacted 👍 to "before [2J".',
  ]);
});

test("a server that will not have somebody, and one that is not there, are told apart", async () => {
  await using here = await place();
  const nothing = (async function* () {})();
  expect(await converseInLines(here.person("nobody", false).chat, nothing, () => {})).toEqual({
    is: "refused",
    why: "User not found.",
    reached: true,
  });
  const clock = new FakeClock();
  const nowhere = new Conversation({
    url: "ws://127.0.0.1:1",
    credentials: { name: "a", password: "b", register: false },
    timers: clock,
    now: () => 0,
    nonce: () => "n",
  });
  expect(await converseInLines(nowhere, nothing, () => {})).toMatchObject({ is: "refused", reached: false });
});

test("words become a command's options in order, quoted or by name, and the last takes the rest", () => {
  const command = { options: [{ name: "who" }, { name: "why" }] };
  expect(argumentsOf(command, "bob much noise")).toEqual({ who: "bob", why: "much noise" });
  expect(argumentsOf(command, 'why="much noise" "bob b"')).toEqual({ why: "much noise", who: "bob b" });
  expect(argumentsOf({ options: null }, "")).toEqual({});
  expect(() => argumentsOf({ options: [] }, "more")).toThrow("Too many words: more");
});

test("Tab completes commands, rooms and names as far as they are certain", () => {
  const rooms = ["general", "games"].map((name) => ({ key: name, name, kind: "text", channel: name }));
  const state: ChatState = {
    ...NOBODY_YET,
    rooms: rooms as unknown as ChatState["rooms"],
    people: ["alice", "alina", "evil\u001B[2J"],
    commands: [{ name: "claim", description: "" }],
  };
  expect(
    ["/cl", ":hel", "hi @ali", "hi @Alin", ":join ga", ":join g", "nothing", "@ev"].map((line) => completed(state, line)),
  ).toEqual(["/claim ", ":help ", "hi @ali", "hi @alina ", ":join games ", ":join g", "nothing", "@evil [2J "]);
});

test("servers are remembered with the name, the newest first, in a file that is its owner's alone", () => {
  using temporary = temporaryFolder();
  const file = join(temporary.path, "chat", "servers.json");
  expect(knownServers(file)).toEqual([]);
  rememberServer(file, { url: "wss://a.example", name: "alice" });
  rememberServer(file, { url: "wss://b.example", name: "alice" });
  rememberServer(file, { url: "wss://a.example", name: "alice" });
  expect(knownServers(file).map(({ url }) => url)).toEqual(["wss://a.example", "wss://b.example"]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(forgetServer(file, "wss://b.example")).toBe(1);
  expect(forgetServer(file, "wss://b.example")).toBe(0);
  expect(knownServers(file)).toEqual([{ url: "wss://a.example", name: "alice" }]);
});

test("an address is encrypted unless it says otherwise, or is on this machine and no certificate is named", () => {
  expect(
    ["chat.example.org", "localhost:5613", "http://10.0.0.1:5613", "https://a.example/"].map((given) => serverUrl(given)),
  ).toEqual(["wss://chat.example.org", "ws://localhost:5613", "ws://10.0.0.1:5613", "wss://a.example"]);
  expect(serverUrl("localhost:5613", true)).toBe("wss://localhost:5613");
  expect(serverUrl("ws://localhost:5613", true)).toBe("ws://localhost:5613");
  expect(() => serverUrl("ftp://a.example")).toThrow("no address of a server");
  expect(() => serverUrl("wss://bob:secret@a.example")).toThrow("without a name or password");
});
