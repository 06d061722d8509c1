import { expect, test } from "bun:test";

import { createLog, type LogEntry, type LogOptions, logFormat } from "../../src/kernel/log.ts";
import { RecentLog } from "../../src/kernel/recent-log.ts";
import { recordedLog } from "../support/log.ts";

function written(options: Partial<LogOptions> = {}) {
  const lines: string[] = [];
  const log = createLog({ level: "info", format: "json", now: () => 1_000, write: (line) => void lines.push(line), ...options });
  return { log, lines };
}

test("an event is one line of JSON with its time, level and fields", () => {
  const { log, lines } = written();
  log.with({ wire: "originchats" }).info("session.opened", { session: "s1", text_length: 4 });
  expect(lines).toEqual([
    '{"time":"1970-01-01T00:00:01.000Z","level":"info","event":"session.opened","wire":"originchats","session":"s1","text_length":4}\n',
  ]);
});

test("what is less important than the level is not written", () => {
  const { log, lines } = written({ level: "warn" });
  log.debug("a");
  log.info("b");
  log.warn("c");
  log.error("d");
  expect(lines.map((line) => (JSON.parse(line) as { event: string }).event)).toEqual(["c", "d"]);
});

test("secrets and message bodies are left out wherever they are", () => {
  const { log, lines } = recordedLog();
  const fields = {
    password: "hunter2",
    new_password: "hunter2",
    token: "hunter2",
    clientSecret: "hunter2",
    validator: "hunter2",
    Authorization: "hunter2",
  };
  log.info("user.registered", { ...fields, deep: { inner: [{ content: "hunter2", body: { x: "hunter2" } }] }, name: "alice" });
  log.info("store.opened", {
    url: "postgres://chat:hunter2@db/chat",
    error: new Error("cannot reach postgres://chat:hunter2@db"),
  });
  expect(JSON.stringify(lines)).not.toContain("hunter2");
  expect(lines[0]).toMatchObject({
    name: "alice",
    password: "[hidden]",
    deep: { inner: [{ content: "[hidden]", body: "[hidden]" }] },
  });
  expect(lines[1]).toMatchObject({ url: "postgres://chat:[hidden]@db/chat" });
});

test("a number is no secret, so that counts of tokens can be logged", () => {
  const { log, lines } = recordedLog();
  log.info("pace.refilled", { tokens: 3 });
  expect(lines[0]).toMatchObject({ tokens: 3 });
});

test("a line is bounded, whatever is put into it", () => {
  const { log, lines } = written();
  const endless: { self?: unknown } = {};
  endless.self = endless;
  log.info("x", {
    endless,
    text: "y".repeat(100),
    long: "y".repeat(1e6),
    list: Array.from({ length: 1e5 }, () => 1),
    big: 1n,
    bytes: new Uint8Array(9),
  });
  expect(lines[0]!.length).toBeLessThan(4000);
  expect(JSON.parse(lines[0]!)).toMatchObject({ big: "1", bytes: "[9 bytes]" });
});

test("an error keeps its message, its stack and its cause", () => {
  const { log, lines } = recordedLog();
  log.error("operation.failed", { error: new Error("outer", { cause: new Error("inner") }) });
  expect(lines[0]).toMatchObject({ error: { name: "Error", message: "outer", cause: { message: "inner" } } });
});

test("a pretty line stays one line and sends no control sequence to the terminal", () => {
  const { log, lines } = written({ format: "pretty" });
  log.warn("user.renamed", { name: "eve\n00:00 INFO user.promoted\u001B[2J", id: 7, plain: "a-b_c" });
  expect(lines).toEqual(['00:00:01.000 WARN  user.renamed name="eve\\n00:00 INFO user.promoted\\u001b[2J" id=7 plain=a-b_c\n']);
});

test("the automatic format is pretty in a terminal and JSON elsewhere", () => {
  expect([logFormat("auto", true), logFormat("auto", false), logFormat("json", true)]).toEqual(["pretty", "json", "json"]);
});

test("who looks on hears what is written, without secrets, and no more than a bounded part of it", () => {
  const heard: LogEntry[] = [];
  const { log } = written({ level: "info", hear: (entry) => void heard.push(entry) });
  log.debug("not.written");
  log.warn("user.refused", { name: "alice", password: "hunter2", list: "x".repeat(2000) });
  expect(heard).toMatchObject([{ at: 1_000, level: "warn", event: "user.refused" }]);
  expect(heard[0]!.text).toStartWith('name=alice password="[hidden]" list=xxx');
  expect(heard[0]!.text).toHaveLength(500);
});

test("the newest lines are kept for who comes later, and no more than a bounded number", () => {
  const recent = new RecentLog();
  const { log } = written({ hear: recent.hear });
  for (let index = 0; index < 500; index++) log.info(`line.${index}`);
  expect(recent.lines().map(({ event }) => event)).toHaveLength(200);
  expect(recent.lines().at(-1)!.event).toBe("line.499");
});
