import { expect, test } from "bun:test";

import { type ChatState, listedRooms, NOBODY_YET, roomOf, unreadOf } from "../../src/connect/state.ts";
import { type ChatInput, chatAfter } from "../../src/connect/store.ts";

const frame = (given: Record<string, unknown>, at = 0): ChatInput => ({ type: "frame", frame: given as never, at });
const message = (id: string, more = {}) => ({ id, user: "USR:local_bob", content: id, timestamp: 1, ...more });
const said = (id: string, place: object, more = {}) => frame({ cmd: "message_new", ...place, message: message(id, more) });
const page = (as: "fresh" | "older" | "newer", ids: readonly string[], more = {}): ChatInput =>
  ({ type: "page", room: "general", as, messages: ids.map((id) => message(id)), ...more }) as ChatInput;
const numbered = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => `m${from + index}`);
const thread = (id: string, more = {}) => ({ id, name: `thread ${id}`, parent_channel: "ideas", ...more });
const channels = (...threads: object[]) => [
  { name: "general", type: "text" },
  { name: "talk", type: "voice" },
  { type: "separator" },
  { name: "ideas", type: "forum", threads },
];
const after = (...inputs: ChatInput[]): ChatState => inputs.reduce(chatAfter, NOBODY_YET);
const signedIn = (...threads: object[]): ChatInput[] => [
  frame({ cmd: "ready", user: { username: "USR:local_alice", roles: ["user", "helper"] } }),
  frame({ cmd: "channels_get", val: channels(...threads) }),
];
const general = (state: ChatState) => roomOf(state, "general")!;

test("of a room's history at most two thousand messages are kept, and what is cut off can be asked for again", () => {
  const back = after(...signedIn(), page("fresh", numbered(1500, 3000)), page("older", numbered(0, 1500), { beginning: true }));
  expect(general(back)).toMatchObject({ beginning: true, upToDate: false });
  expect(general(back).messages.map(({ id }) => id)).toEqual(numbered(0, 2000));
  // Live messages would stand after a gap.
  const live = chatAfter(back, said("live", { channel: "general" }));
  expect(general(live).messages).toHaveLength(2000);
  const newer = chatAfter(live, page("newer", numbered(2000, 3000), { upToDate: true }));
  expect(general(newer)).toMatchObject({ beginning: false, upToDate: true });
  expect(general(newer).messages.map(({ id }) => id)).toEqual(numbered(1000, 3000));
  expect(general(chatAfter(newer, said("next", { channel: "general" }))).messages.at(-1)!.id).toBe("next");
});

test("the first message is no longer there when so many came that it was dropped", () => {
  const full = after(...signedIn(), page("fresh", numbered(0, 2000), { beginning: true }));
  expect(general(full).beginning).toBe(true);
  expect(general(chatAfter(full, said("x", { channel: "general" }))).beginning).toBe(false);
});

test("threads stand below their forum, and those are listed that somebody takes part in, is called to, or looks at", () => {
  const state = after(
    ...signedIn(thread("a", { participants: ["USR:local_alice"] }), thread("b"), thread("c"), thread("d", { archived: true })),
    said("1", { channel: "ideas", thread_id: "a" }),
    said("2", { channel: "ideas", thread_id: "b" }),
    said("3", { channel: "ideas", thread_id: "c" }, { pings: { users: [], roles: ["helper"], replies: [] } }),
  );
  expect(state.rooms.map(({ key }) => key)).toEqual(["general", "ideas", "thread:a", "thread:b", "thread:c", "thread:d"]);
  expect(listedRooms(state).map(({ key, unread, called }) => [key, unread, called])).toEqual([
    ["general", 0, false],
    ["ideas", 0, false],
    ["thread:a", 1, false],
    ["thread:c", 1, true],
  ]);
  expect(unreadOf(state)).toEqual({ unread: 2, called: true });
  const renamed = chatAfter(state, frame({ cmd: "thread_update", thread: { ...thread("a"), name: "new name", locked: true } }));
  expect(roomOf(renamed, "thread:a")).toMatchObject({ name: "new name", unread: 1, thread: { mine: true, locked: true } });
  const left = chatAfter(renamed, frame({ cmd: "thread_leave", thread: thread("a"), thread_id: "a", user: "USR:local_alice" }));
  expect(roomOf(left, "thread:a")!.thread!.mine).toBe(false);
  const inside = chatAfter(state, { type: "enter", room: "thread:b" });
  expect(chatAfter(inside, frame({ cmd: "thread_delete", thread_id: "b", channel: "ideas" })).room).toBe("ideas");
});

test("what somebody does not look at counts as unread, also in the room that is open behind another server", () => {
  const state = after(...signedIn(), said("1", { channel: "general" }));
  expect(unreadOf(state).unread).toBe(0);
  const behind = chatAfter(chatAfter(state, { type: "front", front: false }), said("2", { channel: "general" }));
  expect(unreadOf(behind).unread).toBe(1);
  expect(unreadOf(chatAfter(behind, { type: "front", front: true })).unread).toBe(0);
});

test("of direct conversations the newest hundred are kept, and a list of channels does not end them", () => {
  const directs = Array.from({ length: 150 }, (_, index) =>
    frame({ cmd: "direct_message_new", from: `u${index}`, to: "me", content: "x" }),
  );
  const state = after(...signedIn(), ...directs, frame({ cmd: "channels_get", val: channels() }));
  const kept = state.rooms.filter(({ kind }) => kind === "direct");
  expect([kept.length, kept[0]!.name, kept.at(-1)!.name]).toEqual([100, "u50", "u149"]);
  expect(kept.every(({ called, unread }) => called && unread === 1)).toBe(true);
});

test("what was told stays below the message it was told after, also when that is deleted", () => {
  const told = after(...signedIn(), page("fresh", ["a", "b"]), { type: "notice", text: "hm", good: true });
  expect(told.notices[0]!.after).toBe("b");
  expect(chatAfter(told, frame({ cmd: "message_delete", channel: "general", id: "b" })).notices[0]!.after).toBe("a");
});

test("after a break what nobody looks at is forgotten, so that no gap is taken for history", () => {
  const open: ChatInput = { type: "link", news: { is: "open", again: true }, at: 0 };
  const seen = after(...signedIn(), page("fresh", ["a", "b"]));
  expect(general(chatAfter(seen, open)).loaded).toBe(true);
  const away = chatAfter(seen, { type: "front", front: false });
  expect(general(chatAfter(away, open))).toMatchObject({ loaded: false, messages: [] });
});

test("nothing that a server sends becomes anything that cannot be shown", () => {
  const wild = [null, 5, "x", [], {}, [[]], { length: 3 }, "W".repeat(300_000), { __proto__: null }];
  const fields = [
    "message",
    "val",
    "user",
    "users",
    "unreads",
    "commands",
    "thread",
    "channel",
    "thread_id",
    "id",
    "emoji",
    "from",
  ];
  const cmds = [
    "message_new",
    "channels_get",
    "users_list",
    "unreads_get",
    "slash_list",
    "thread_create",
    "message_edit",
    "ready",
  ];
  const more = [
    "handshake",
    "typing",
    "message_react_add",
    "message_pin",
    "slash_remove",
    "user_join",
    "direct_message_new",
    "toString",
    "__proto__",
  ];
  const start = after(...signedIn(thread("a")), page("fresh", ["m1"]));
  for (const cmd of [...cmds, ...more])
    for (const one of wild)
      for (const other of wild) {
        const given = Object.fromEntries(fields.map((field, index) => [field, index % 2 ? one : other]));
        let state = start;
        try {
          state = chatAfter(start, frame({ cmd, channel: "general", id: "m1", ...given }));
        } catch (why) {
          expect((why as Error).name).toBe("ZodError");
        }
        for (const room of state.rooms) {
          expect([typeof room.name, typeof room.key, room.name.length <= 200]).toEqual(["string", "string", true]);
          for (const { content, user, timestamp } of room.messages)
            expect([typeof content, typeof user, Number.isFinite(timestamp)]).toEqual(["string", "string", true]);
        }
      }
  const odd = {
    id: "x",
    user: "u",
    content: { a: 1 },
    timestamp: "then",
    reactions: [1],
    attachments: "no",
    pings: 7,
    reply_to: [],
  };
  const state = chatAfter(start, frame({ cmd: "message_new", channel: "general", message: odd }));
  expect(general(state).messages.at(-1)).toMatchObject({ id: "x", content: "", timestamp: 0 });
});
