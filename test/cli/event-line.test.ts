import { expect, test } from "bun:test";
import { EventLines } from "../../src/cli/event-line.ts";
import { deleteMessage } from "../../src/domain/messages/delete-message.ts";
import { sendMessage } from "../../src/domain/messages/send-message.ts";
import { banMember } from "../../src/domain/moderation/ban-member.ts";
import { timeOutMember } from "../../src/domain/moderation/time-out-member.ts";
import { createChannel } from "../../src/domain/channels/create-channel.ts";
import { createThread } from "../../src/domain/threads/create-thread.ts";
import { consoleActor } from "../../src/app.ts";
import { newMember } from "../support/scene.ts";
import { testApp } from "../support/world.ts";

const told = (app: { happened: readonly any[] }, lines = new EventLines()) =>
  app.happened.map((event) => lines.line(event).slice("2026-01-01 00:00:00  ".length));

test("an event is a line with the names of people, channels and threads, not their ids", async () => {
  await using app = await testApp();
  const operator = consoleActor(app.community.id);
  const alice = await newMember(app, "alice", "moderator");
  await newMember(app, "bob");
  const { message } = await app.kernel.invoke(sendMessage, alice, { channel: "general", content: "hi @bob" });
  await app.kernel.invoke(deleteMessage, operator, { channel: "general", id: message.id });
  const rules = { view: ["user"], send: ["user"], create_thread: ["user"] };
  await app.kernel.invoke(createChannel, operator, { name: "ideas", kind: "forum", rules });
  const { thread } = await app.kernel.invoke(createThread, alice, { channel: "ideas", name: "Topic one" });
  await app.kernel.invoke(sendMessage, alice, { thread: thread.id, content: "first" });
  await app.kernel.invoke(timeOutMember, operator, { user: "bob", seconds: 600 });
  await app.kernel.invoke(banMember, operator, { user: "bob", reason: "too loud" });
  const lines = told(app);
  const of = (type: string) => lines.filter((line) => line.startsWith(`${type} `)).map((line) => line.slice(22));
  expect(of("message.created")).toContain("alice  #general  “hi @bob”  pings users bob");
  expect(of("message.created")).toContain("alice  #ideas › Topic one  “first”");
  expect(of("message.deleted")).toEqual(["console  #general  author alice"]);
  expect(of("member.banned")).toEqual(["console  bob  reason “too loud”"]);
  expect(of("member.timed-out")).toEqual(["console  bob  for 10m"]);
  expect(of("channel.created")).toEqual(["console  #ideas"]);
  expect(lines.filter((line) => /[\da-f]{8}-[\da-f]{4}-/.test(line))).toEqual([]);
});

test("who acts is known from the snapshot, and what others wrote cannot reach the terminal as a command", () => {
  const lines = new EventLines();
  lines.hear({ sessions: [{ id: "s", wire: "originchats", user: "u1", name: "alice" }], channels: [] });
  const event = { type: "typing.started", at: 0, actor: "u1", community: "c", to: { operators: true } as const };
  expect(lines.line({ ...event, data: { place: { channel: "x", name: "gen\u001b[31m\neral" } } })).toEndWith(
    "alice  #gen [31m eral",
  );
  expect(lines.line({ ...event, data: { message: { content: "x".repeat(5000), author: {} } } }).length).toBeLessThan(200);
});
