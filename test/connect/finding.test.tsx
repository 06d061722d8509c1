import { expect, test } from "bun:test";

import { ChatApp } from "../../src/connect/app.tsx";
import type { Conversation } from "../../src/connect/conversation.ts";
import { Desk } from "../../src/connect/desk.ts";
import { converseInLines } from "../../src/connect/plain.ts";
import { place } from "../support/conversations.ts";
import { KEYS, TestTerminal } from "../support/terminal.ts";

const PAGE_UP = "\u001B[5~";
const PAGE_DOWN = "\u001B[6~";
const NEXT_ROOM = "\u000E";
const rules = { view: ["user"], send: ["user"], create_thread: ["user"] };
const games = { name: "games", kind: "text", rules };

type Place = Awaited<ReturnType<typeof place>>;
const says = (here: Place, channel: string) => async (content: string) =>
  void (await here.call("message.send", { channel, content }));
/** A room with so many messages, of which some are about a fox. */
async function history(here: Place, many: number, foxes: readonly number[]) {
  const say = says(here, "general");
  for (let index = 0; index < many; index++) await say(foxes.includes(index) ? `the fox ${index}` : `line ${index}`);
}
const window = (chat: Conversation) => {
  const desk = new Desk([chat]);
  const doors = [{ label: "here", name: "alice" }];
  return new TestTerminal(<ChatApp desk={desk} doors={doors} now={() => 0} leave={() => {}} colours={false} />, 80, 24);
};
const texts = (chat: Conversation) => chat.room!.messages.map(({ content }) => content);

test("what was found is listed, Enter shows a message among those around it, and Esc leads back step by step", async () => {
  await using here = await place();
  await history(here, 400, [20, 390]);
  const { chat } = await here.entered("alice");
  using terminal = window(chat);
  terminal.press(PAGE_UP);
  const before = await terminal.shows("Older messages");
  terminal.press(":search fox", KEYS.enter);
  const list = await terminal.shows("Enter goes there");
  expect(list).toContain('2 messages with "fox" in #general');
  expect(list).toMatch(/console {2}#general\n.*the fox 20\n[^]*the fox 390/);
  terminal.press(KEYS.up, KEYS.enter);
  const there = await terminal.shows("r reply");
  expect(there).toMatch(/line 19\n.*console\n.*the fox 20\n.*line 21/);
  expect(there).not.toContain("line 399");
  terminal.press(KEYS.escape);
  await terminal.shows("Enter goes there");
  terminal.press(KEYS.escape);
  expect(await terminal.shows("Older messages")).toBe(before);
  terminal.press(KEYS.escape);
  await terminal.shows("line 399");
});

test("from a message that was found everything is reached that was said before and after it", async () => {
  await using here = await place();
  await history(here, 400, [100]);
  const { chat, until } = await here.entered("alice");
  using terminal = window(chat);
  terminal.press(":search fox", KEYS.enter);
  await terminal.shows("Enter goes there");
  terminal.press(KEYS.enter);
  await terminal.shows("r reply");
  expect(chat.room!.upToDate).toBe(false);
  const general = () => chat.room!;
  for (let page = 0; page < 30; page++) {
    terminal.press(PAGE_DOWN);
    await chat.newer();
  }
  await until(() => general().upToDate);
  await terminal.shows("line 399");
  for (let page = 0; page < 30; page++) {
    terminal.press(PAGE_UP);
    await chat.older();
  }
  await until(() => general().beginning);
  await terminal.shows("line 0");
  const all = texts(chat).filter((text) => text.startsWith("line"));
  expect(all).toEqual(Array.from({ length: 400 }, (_, index) => `line ${index}`).filter((text) => text !== "line 100"));
});

test("a message that was found is answered, reacted to and changed as any other, also straight from the list", async () => {
  await using here = await place();
  const bob = await here.entered("bob");
  await bob.chat.say("the fox of bob");
  const alice = await here.entered("alice");
  await alice.chat.say("the fox of alice");
  await history(here, 150, []);
  using terminal = window(alice.chat);
  terminal.press(":search fox", KEYS.enter);
  await terminal.shows("Enter goes there");
  terminal.press(KEYS.enter);
  await terminal.shows("r reply");
  terminal.press("e");
  await terminal.shows("> :edit % the fox of alice");
  terminal.press(" and a hen", KEYS.enter);
  await alice.until(() => texts(alice.chat).includes("the fox of alice and a hen"));
  // What was done is seen where it was done.
  expect(await terminal.shows("and a hen")).not.toContain("line 149");
  terminal.press(KEYS.escape);
  await terminal.shows("Enter goes there");
  terminal.press(KEYS.up, "a");
  await terminal.shows("> :react %");
  await alice.until(({ found }) => found?.listed === false);
  terminal.press("👍", KEYS.enter);
  await terminal.shows("👍 1");
  terminal.press("r");
  await terminal.shows("> :reply %");
  terminal.press("a fine fox", KEYS.enter);
  // The answer stands below all the others.
  expect(await terminal.shows(/alice → bob {2}the fox of bob|alice → bob\n/)).toContain("line 149");
  const answer = (await bob.until(() => texts(bob.chat).includes("a fine fox"))).rooms[0]!.messages.at(-1)!;
  expect(answer).toMatchObject({ content: "a fine fox", reply_to: { user: "USR:local_bob" } });
});

test("those who call somebody are gone to in their rooms, and what is said beside the list is said where one was", async () => {
  await using here = await place();
  await here.call("channel.create", games);
  const alice = await here.entered("alice");
  await says(here, "games")("hello @alice");
  await alice.until(({ calls }) => calls === 1);
  using terminal = window(alice.chat);
  terminal.press(":mentions", KEYS.enter);
  await terminal.shows("console  #games");
  terminal.press(KEYS.enter);
  await terminal.shows("› games");
  expect(alice.chat.room).toMatchObject({ name: "games", unread: 0, called: false });
  terminal.press(KEYS.escape);
  await terminal.shows("Enter goes there");
  terminal.press("back in general");
  await terminal.shows("Enter says it where you were");
  terminal.press(KEYS.enter);
  await terminal.shows("› general");
  await alice.until(() => texts(alice.chat).includes("back in general"));
  // Whoever goes elsewhere is no longer on the way.
  terminal.press(":mentions", KEYS.enter);
  await terminal.shows("console  #games");
  terminal.press(NEXT_ROOM);
  expect(await terminal.shows("› games")).not.toContain("what was found");
});

test("a message in a thread is found from its forum, and one that is gone meanwhile is said to be gone", async () => {
  await using here = await place();
  await here.call("channel.create", { name: "ideas", kind: "forum", rules });
  const { chat, until } = await here.entered("alice");
  await chat.say(":join ideas");
  await chat.say(":thread A logo");
  await chat.say("a fox");
  await chat.say("a fox again");
  await chat.say(":join ideas");
  await chat.say(":search fox");
  const { hits } = chat.state().found!;
  expect(hits.map(({ message }) => message.content)).toEqual(["a fox", "a fox again"]);
  await chat.finding.go(hits[0]!);
  expect(chat.room).toMatchObject({ kind: "thread", name: "A logo" });
  expect(chat.state().selected).toBe(hits[0]!.message.id);
  await chat.say(":delete %");
  await until(({ found }) => found?.hits.length === 1);
  await chat.say(":join general");
  expect((await chat.attempt(() => chat.finding.go(hits[0]!)))?.message).toBe("Message not found.");
});

test("what is said while somebody reads what was found counts as unread until they are back", async () => {
  await using here = await place();
  await history(here, 200, [3]);
  const alice = await here.entered("alice");
  const bob = await here.entered("bob");
  using terminal = window(alice.chat);
  terminal.press(":search fox", KEYS.enter);
  await terminal.shows("Enter goes there");
  terminal.press(KEYS.enter);
  await terminal.shows("r reply");
  await bob.chat.say("where are you @alice?");
  await alice.until(() => alice.chat.room!.called);
  await terminal.shows("@ 1 unread");
  terminal.press(KEYS.escape);
  await terminal.shows("Enter goes there");
  terminal.press(KEYS.escape);
  expect(await terminal.shows("where are you")).not.toContain("unread");
});

test("as lines: what was found is printed with its room", async () => {
  await using here = await place();
  await here.call("message.send", { channel: "general", content: "a fox" });
  const { chat } = here.person("alice");
  const lines: string[] = [];
  async function* typed() {
    yield ":search hen";
    yield ":search fox";
  }
  await converseInLines(chat, typed(), (line) => void lines.push(line));
  expect(lines.slice(-2).map((line) => line.replace(/\d{4}-\d\d-\d\d \d\d:\d\d/, "2026-01-01 12:00"))).toEqual([
    '* Nothing here has "hen".',
    "* 2026-01-01 12:00 #general console: a fox",
  ]);
  expect(chat.state().found).toBeUndefined();
});
