import { expect, test } from "bun:test";
import { X509Certificate } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";

import type { Conversation } from "../../src/connect/conversation.ts";
import { Desk } from "../../src/connect/desk.ts";
import { converseInLines } from "../../src/connect/plain.ts";
import { roomOf, type ChatState, unreadOf } from "../../src/connect/state.ts";
import { certificateOf, certificatesIn } from "../../src/connect/trust.ts";
import { place } from "../support/conversations.ts";

const texts = (state: ChatState) => roomOf(state, state.room)!.messages.map(({ content }) => content);
const complaints = (chat: Conversation) =>
  chat
    .state()
    .notices.filter(({ good }) => !good)
    .map(({ text }) => text);
const forum = { name: "ideas", kind: "forum", rules: { view: ["user"], send: ["user"], create_thread: ["user"] } };
const other = { name: "other", kind: "text", rules: { view: ["user"], send: ["user"] } };
const picture = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

test("any message is reached by its number, the chosen one by %, somebody's newest by their name", async () => {
  await using here = await place();
  const [alice, bob] = [await here.entered("alice"), await here.entered("bob")];
  for (const text of ["one", "two", "three"]) await alice.chat.say(text);
  await bob.until((state) => texts(state).includes("three"));
  await bob.chat.say(":marks 3");
  await alice.chat.say("four");
  await bob.until((state) => texts(state).includes("four"));
  await bob.chat.say(":reply %3 to one");
  const [first, , , , reply] = bob.chat.room!.messages.slice(-5);
  expect([first!.content, reply!.reply_to?.id]).toEqual(["one", first!.id]);
  bob.chat.select(bob.chat.room!.messages.at(-4)!.id);
  await bob.chat.say(":react % 👍");
  await alice.until((state) => texts(state).includes("to one") && state.rooms[0]!.messages.at(-4)!.reactions !== undefined);
  await alice.chat.say(":marks");
  await alice.chat.say(":edit %4 two and a half");
  await alice.chat.say(":delete %5");
  const state = await bob.until((now) => !texts(now).includes("one"));
  expect(texts(state).slice(-4)).toEqual(["two and a half", "three", "four", "to one"]);
  await bob.chat.say(":reply %3 to what is gone");
  await bob.chat.say(":reply %9 to nothing");
  bob.chat.select(undefined);
  await bob.chat.say(":react % 👎");
  expect(complaints(bob.chat)).toEqual([
    "That message is no longer here.",
    "Nothing here has the number %9; :marks gives numbers.",
    "Nothing is chosen: choose with ↑, or give a number of :marks.",
  ]);
});

test("the line about a chosen message means it also when something was said meanwhile, and nothing else when it was deleted", async () => {
  await using here = await place();
  const [alice, bob] = [await here.entered("alice"), await here.entered("bob")];
  await alice.chat.say("mine");
  alice.chat.select(alice.chat.room!.messages.at(-1)!.id);
  await bob.chat.say("and mine");
  await alice.until((state) => texts(state).includes("and mine"));
  await alice.chat.say(":edit % changed");
  expect(texts(alice.chat.state()).slice(-2)).toEqual(["changed", "and mine"]);
  await alice.chat.say(":delete %");
  expect(alice.chat.state().selected).toBeUndefined();
  await alice.chat.say(":delete %");
  expect(texts(alice.chat.state()).at(-1)).toBe("and mine");
});

test("threads are begun, listed, opened, read and written in, with what is unread in them", async () => {
  await using here = await place();
  await here.call("channel.create", forum);
  const [alice, bob] = [await here.entered("alice"), await here.entered("bob")];
  await alice.chat.say(":join ideas");
  await alice.chat.say("said to nobody");
  expect(complaints(alice.chat)).toEqual(["#ideas has threads: :open one of them, or begin one with :thread."]);
  await alice.chat.say(":thread A logo");
  await alice.chat.say("a cat?");
  expect(alice.chat.room).toMatchObject({ kind: "thread", name: "A logo", thread: { mine: true } });
  await bob.until(({ rooms }) => rooms.some(({ name }) => name === "A logo"));
  await bob.chat.say(":join ideas");
  await bob.chat.say(":open 1");
  expect(texts(bob.chat.state())).toContain("a cat?");
  await alice.chat.say(":join general");
  await bob.chat.say("@alice a dog");
  const state = await alice.until(({ rooms }) => rooms.some(({ called }) => called));
  expect(state.rooms.map(({ name, unread }) => [name, unread])).toEqual([
    ["general", 0],
    ["ideas", 0],
    ["A logo", 1],
  ]);
  expect(bob.chat.room!.thread!.mine).toBe(true);
  await alice.chat.say(":join ideas/a logo");
  await alice.chat.say(":react @bob 👍");
  await bob.until((now) => roomOf(now, now.room)!.messages.some(({ reactions }) => reactions?.["👍"]));
  await bob.chat.say(":edit a wolf");
  await alice.until((now) => texts(now).includes("a wolf"));
  expect([...complaints(alice.chat), ...complaints(bob.chat)]).toEqual([]);
});

test("what is said to one person alone opens a conversation with them, which is marked until it is looked at", async () => {
  await using here = await place();
  const [alice, bob] = [await here.entered("alice"), await here.entered("bob")];
  await alice.chat.say(":dm bob");
  await alice.chat.say(":dm nobody hello");
  await alice.chat.say(":dm BOB hello bob");
  expect(alice.chat.room).toMatchObject({ kind: "direct", name: "bob", unread: 0 });
  const state = await bob.until((now) => unreadOf(now).called);
  expect(state.rooms.at(-1)).toMatchObject({ kind: "direct", name: "alice", unread: 1, called: true });
  await here.call("channel.create", other);
  await bob.until(({ rooms }) => rooms.some(({ name }) => name === "other"));
  await bob.chat.say(":join @alice");
  await bob.chat.say("hello alice");
  await bob.chat.say(":react % 👍");
  await alice.until((now) => texts(now).includes("hello alice"));
  expect([texts(alice.chat.state()), texts(bob.chat.state())]).toEqual([
    ["hello bob", "hello alice"],
    ["hello bob", "hello alice"],
  ]);
  // Also after a break, when everything else is asked for again.
  bob.sockets.at(-1)!.close();
  await bob.until(({ link }) => link.is === "lost");
  bob.clock.advance(1000);
  await bob.until(({ link, rooms }) => link.is === "open" && rooms.length > 0);
  await bob.chat.ask({ cmd: "ping" });
  await alice.chat.say("and again");
  expect(texts(await bob.until((now) => texts(now).includes("and again")))).toEqual(["hello bob", "hello alice", "and again"]);
  expect([complaints(alice.chat), complaints(bob.chat)]).toEqual([
    [],
    ["Nothing is chosen: choose with ↑, or give a number of :marks."],
  ]);
});

test("a room that is deleted while somebody is in it gives way to another", async () => {
  await using here = await place();
  await here.call("channel.create", other);
  const { chat, until } = await here.entered("alice");
  await chat.say(":join other");
  await here.call("channel.delete", { channel: "other" });
  await until(({ notices, room }) => room === "general" && notices.length > 0);
  expect(chat.room).toMatchObject({ loaded: true });
  expect(complaints(chat)).toEqual(["The room you were in is gone. You are in #general."]);
});

test("a file is sent, and kept where the person says, never over another", async () => {
  await using here = await place();
  const [alice, bob] = [await here.entered("alice"), await here.entered("bob")];
  const [from, to] = [join(here.temporary.path, "a picture.png"), join(here.temporary.path, "kept.png")];
  await Bun.write(from, picture);
  await alice.chat.say(`:upload "${from}" look`);
  const state = await bob.until((now) => texts(now).includes("look"));
  expect(state.rooms[0]!.messages.at(-1)!.attachments).toMatchObject([{ name: "a picture.png" }]);
  await bob.chat.say(`:save ${to}`);
  expect(readFileSync(to).subarray(1, 4).toString()).toBe("PNG");
  expect(statSync(to).mode & 0o777).toBe(0o600);
  await bob.chat.say(`:save @alice ${to}`);
  await bob.chat.say(`:save @alice ${join(here.temporary.path, "none", "x")}`);
  await bob.chat.say(`:save @alice ${to} 2`);
  await bob.chat.say(`:upload ${here.temporary.path}`);
  await bob.chat.say(`:upload ${here.temporary.path}/nothing`);
  expect(complaints(bob.chat)).toEqual([
    `${to} cannot be written: there is a file already.`,
    `${join(here.temporary.path, "none", "x")} cannot be written: there is no such file or folder.`,
    "That message has no such file.",
    `${here.temporary.path} is no file.`,
    `${here.temporary.path}/nothing cannot be read: there is no such file or folder.`,
  ]);
});

test("a server in the background marks what is unread and reads nothing, also over a break, until it is brought to the front", async () => {
  await using here = await place();
  await using there = await place();
  const bob = await there.entered("bob");
  const front = here.person("alice");
  const behind = there.person("alice", true, { behind: true });
  const desk = new Desk([front.chat, behind.chat]);
  desk.start();
  await front.chat.ready;
  await behind.chat.ready;
  await bob.chat.say("hello @alice");
  await behind.until((state) => unreadOf(state).called);
  expect(behind.chat.room!.loaded).toBe(false);
  behind.sockets.at(-1)!.close();
  await behind.until(({ link }) => link.is === "lost");
  await bob.chat.say("still there?");
  behind.clock.advance(1000);
  const unread = (await behind.until(({ link, rooms }) => link.is === "open" && rooms[0]!.unread === 3)).rooms[0];
  expect(unread).toMatchObject({ called: true });
  desk.bring(1);
  const state = await behind.until((now) => roomOf(now, now.room)!.loaded);
  expect(texts(state).slice(-2)).toEqual(["hello @alice", "still there?"]);
  expect(unreadOf(state)).toEqual({ unread: 0, called: false });
});

test("a server in the background that is not there yet is tried until it is, and one without a password waits for it", async () => {
  await using here = await place();
  const late = here.person("alice", true, { behind: true, patient: true, url: "ws://127.0.0.1:1" });
  late.chat.start();
  await late.until(({ link }) => link.is === "lost");
  late.clock.advance(1000);
  await late.until(({ link }) => link.is === "connecting");
  const locked = here.person("bob", true, { behind: true, credentials: { name: "bob", register: true } });
  locked.chat.start();
  expect(locked.chat.state().link).toEqual({ is: "locked" });
  locked.chat.signIn("x");
  expect((await locked.until(({ link }) => link.is === "refused")).link).toMatchObject({ reached: true });
  locked.chat.signIn("secret");
  await locked.until(({ link }) => link.is === "open");
});

test("a server that is down at the start is tried again after longer and longer times, at once when asked, and entered when it is there", async () => {
  await using here = await place();
  let up = false;
  const socket = () => new WebSocket(up ? here.url : "ws://127.0.0.1:1");
  const { chat, clock, until } = here.person("alice", true, { patient: true, socket });
  const trouble = `No chat answers at ${here.url}: nothing listens there.`;
  const waited: number[] = [];
  chat.start();
  for (let tries = 0; tries < 7; tries++) {
    const { link, ...state } = await until(({ link: { is } }) => is === "lost");
    expect(state).toMatchObject({ trouble, retryAt: clock.time + (link as { retryMs: number }).retryMs });
    waited.push(state.retryAt - clock.time);
    clock.advance(state.retryAt - clock.time);
    expect(chat.state()).toMatchObject({ link: { is: "connecting" }, trouble });
  }
  expect(waited).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  await until(({ link }) => link.is === "lost");
  up = true;
  chat.hurry();
  const state = await until(({ room }) => room === "general");
  expect(state).toMatchObject({ link: { is: "open", again: false }, trouble: "" });
  chat.hurry();
  expect(chat.state().link.is).toBe("open");
  await chat.ready;
  // The try that was waited for is not made besides.
  clock.advance(60_000);
  expect(chat.state().link.is).toBe("open");
});

test("of several servers the others are entered although the first is down", async () => {
  await using here = await place();
  const down = here.person("alice", true, { patient: true, url: "ws://127.0.0.1:1" });
  const up = here.person("alice", true, { behind: true, patient: true });
  const desk = new Desk([down.chat, up.chat]);
  desk.start();
  await Promise.all([down.until(({ link }) => link.is === "lost"), up.chat.ready]);
  desk.bring(1);
  expect(texts(await up.until((state) => roomOf(state, state.room)!.loaded))).toHaveLength(1);
  expect(desk.view().states[0]!.trouble).toBe("No chat answers at ws://127.0.0.1:1: nothing listens there.");
});

test("a certificate of its own is accepted where it was given, and only there", async () => {
  await using here = await place({ "tls.mode": "self" });
  await using there = await place({ "tls.mode": "self" });
  const nothing = (async function* () {})();
  const [ca, wrong] = [here, there].map(({ folder }) => certificatesIn(join(folder.path, "self-signed.cert.pem"))) as [
    string,
    string,
  ];
  const tries = [{ ca }, { ca: wrong }, {}].map((more) => here.person("alice", true, { ...more, socket: undefined }).chat);
  const ended = [];
  for (const chat of tries) ended.push(await converseInLines(chat, nothing, () => {}));
  expect(ended).toMatchObject([undefined, { reached: false }, { reached: false }]);
  expect(ended.slice(1).every((one) => one?.why.includes("its certificate is not trusted"))).toBe(true);
  const alice = here.person("bob", true, { ca, socket: undefined });
  alice.chat.start();
  await alice.chat.ready;
  const [from, to] = ["a.png", "b.png"].map((name) => join(here.temporary.path, name)) as [string, string];
  await Bun.write(from, picture);
  await alice.chat.say(`:upload ${from}`);
  await alice.chat.say(`:save ${to}`);
  expect(complaints(alice.chat)).toEqual([]);
  expect(readFileSync(to).length).toBeGreaterThan(0);
  const { fingerprint256 } = new X509Certificate(ca);
  expect(await certificateOf(here.url, fingerprint256)).toBe(ca);
  expect(await certificateOf(here.url, fingerprint256.replaceAll(":", "").toLowerCase())).toBe(ca);
  await expect(certificateOf(there.url, fingerprint256)).rejects.toThrow(
    `has another certificate, with the fingerprint ${new X509Certificate(wrong).fingerprint256}`,
  );
  await expect(certificateOf(here.url, "AB:CD")).rejects.toThrow("is no SHA-256 fingerprint");
  await expect(certificateOf("ws://127.0.0.1:1", fingerprint256)).rejects.toThrow("is not encrypted");
  await expect(certificateOf("wss://127.0.0.1:1", fingerprint256)).rejects.toThrow("cannot be had");
  expect(() => certificatesIn(from)).toThrow("is not a certificate");
  expect(() => certificatesIn(`${from}.none`)).toThrow("cannot be read");
});

test("as lines: numbers are shown when asked for, and threads by their numbers", async () => {
  await using here = await place();
  await here.call("channel.create", forum);
  const console = async (content: string) => void (await here.call("message.send", { channel: "general", content }));
  for (const text of ["one", "two"]) await console(text);
  const { chat } = here.person("alice");
  const lines: string[] = [];
  async function* typed() {
    yield ":marks 2";
    yield ":reply %2 to one";
    yield ":join ideas";
    yield ":thread A logo";
    yield "a cat?";
    yield ":threads";
    yield ":open 1";
  }
  await converseInLines(
    chat,
    typed(),
    (line) => void lines.push(line.replace(/\d\d:\d\d/, "12:00").replace(/\d{4}-\d\d-\d\d/, "2026-01-01")),
  );
  expect(lines.slice(lines.findIndex((line) => line.startsWith("%")))).toEqual([
    "%2 12:00 console: one",
    "%1 12:00 console: two",
    "12:00 #general alice (to console): to one",
    "* You are in #ideas.",
    "* No thread is here yet; :thread begins one.",
    "* alice began a thread in #ideas: A logo",
    "* You are in #ideas/A logo.",
    "12:00 #ideas/A logo originChats: This is the beginning of A logo.",
    "12:00 #ideas/A logo alice: a cat?",
    "* You are in #ideas.",
    "%1 A logo, alice, 2026-01-01 12:00",
    "* You are in #ideas/A logo.",
  ]);
});
