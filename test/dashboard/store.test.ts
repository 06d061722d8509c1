import { expect, test } from "bun:test";

import { EMPTY, fold, type Input } from "../../src/dashboard/store.ts";
import type { WatchLine } from "../../src/wire/control/protocol.ts";
import { afterwards, evening } from "./evening.ts";

const log = (event: string): Input => ({ type: "log", entry: { at: 1, level: "info", event, text: "" } });

test("one input after the other and all at once come to the same state", () => {
  let state = EMPTY;
  for (const input of evening) state = fold(state, [input]);
  expect(state).toEqual(afterwards);
});

test("folding leaves the state before as it was", () => {
  const half = fold(EMPTY, evening.slice(0, 40));
  const copy = structuredClone(half);
  fold(half, evening.slice(40));
  expect(half).toEqual(copy);
});

test("channels, people, sessions, acts and calls follow the events", () => {
  const { channels, members, sessions, acts, voice, traffic } = afterwards;
  expect(channels.map(({ name }) => name)).toContain("日本語の部屋");
  expect(channels.find(({ name }) => name === "general")!.slowMode).toBe(30);
  expect([...members.values()].map(({ user }) => user.name).toSorted()).toEqual(["alice", "bob", "carol", "дмитрий"]);
  expect([...sessions.values()].filter(({ name }) => name === "alice")).toHaveLength(2);
  expect([...sessions.values()].filter(({ name }) => name === "spammer")).toEqual([]);
  expect(acts[0]).toMatchObject({ action: "user_ban", target: { name: "spammer" } });
  expect([...voice.values()].flat().map(({ user }) => user.name)).toEqual(["alice", "bob"]);
  expect([...traffic.values()].reduce((sum, { messages }) => sum + messages, 0)).toBe(
    evening.filter((input) => input.type === "event" && input.event.type === "message.created").length,
  );
});

test("a deleted channel takes what was known of it along", () => {
  const { id, name } = afterwards.channels.find((one) => one.kind === "voice")!;
  const event = { type: "channel.deleted", at: 1, actor: "a", community: "c", to: { community: "c" }, data: { id, name } };
  const { channels, voice } = fold(afterwards, [{ type: "event", event } as WatchLine]);
  expect(channels.some((one) => one.id === id)).toBe(false);
  expect(voice.has(id)).toBe(false);
});

test("an act that is told and listed is shown once", () => {
  const told = evening.filter((input) => input.type === "event" && input.event.type === "modlog.recorded");
  const { acts } = fold(afterwards, told);
  expect(acts).toEqual(afterwards.acts);
});

test("the log, the seconds and the acts are bounded", () => {
  const stats = evening.find((input) => input.type === "stats")!;
  const { log: lines, seconds } = fold(
    EMPTY,
    Array.from({ length: 2000 }, (_, index) => (index % 2 ? log(`line.${index}`) : stats)),
  );
  expect(lines).toHaveLength(500);
  expect(lines.at(-1)!.event).toBe("line.1999");
  expect(seconds).toHaveLength(180);
});

test("a new snapshot takes the place of what was known, and the figures of before stay", () => {
  const again = fold(fold(afterwards, [{ type: "gone", why: "It ended.", at: 5 }]), [evening[0]!]);
  expect(again.link).toEqual({ is: "open" });
  expect(again.sessions.size).toBe(0);
  expect(again.seconds).toEqual(afterwards.seconds);
});

test("an event of a name that is not known changes nothing", () => {
  const event = { type: "moon.landed", at: 1, actor: "a", community: "c", to: { community: "c" }, data: null };
  expect(fold(afterwards, [{ type: "event", event } as WatchLine])).toEqual(afterwards);
});
