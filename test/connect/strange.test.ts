import { expect, test } from "bun:test";

import { Conversation } from "../../src/connect/conversation.ts";
import { converseInLines } from "../../src/connect/plain.ts";
import { FakeClock } from "../support/world.ts";

type Answer = (frame: Record<string, any>, say: (frame: object) => void) => object | undefined;

/** A server of which anything can be expected: what it answers is said by the test. */
function strange(answer: Answer, entered = true) {
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request, self) => (self.upgrade(request) ? undefined : new Response("no")),
    websocket: {
      open(socket) {
        socket.subscribe("all");
        socket.send(JSON.stringify({ cmd: "handshake", val: { server: { name: "x" } } }));
      },
      message(socket, text) {
        const frame = JSON.parse(String(text)) as Record<string, any>;
        const say = (one: object) => void socket.send(JSON.stringify(one));
        if (frame["cmd"] === "login" && entered) return say({ cmd: "ready", user: { username: "me", roles: [] } });
        const given = answer(frame, say);
        if (given) say({ ...given, listener: frame["listener"] });
      },
    },
  });
  const clock = new FakeClock();
  let nonce = 0;
  const chat = new Conversation({
    url: `ws://127.0.0.1:${server.port}`,
    credentials: { name: "me", password: "p", register: false },
    timers: clock,
    now: clock.now,
    nonce: () => String(++nonce),
  });
  const say = (frame: object) => void server.publish("all", JSON.stringify(frame));
  return { chat, clock, say, breakOff: () => void server.stop(true), [Symbol.dispose]: () => void server.stop(true) };
}
const usual: Answer = ({ cmd }) =>
  ({
    channels_get: { cmd, val: [{ name: "general", type: "text" }] },
    messages_get: { cmd, messages: [] },
    unreads_get: { cmd, unreads: {} },
    users_list: { cmd, users: [] },
    slash_list: { cmd, commands: [] },
  })[cmd as string];

test("lines that come too fast are said when the server takes them, once each and in order", async () => {
  const heard: string[] = [];
  let refused = 0;
  using there = strange((frame, say) => {
    if (frame["cmd"] !== "message_new") return usual(frame, say);
    if (heard.length === 1 && refused++ < 2) return { cmd: "rate_limit", length: 5000 };
    heard.push(frame["content"]);
    return {
      cmd: "message_new",
      channel: "general",
      message: { id: frame["nonce"], user: "me", content: frame["content"], timestamp: 1 },
    };
  });
  const lines: string[] = [];
  async function* typed() {
    yield* ["one", "two", "three"];
  }
  await converseInLines(there.chat, typed(), (line) => {
    lines.push(line);
    // After the conversation has begun to wait.
    if (line.startsWith("! Too fast")) setImmediate(() => there.clock.advance(5000));
  });
  expect(heard).toEqual(["one", "two", "three"]);
  expect(lines.filter((line) => line.startsWith("!"))).toEqual(["! Too fast: wait 5 s.", "! Too fast: wait 5 s."]);
});

test("nothing that moves a cursor or turns text around comes out of what a server says, whatever it is", async () => {
  const evil = `\u001B[2J\u001B]0;x\u0007\u009B5A\u202E\u2066${"w".repeat(5000)}\r\n\u0000`;
  const all = { id: evil, user: evil, name: evil, content: evil, timestamp: 1, url: evil, size: 1e300, description: evil };
  const message = {
    ...all,
    reply_to: all,
    webhook: all,
    attachments: [all],
    reactions: { [evil]: [evil] },
    pings: { users: ["me"], roles: [], replies: [] },
  };
  const thread = { ...all, parent_channel: evil, created_by: evil, participants: ["me"], last_message: 9e300 };
  using there = strange((frame, say) => {
    const { cmd } = frame;
    if (cmd === "channels_get")
      return {
        cmd,
        val: [
          { name: evil, type: "text" },
          { name: "b", type: "forum", threads: [thread] },
        ],
      };
    if (cmd === "messages_get") return { cmd, messages: [message] };
    if (cmd === "slash_list") return { cmd, commands: [all] };
    if (cmd === "users_online") return { cmd, users: [{ username: evil }] };
    if (cmd === "messages_search") return { cmd, results: [message, 5, null] };
    if (cmd !== "message_new") return usual(frame, say) ?? { cmd: "error", val: evil };
    for (const other of ["message_edit", "message_react_add", "message_delete", "message_pin"])
      say({ cmd: other, channel: evil, ...all, emoji: evil, from: evil });
    say({ cmd: "thread_create", thread: { ...thread, parent_channel: "b", id: "t2" } });
    say({ cmd: "direct_message_new", from: evil, to: "me", content: evil });
    say({ cmd: evil, channel: evil });
    say({ cmd: "users_list", users: evil });
    say({ cmd: "message_new", channel: "x".repeat(9_000_000), message });
    say({ cmd: "error", val: evil });
    return { cmd: "rate_limit", length: evil };
  });
  const lines: string[] = [];
  async function* typed() {
    yield* [
      ":marks",
      "hello",
      ":who",
      ":search x",
      ":pins",
      ":mentions",
      ":rooms",
      ":help",
      ":id",
      ":join b",
      ":open 1",
      ":threads",
      ":upload x",
      ":save x",
    ];
  }
  await converseInLines(there.chat, typed(), (line) => void lines.push(line));
  expect(lines.length).toBeGreaterThan(30);
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  expect(lines.filter((line) => /[\u0000-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/.test(line))).toEqual([]);
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(25_000);
});

test("neither does the reason for which somebody is not let in", async () => {
  using there = strange(() => ({ cmd: "auth_error", val: "no\u001B[2J\u009B5A" }), false);
  const nothing = (async function* () {})();
  expect(await converseInLines(there.chat, nothing, () => {})).toMatchObject({ is: "refused", why: "no [2J 5A." });
});

test("a server that goes away while somebody comes in is tried again", async () => {
  let answers = 0;
  using there = strange(({ cmd }) => {
    if (cmd === "channels_get") return { cmd, val: [{ name: "general", type: "text" }] };
    if (++answers === 4) there.breakOff();
    return undefined;
  });
  const { chat } = there;
  const lost = Promise.withResolvers<void>();
  chat.subscribe((input) => input.type === "link" && input.news.is === "lost" && lost.resolve());
  chat.start();
  await lost.promise;
  await chat.ready;
  expect(chat.state().notices.map(({ text }) => text)).toEqual(["The connection broke before the server answered."]);
  chat.close();
});

test("what was read is told once a second, and that telling it was refused is not shown", async () => {
  const acks: string[] = [];
  using there = strange((frame, say) => {
    if (frame["cmd"] === "unreads_ack") {
      acks.push(frame["channel"]);
      say({ cmd: "error", src: "unreads_ack", val: "Too fast" });
      say({ cmd: "error", src: "else", val: "Something else" });
    }
    return usual(frame, say);
  });
  const { chat, clock } = there;
  chat.start();
  await chat.ready;
  const shown = Promise.withResolvers<void>();
  chat.subscribe((input) => input.type === "notice" && shown.resolve());
  const heard = Promise.withResolvers<void>();
  chat.subscribe((input) => input.type === "frame" && input.frame["message"]?.id === "m9" && heard.resolve());
  for (let id = 0; id < 10; id++)
    there.say({ cmd: "message_new", channel: "general", message: { id: `m${id}`, user: "other", timestamp: 1 } });
  await heard.promise;
  expect(acks).toEqual([]);
  clock.advance(1000);
  await shown.promise;
  expect(acks).toEqual(["general"]);
  expect(chat.state().notices.map(({ text }) => text)).toEqual(["Something else."]);
  chat.close();
});
