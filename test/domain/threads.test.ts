import { describe, expect, test } from "bun:test";
import { consoleActor } from "../../src/app.ts";
import { deleteChannel } from "../../src/domain/channels/delete-channel.ts";
import { listChannels } from "../../src/domain/channels/list-channels.ts";
import { updateChannel } from "../../src/domain/channels/update-channel.ts";
import { getMessage } from "../../src/domain/messages/get-message.ts";
import { listMessages } from "../../src/domain/messages/list-messages.ts";
import { listPinned } from "../../src/domain/messages/list-pinned.ts";
import { pinMessage } from "../../src/domain/messages/pin-message.ts";
import { sendMessage } from "../../src/domain/messages/send-message.ts";
import { banMember } from "../../src/domain/moderation/ban-member.ts";
import { sweepRetention } from "../../src/domain/retention/sweep-retention.ts";
import { createThread } from "../../src/domain/threads/create-thread.ts";
import { deleteThread } from "../../src/domain/threads/delete-thread.ts";
import { joinThread } from "../../src/domain/threads/join-thread.ts";
import { listThreads, showThread } from "../../src/domain/threads/show-thread.ts";
import { insertParticipant } from "../../src/domain/threads/statements.ts";
import { updateThread } from "../../src/domain/threads/update-thread.ts";
import { listUnreads } from "../../src/domain/unreads/list-unreads.ts";
import { moveReadMark } from "../../src/domain/unreads/move-read-mark.ts";
import type { Actor } from "../../src/kernel/operation.ts";
import { Batch, read, write } from "../../src/storage/store.ts";
import { newChannel, newCrowd, newMember, OPEN, refusal, timedOut } from "../support/scene.ts";
import { testApp } from "../support/world.ts";

const FORUM = { ...OPEN, create_thread: ["user"], pin: ["moderator"] };
const leftovers = read<{ place: string }, { messages: number; marks: number; people: number }>(
  `select (select count(*) from message where place = :place) as messages, (select count(*) from read_mark where place = :place) as marks,
     (select count(*) from thread_member where thread = :place) as people`,
  "messages",
  "marks",
  "people",
);

async function scene(more: object = {}) {
  const app = await testApp();
  const { kernel } = app;
  const forum = await newChannel(app, "ideas", FORUM, { kind: "forum", ...more });
  const [alice, bob] = [await newMember(app, "alice"), await newMember(app, "bob")];
  const begin = async (name: string, by: Actor = alice) =>
    (await kernel.invoke(createThread, by, { channel: "ideas", name })).thread.id;
  const say = async (thread: string, content: string, by: Actor = bob) =>
    (await kernel.invoke(sendMessage, by, { thread, content })).message.id;
  const left = (place: string) => kernel.world.store.one(leftovers, { place });
  return { app, kernel, forum, alice, bob, begin, say, left, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
}

test("messages of a thread are in it alone, not in another thread and not in the forum", async () => {
  await using it = await scene();
  const [one, two] = [await it.begin("one"), await it.begin("two")];
  const id = await it.say(one, "hi");
  const texts = async (thread: string) =>
    (await it.kernel.invoke(listMessages, it.bob, { thread })).messages.map(({ content }) => content);
  expect(await texts(one)).toEqual(["This is the beginning of one.", "hi"]);
  expect(await texts(two)).toEqual(["This is the beginning of two."]);
  expect(await refusal(it.kernel.invoke(getMessage, it.bob, { thread: two, id }))).toMatchObject({ reason: "message" });
  expect(await refusal(it.kernel.invoke(sendMessage, it.bob, { thread: two, content: "x", replyTo: id }))).toMatchObject({
    reason: "message.reply",
  });
  expect((await it.kernel.invoke(getMessage, it.bob, { channel: "ideas", id })).place).toEqual({
    channel: it.forum,
    name: "ideas",
    thread: one,
  });
});

test("a nonce belongs to the thread it was used in", async () => {
  await using it = await scene();
  const [one, two] = [await it.begin("one"), await it.begin("two")];
  const say = (thread: string) => it.kernel.invoke(sendMessage, it.bob, { thread, content: "hi", nonce: "n" });
  const first = await say(one);
  expect(await say(one)).toMatchObject({ repeated: true, message: { id: first.message.id } });
  expect(await refusal(say(two))).toMatchObject({ reason: "message.nonce" });
});

test("neither a place nor a thread is asked for: that is said", async () => {
  await using it = await scene();
  expect(await refusal(it.kernel.invoke(sendMessage, it.bob, { content: "x" }))).toMatchObject({ reason: "place.absent" });
});

// deviation: thread-pins
test("a thread keeps its own pins", async () => {
  await using it = await scene();
  const mod = await newMember(it.app, "mod", "moderator");
  const [one, two] = [await it.begin("one"), await it.begin("two")];
  const id = await it.say(one, "hi");
  await it.kernel.invoke(pinMessage, mod, { channel: "ideas", id });
  const pinned = async (thread: string) =>
    (await it.kernel.invoke(listPinned, it.bob, { thread })).messages.map((message) => message.id);
  expect([await pinned(one), await pinned(two)]).toEqual([[id], []]);
});

test("somebody in a time-out begins no thread and writes in none", async () => {
  await using it = await scene();
  const one = await it.begin("one");
  await timedOut(it.app, it.bob, 60_000);
  expect(await refusal(it.begin("two", it.bob))).toMatchObject({ reason: "member.timeout" });
  expect(await refusal(it.say(one, "x"))).toMatchObject({ reason: "member.timeout" });
});

describe("removing", () => {
  test("a thread takes its messages, pins, marks and participants with it, however many, and leaves the others", async () => {
    await using it = await scene();
    const [one, two] = [await it.begin("one"), await it.begin("two")];
    for (let i = 0; i < 450; i++) await it.say(one, `${i}`);
    await it.say(two, "stays");
    await it.kernel.invoke(joinThread, it.bob, { thread: one });
    await it.kernel.invoke(moveReadMark, it.bob, { thread: one });
    expect(await it.left(one)).toEqual({ messages: 451, marks: 1, people: 2 });
    await it.kernel.invoke(deleteThread, it.alice, { thread: one });
    expect(await it.left(one)).toEqual({ messages: 0, marks: 0, people: 0 });
    expect(await it.left(two)).toEqual({ messages: 2, marks: 0, people: 1 });
    expect(await refusal(it.say(one, "x"))).toMatchObject({ reason: "thread" });
  });

  test("a forum takes its threads with it", async () => {
    await using it = await scene();
    const one = await it.begin("one");
    await it.say(one, "hi");
    await it.kernel.invoke(moveReadMark, it.bob, { thread: one });
    await it.kernel.invoke(deleteChannel, consoleActor(it.app.community.id), { channel: "ideas" });
    expect(await it.left(one)).toEqual({ messages: 0, marks: 0, people: 0 });
    expect(await refusal(it.kernel.invoke(showThread, it.bob, { thread: one }))).toMatchObject({ reason: "thread" });
  });

  test("who writes while the thread is being removed or locked is refused, and nothing of it stays", async () => {
    await using it = await scene();
    const mod = await newMember(it.app, "mod", "moderator");
    const [gone, locked] = [await it.begin("one"), await it.begin("two")];
    const outcomes = await Promise.allSettled([
      it.kernel.invoke(deleteThread, it.alice, { thread: gone }),
      it.say(gone, "too late"),
      it.kernel.invoke(updateThread, mod, { thread: locked, changes: { locked: true } }),
      it.say(locked, "too late"),
    ]);
    expect(outcomes.filter(({ status }) => status === "fulfilled").length).toBeGreaterThanOrEqual(2);
    expect((await it.left(gone))!.messages).toBe(0);
    const { messages } = await it.kernel.invoke(listMessages, it.bob, { thread: locked });
    expect(messages).toHaveLength(outcomes[3]!.status === "fulfilled" ? 2 : 1);
  });
});

test("a thread that is put away while somebody writes in it is told to be back", async () => {
  await using it = await scene();
  const one = await it.begin("one");
  await Promise.all([
    it.kernel.invoke(updateThread, it.alice, { thread: one, changes: { archived: true } }),
    it.say(one, "hi"),
    it.kernel.invoke(updateThread, it.alice, { thread: one, changes: { archived: true } }),
  ]);
  const told = it.app.happened.findLast(({ type }) => type === "thread.updated")!.data as { thread: { archived: boolean } };
  const { thread } = await it.kernel.invoke(showThread, it.bob, { thread: one });
  expect(told.thread.archived).toBe(thread.archived);
});

test("a forum in which a thread was begun keeps its type", async () => {
  await using it = await scene();
  await it.begin("one");
  const change = it.kernel.invoke(updateChannel, consoleActor(it.app.community.id), {
    channel: "ideas",
    changes: { kind: "text" },
  });
  expect(await refusal(change)).toMatchObject({ reason: "channel.kind-fixed" });
});

// deviation: threads-listed
test("threads are listed in the order in which they were begun, the newest 500, with the first 20 who joined and oneself", async () => {
  await using it = await scene();
  const crowd = write<{ channel: string; n: number }>(
    `insert into thread (id, channel, name, created_by, created_at, locked, archived) values ('old ' || :n, :channel, 'old', 'x', :n, 0, 0)`,
  );
  const batch = new Batch();
  for (let n = 0; n < 520; n++) batch.add(crowd, { channel: it.forum, n });
  await it.kernel.world.store.commit(batch);
  const newest = await it.begin("newest");
  const many = new Batch();
  const people = await newCrowd(it.app, 60);
  for (const user of people) many.add(insertParticipant, { thread: newest, user: user.id });
  await it.kernel.world.store.commit(many);

  const { threads } = await it.kernel.invoke(listThreads, people[0]!, { channel: "ideas" });
  expect(threads.map(({ id }) => id)).toEqual([...Array.from({ length: 499 }, (_, n) => `old ${n + 21}`), newest]);
  const shown = async (by: Actor) =>
    (await it.kernel.invoke(showThread, by, { thread: newest })).thread.participants.map(({ name }) => name);
  const first = ["alice", ...people.slice(0, 19).map(({ name }) => name)];
  expect(await shown(it.bob)).toEqual(first);
  expect(await shown(people[55]!)).toEqual([...first, "user55"]);
  const { channels } = await it.kernel.invoke(listChannels, it.bob, {});
  expect(channels.map((channel) => channel.threads.length)).toEqual([0, 0, 500]);
});

test("what is unread is counted in the threads that one takes part in", async () => {
  await using it = await scene();
  const [one, two] = [await it.begin("one"), await it.begin("two")];
  await it.kernel.invoke(joinThread, it.bob, { thread: one });
  await it.say(one, "hi", it.alice);
  await it.say(two, "hi", it.alice);
  const unreads = async () =>
    (await it.kernel.invoke(listUnreads, it.bob, {})).unreads.map(({ place, unread }) => [place.thread ?? place.name, unread]);
  expect(await unreads()).toEqual([
    ["general", 1],
    [one, 2],
  ]);
  await it.kernel.invoke(moveReadMark, it.bob, { thread: one });
  expect(await unreads()).toEqual([
    ["general", 1],
    [one, 0],
  ]);
});

test("a forum's retention holds for its threads, whose beginnings stay", async () => {
  await using it = await scene({ retention: "1 days" });
  const [one, two] = [await it.begin("one"), await it.begin("two")];
  const ids = [await it.say(one, "a"), await it.say(two, "b")];
  it.app.clock.advance(2 * 86_400_000);
  const stays = await it.say(one, "c");
  await it.kernel.invoke(sweepRetention, consoleActor(it.app.community.id), {});
  const expired = it.app.happened.filter(({ type }) => type === "message.expired").map(({ data }) => data as any);
  expect(expired.map(({ place, ids: gone }) => [place.thread, gone])).toEqual([
    [one, [ids[0]]],
    [two, [ids[1]]],
  ]);
  const { messages } = await it.kernel.invoke(listMessages, it.bob, { thread: one });
  expect(messages.map(({ id }) => id).slice(1)).toEqual([stays]);
});

test("what a banned user wrote in threads is purged there", async () => {
  await using it = await scene();
  const one = await it.begin("one");
  const id = await it.say(one, "spam");
  await it.kernel.invoke(banMember, consoleActor(it.app.community.id), { user: "bob", purgeMs: 60_000 });
  expect(it.app.happened.find(({ type }) => type === "message.purged")!.data).toEqual({
    place: { channel: it.forum, name: "ideas", thread: one },
    ids: [id],
  });
});
