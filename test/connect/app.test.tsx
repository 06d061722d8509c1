import { expect, test } from "bun:test";

import { ChatApp } from "../../src/connect/app.tsx";
import type { Conversation } from "../../src/connect/conversation.ts";
import { Desk } from "../../src/connect/desk.ts";
import { type ChatState, NOBODY_YET, roomOf } from "../../src/connect/state.ts";
import { type ChatInput, chatAfter } from "../../src/connect/store.ts";
import { KEYS, TestTerminal } from "../support/terminal.ts";

const PAGE_UP = "\u001B[5~";
const PAGE_DOWN = "\u001B[6~";
const NEXT_ROOM = "\u000E";
const NEXT_SERVER = "\u000F";

const message = (id: number, user: string, content: string, more = {}) => ({
  id: `m${id}`,
  user,
  content,
  timestamp: 1_700_000_000 + id,
  ...more,
});
const frame = (given: Record<string, unknown>): ChatInput => ({ type: "frame", frame: given as never, at: 0 });
const thread = (id: string, name: string, more = {}) => ({
  id,
  name,
  parent_channel: "ideas",
  created_by: "USR:local_bob",
  ...more,
});

/** A conversation without a server, which only remembers what was said. */
function pretend(server: string, ...inputs: ChatInput[]) {
  let state: ChatState = [
    frame({ cmd: "handshake", val: { server: { name: server } } }),
    frame({ cmd: "ready", user: { username: "USR:local_alice", roles: [] } }),
    { type: "link", news: { is: "open", again: false }, at: 0 } as ChatInput,
    frame({
      cmd: "channels_get",
      val: [
        ...["general", "games"].map((name) => ({ name, type: "text" })),
        { name: "ideas", type: "forum", threads: [thread("t1", "A logo"), thread("t2", "A song", { last_message: 5 })] },
      ],
    }),
    {
      type: "page",
      room: "general",
      as: "fresh",
      beginning: true,
      messages: Array.from({ length: 60 }, (_, index) => message(index, "USR:local_bob", `line ${index}`)),
    } as ChatInput,
    ...inputs,
  ].reduce(chatAfter, NOBODY_YET);
  const hearing = new Set<(input: ChatInput) => void>();
  const said: string[] = [];
  const passwords: string[] = [];
  const hurried: string[] = [];
  const become = (input: ChatInput) => {
    state = chatAfter(state, input);
    for (const hear of hearing) hear(input);
  };
  const chat = {
    state: () => state,
    subscribe: (hear: (input: ChatInput) => void) => {
      hearing.add(hear);
      return () => void hearing.delete(hear);
    },
    get room() {
      return roomOf(state, state.room);
    },
    say: async (line: string) => {
      said.push(line);
      return line.startsWith("/") ? new Error("no") : undefined;
    },
    attempt: (act: () => Promise<void>) => act(),
    enter: async (room: string) => become({ type: "enter", room }),
    select: (id: string | undefined) => become({ type: "select", id }),
    face: (front: boolean) => become({ type: "front", front }),
    leave: (away: boolean) => become({ type: "away", away }),
    hurry: () => void hurried.push("now"),
    signIn: (password: string) => void passwords.push(password),
    older: async () => {},
    newer: async () => {},
    latest: async () => {},
    typing() {},
  } as unknown as Conversation;
  return { chat, said, passwords, hurried, become };
}

function open(columns: number, rows: number, ...others: ReturnType<typeof pretend>[]) {
  const one = pretend("Friday");
  const left: string[] = [];
  const desk = new Desk([one.chat, ...others.map(({ chat }) => chat)]);
  const doors = ["friday.example", ...others.map((_, index) => `other${index}.example`)].map((label) => ({
    label,
    name: "alice",
  }));
  const leave = () => void left.push("left");
  const terminal = new TestTerminal(
    <ChatApp desk={desk} doors={doors} now={() => 0} leave={leave} colours={false} />,
    columns,
    rows,
  );
  return { terminal, left, desk, ...one };
}

test("the newest messages, the rooms with their marks, and what is typed are on the screen, and nothing is wider than it", async () => {
  const { terminal, become } = open(80, 24);
  using _screen = terminal;
  become(
    frame({
      cmd: "message_new",
      channel: "games",
      message: message(99, "USR:local_bob", "x", { pings: { users: ["USR:local_alice"], roles: [], replies: [] } }),
    }),
  );
  terminal.press("日本 hello");
  const shown = await terminal.shows("> 日本 hello");
  expect(shown).toContain("line 59");
  expect(shown).toContain("@ games 1");
  expect(terminal.lines).toHaveLength(24);
  expect(Math.max(...terminal.lines.map((line) => Bun.stringWidth(line)))).toBeLessThanOrEqual(80);
});

test("keys write, complete, send, scroll and change the room", async () => {
  const { terminal, said, left } = open(80, 24);
  using _screen = terminal;
  terminal.press("helo", KEYS.backspace, "lo", KEYS.enter);
  terminal.press(":joi\tga\t\r");
  terminal.press(PAGE_UP);
  expect(await terminal.shows("Older messages")).not.toContain("line 59");
  terminal.press(KEYS.escape);
  await terminal.shows("line 59");
  terminal.press(NEXT_ROOM);
  await terminal.shows("› games");
  terminal.press(":quit", KEYS.enter);
  expect(said).toEqual(["hello", ":join games "]);
  expect(left).toEqual(["left"]);
});

test("what was refused can be mended", async () => {
  const { terminal, said } = open(80, 24);
  using _screen = terminal;
  terminal.press("/hlp", KEYS.enter);
  await terminal.shows(/^> *$/m);
  await terminal.shows("> /hlp");
  terminal.press(KEYS.backspace, "p!", KEYS.enter);
  expect(said).toEqual(["/hlp", "/hlp!"]);
});

test("what came meanwhile does not move the page that is read", async () => {
  const { terminal, become } = open(80, 24);
  using _screen = terminal;
  terminal.press(PAGE_UP);
  const before = await terminal.shows("Older messages");
  become(frame({ cmd: "message_new", channel: "general", message: message(100, "USR:local_bob", "news") }));
  become(frame({ cmd: "typing", channel: "general", user: "USR:local_bob" }));
  expect(terminal.frame).toBe(before);
  terminal.press(KEYS.escape);
  await terminal.shows("news");
});

test("long and hostile messages stay in their place", async () => {
  const { terminal, become } = open(40, 12);
  using _screen = terminal;
  become(
    frame({
      cmd: "message_new",
      channel: "general",
      message: message(100, "evil\u001B[2J", `a\u001B]0;x\u0007 ${"w".repeat(300)}\n\u202Eend`),
    }),
  );
  const shown = await terminal.shows("end");
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  expect(shown.match(/[\u0000-\u0009\u000B-\u001F\u202E]/g)).toBeNull();
  expect(terminal.lines).toHaveLength(12);
  expect(Math.max(...terminal.lines.map((line) => Bun.stringWidth(line)))).toBeLessThanOrEqual(40);
});

test("the arrows choose a message, and keys write what is done with it", async () => {
  const { terminal, said, chat } = open(80, 24);
  using _screen = terminal;
  terminal.press(KEYS.up, KEYS.up, KEYS.up);
  await terminal.shows("r reply");
  expect(chat.state().selected).toBe("m57");
  terminal.press("r", "yes", KEYS.enter);
  expect(said).toEqual([":reply % yes"]);
  expect(chat.state().selected).toBeUndefined();
  terminal.press(KEYS.up, "d");
  await terminal.shows("> :delete %");
  terminal.press(KEYS.escape);
  await terminal.shows(/> *$/);
  terminal.press(KEYS.up, "e", KEYS.enter, KEYS.up, "p");
  expect(said).toEqual([":reply % yes", ":edit % line 59", ":pin %"]);
});

test("what is chosen is always seen, up to the first message and down again", async () => {
  const { terminal, chat } = open(80, 24);
  using _screen = terminal;
  for (let step = 0; step < 70; step++) terminal.press(KEYS.up);
  expect(await terminal.shows(/^[^]*line 0\b/)).toContain("line 8");
  expect(chat.state().selected).toBe("m0");
  for (let step = 0; step < 59; step++) terminal.press(KEYS.down);
  expect(await terminal.shows("line 59")).toContain("line 50");
  terminal.press(KEYS.down);
  expect(chat.state().selected).toBeUndefined();
});

test("every line of a message that is higher than the screen can be scrolled to", async () => {
  const { terminal, become } = open(80, 12);
  using _screen = terminal;
  const long = Array.from({ length: 40 }, (_, index) => `row ${index};`).join("\n");
  become(frame({ cmd: "message_new", channel: "general", message: message(100, "USR:local_bob", long) }));
  await terminal.shows("row 39;");
  for (let page = 0; page < 6; page++) terminal.press(PAGE_UP);
  await terminal.shows("row 0;");
  terminal.press(PAGE_DOWN);
  await terminal.shows("row 9;");
});

test("a forum shows its threads, and Enter opens the chosen one", async () => {
  const { terminal, chat } = open(80, 24);
  using _screen = terminal;
  terminal.press(NEXT_ROOM, NEXT_ROOM);
  expect(await terminal.shows("A logo")).toMatch(/A logo[^]*A song/);
  terminal.press(KEYS.up, KEYS.up, KEYS.enter);
  await terminal.shows("#ideas/A logo");
  expect(chat.state().room).toBe("thread:t1");
});

test("several servers stand above the messages with what is unread there, and a key changes between them", async () => {
  const other = pretend("Work", { type: "front", front: false });
  const third = pretend("", { type: "front", front: false }, { type: "link", news: { is: "locked" }, at: 0 });
  const { terminal, chat } = open(80, 24, other, third);
  using _screen = terminal;
  const pings = { users: ["USR:local_alice"], roles: [], replies: [] };
  other.become(frame({ cmd: "message_new", channel: "general", message: message(90, "USR:local_carol", "psst", { pings }) }));
  const shown = await terminal.shows("2 Work @1");
  expect(shown).toContain("3 other1.example password");
  expect(shown).not.toContain("psst");
  terminal.press(NEXT_SERVER);
  expect(await terminal.shows("psst")).not.toContain("Work @");
  expect([chat.state().front, other.chat.state().front]).toEqual([false, true]);
  terminal.press("\u001B3");
  await terminal.shows("Password of alice:");
  terminal.press("secret");
  expect(await terminal.shows("••••••")).not.toContain("secret");
  terminal.press(KEYS.enter);
  expect(third.passwords).toEqual(["secret"]);
});

test("what is not there is counted down with its reason, and is tried at once when Enter is pressed", async () => {
  const lost = (retryMs: number): ChatInput => ({
    type: "link",
    news: { is: "lost", why: "No chat answers at ws://x: nothing listens there.", retryMs, lasting: false },
    at: 0,
  });
  const other = pretend("Work", { type: "front", front: false }, lost(4000));
  const { terminal, become, hurried } = open(80, 24, other);
  using _screen = terminal;
  expect(await terminal.shows("2 Work down")).not.toContain("trying again");
  become(lost(8000));
  await terminal.shows("trying again in 8 s, Enter at once");
  await terminal.shows("No chat answers at ws://x: nothing listens there.");
  terminal.press("x", KEYS.backspace, KEYS.enter);
  expect(hurried).toHaveLength(1);
  become({ type: "link", news: { is: "connecting" }, at: 0 });
  expect(await terminal.shows("trying again…")).toContain("nothing listens there");
  become({ type: "link", news: { is: "open", again: false }, at: 0 });
  await terminal.shows(/^● Friday/);
  expect(terminal.frame).not.toContain("nothing listens there");
});

test("what comes while another window has the keyboard counts as unread, and is read when this one has it again", async () => {
  const { terminal, become, said, chat, desk } = open(80, 24);
  using _screen = terminal;
  const calls = (id: number) =>
    frame({
      cmd: "message_new",
      channel: "general",
      message: message(id, "USR:local_bob", `call ${id}`, { pings: { users: ["USR:local_alice"], roles: [], replies: [] } }),
    });
  terminal.press(KEYS.up);
  desk.leave(true);
  become(calls(100));
  expect(await terminal.shows("@ 1 unread")).toContain("call 100");
  expect(chat.state()).toMatchObject({ calls: 1, selected: "m59" });
  desk.leave(false);
  await terminal.shows(/^(?![^]*unread)[^]*call 100/);
  become(calls(101));
  expect(await terminal.shows("call 101")).not.toContain("unread");
  desk.leave(true);
  become(calls(102));
  await terminal.shows("@ 1 unread");
  // Whoever types is there, whatever the terminal says.
  terminal.press("x");
  await terminal.shows(/^(?![^]*unread)[^]*> x/);
  expect([said, chat.state().calls]).toEqual([[], 2]);
});

test("a key goes to where somebody called, here and on other servers, then to what is unread", async () => {
  const other = pretend("Work", { type: "front", front: false });
  const { terminal, become, chat } = open(80, 24, other);
  using _screen = terminal;
  const said = (channel: string, id: number, more = {}) =>
    frame({ cmd: "message_new", channel, message: message(id, "USR:local_bob", `said ${id}`, more) });
  const called = { pings: { users: ["USR:local_alice"], roles: [], replies: [] } };
  become(said("games", 90));
  other.become(said("games", 91, called));
  terminal.press("\u001Ba");
  await terminal.shows(/^● Work/);
  terminal.press("\u001Ba");
  await terminal.shows("› games");
  terminal.press("\u001Ba");
  await terminal.shows(/^● Friday/);
  terminal.press("\u001Ba");
  await terminal.shows("› games");
  expect(chat.state().room).toBe("games");
  terminal.press("\u001Ba", "x");
  await terminal.shows("> x");
  expect(chat.state().room).toBe("games");
});

test("of more servers than fit the one in front is always seen", async () => {
  const others = Array.from({ length: 8 }, (_, index) => pretend(`A rather long name ${index}`, { type: "front", front: false }));
  const { terminal } = open(80, 24, ...others);
  using _screen = terminal;
  expect(await terminal.shows("1 Friday")).not.toContain("name 7");
  terminal.press("\u001B9");
  expect(await terminal.shows("name 7")).not.toContain("1 Friday");
});

test("a command that is being written says how it goes on, what it takes and does", async () => {
  const { terminal, become } = open(80, 24);
  using _screen = terminal;
  become(
    frame({
      cmd: "slash_list",
      commands: [{ name: "ban", description: "Ban somebody", options: [{ name: "user" }, { name: "reason" }] }],
    }),
  );
  terminal.press(":re");
  await terminal.shows(":reply  :react");
  terminal.press("p");
  await terminal.shows(":reply [which] <text> – answer");
  terminal.press("\u0015/ban x");
  await terminal.shows("/ban <user> <reason> – Ban somebody");
  terminal.press("\u0015:) hello");
  expect(await terminal.shows("> :) hello")).not.toContain("–");
});

test("a question mark shows the help, which scrolls, and any key goes back", async () => {
  const { terminal, said } = open(80, 14);
  using _screen = terminal;
  terminal.press("?");
  await terminal.shows("Ctrl-N Ctrl-P");
  for (let page = 0; page < 9; page++) terminal.press(PAGE_DOWN);
  await terminal.shows("a second : or /");
  terminal.press("x");
  await terminal.shows("line 59");
  // Keys that come at once are keys one by one.
  terminal.press(`?x${NEXT_ROOM}helo\u007Fp\u0010`);
  await terminal.shows("> help");
  await terminal.shows("› general");
  terminal.press("\u0015:help", KEYS.enter);
  await terminal.shows("Ctrl-N Ctrl-P");
  expect(said).toEqual([]);
});

test("at every size each line fits, with files, reactions, threads and servers on it, also where all names are huge", async () => {
  const huge = "W\u001B[31m\u202E".repeat(1000);
  const attachments = [{ id: "a1", name: huge, size: 12_345, url: `https://evil.example/${huge}` }];
  const reactions = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`${huge}${index}`, [huge]]));
  const { terminal, become } = open(80, 24, pretend(huge, { type: "front", front: false }));
  using _screen = terminal;
  become(
    frame({
      cmd: "channels_get",
      val: [
        { name: huge, type: "text" },
        { name: "general", type: "text" },
      ],
    }),
  );
  become(
    frame({
      cmd: "message_new",
      channel: "general",
      message: message(100, huge, "end", { attachments, reactions, reply_to: { id: "x", user: huge } }),
    }),
  );
  become(frame({ cmd: "typing", channel: "general", user: huge }));
  const sizes = [
    [30, 8],
    [80, 24],
    [140, 45],
    [200, 60],
    [69, 20],
  ] as const;
  const hit = { message: message(1, huge, huge, { attachments }), place: { channel: "general" }, title: huge };
  for (const [index, [columns, rows]] of [...sizes, ...sizes].entries()) {
    if (index === sizes.length) become({ type: "found", found: { what: huge, hits: [hit], listed: true } });
    terminal.resize(columns, rows);
    const shown = await terminal.shows(new RegExp(`^([^\\n]*\\n){${rows - 1}}>$`));
    // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
    expect(shown.match(/[\u0000-\u0009\u000B-\u001F\u202E]/g)).toBeNull();
    expect(terminal.lines).toHaveLength(rows);
    expect(Math.max(...terminal.lines.map((line) => Bun.stringWidth(line)))).toBeLessThanOrEqual(columns);
  }
});
