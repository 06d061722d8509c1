import { expect, test } from "bun:test";

import { ChatApp } from "../../src/connect/app.tsx";
import type { Conversation } from "../../src/connect/conversation.ts";
import { type ChatInput, chatAfter, type ChatState, NOBODY_YET } from "../../src/connect/store.ts";
import { KEYS, TestTerminal } from "../support/terminal.ts";

const message = (id: number, user: string, content: string, more = {}) => ({
  id: `m${id}`,
  user,
  content,
  timestamp: 1_700_000_000 + id,
  ...more,
});
const frame = (given: Record<string, unknown>): ChatInput => ({ type: "frame", frame: given as never, at: 0 });

/** A conversation without a server, which only remembers what was said. */
function open(columns: number, rows: number) {
  let state: ChatState = [
    frame({ cmd: "handshake", val: { server: { name: "Friday" } } }),
    frame({ cmd: "ready", user: { username: "USR:local_alice" } }),
    { type: "link", news: { is: "open", again: false } } as ChatInput,
    frame({ cmd: "channels_get", val: ["general", "games"].map((name) => ({ name, type: "text" })) }),
    {
      type: "page",
      room: "general",
      as: "fresh",
      beginning: true,
      messages: Array.from({ length: 60 }, (_, index) => message(index, "USR:local_bob", `line ${index}`)),
    } as ChatInput,
  ].reduce(chatAfter, NOBODY_YET);
  const hearing = new Set<() => void>();
  const said: string[] = [];
  const left: string[] = [];
  const chat = {
    state: () => state,
    subscribe: (hear: () => void) => {
      hearing.add(hear);
      return () => void hearing.delete(hear);
    },
    get room() {
      return state.rooms.find(({ name }) => name === state.room);
    },
    say: async (line: string) => void said.push(line),
    typing() {},
  } as unknown as Conversation;
  const terminal = new TestTerminal(
    <ChatApp chat={chat} now={() => 0} leave={() => void left.push("left")} colours={false} />,
    columns,
    rows,
  );
  return {
    terminal,
    said,
    left,
    become(input: ChatInput) {
      state = chatAfter(state, input);
      for (const hear of hearing) hear();
    },
  };
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
  terminal.press("\u001B[5~");
  expect(await terminal.shows("Older messages")).not.toContain("line 59");
  terminal.press(KEYS.escape);
  await terminal.shows("line 59");
  terminal.press("\u000E", ":quit", KEYS.enter);
  expect(said).toEqual(["hello", ":join games ", ":join games"]);
  expect(left).toEqual(["left"]);
});

test("what came meanwhile does not move the page that is read", async () => {
  const { terminal, become } = open(80, 24);
  using _screen = terminal;
  terminal.press("\u001B[5~");
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
