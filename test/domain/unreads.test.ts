import { expect, test } from "bun:test";
import { consoleActor } from "../../src/app.ts";
import { deleteChannel } from "../../src/domain/channels/delete-channel.ts";
import { createChannel } from "../../src/domain/channels/create-channel.ts";
import { sendMessage } from "../../src/domain/messages/send-message.ts";
import { sweepRetention } from "../../src/domain/retention/sweep-retention.ts";
import { countUnread, listUnreads } from "../../src/domain/unreads/list-unreads.ts";
import { moveReadMark } from "../../src/domain/unreads/move-read-mark.ts";
import { Batch, write } from "../../src/storage/store.ts";
import { type Frame, TestDoor } from "../support/originchats.ts";
import { testApp } from "../support/world.ts";

const OPEN = { view: ["user"], send: ["user"] };

async function withAlice() {
  const app = await testApp();
  const actor = consoleActor(app.community.id);
  const door = new TestDoor(app);
  const alice = await door.signedIn("alice");
  const say = async (channel: string, content: string) =>
    (await app.kernel.invoke(sendMessage, actor, { channel, content })).message.id;
  const me = alice.connection.actor;
  const count = (channel: string) => app.kernel.invoke(countUnread, me, { channel });
  const mark = (channel: string, message?: string) => app.kernel.invoke(moveReadMark, me, { channel, message });
  return { app, actor, door, alice, me, say, count, mark, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
}

test("a mark keeps its place in the order when its message is gone", async () => {
  await using it = await withAlice();
  await it.app.kernel.invoke(createChannel, it.actor, { name: "short", rules: OPEN, retention: "last 2" });
  const ids = [];
  for (let i = 0; i < 5; i++) ids.push(await it.say("short", `message ${i}`));
  await it.mark("short", ids[1]);
  await it.app.kernel.invoke(sweepRetention, it.actor, {});
  expect(await it.count("short")).toMatchObject({ lastRead: ids[1], unread: 2, total: 3 });
});

test("a mark goes where it is told, also back", async () => {
  await using it = await withAlice();
  const one = await it.say("general", "one");
  await it.say("general", "two");
  await it.mark("general");
  expect((await it.count("general")).unread).toBe(0);
  await it.mark("general", one);
  expect((await it.count("general")).unread).toBe(1);
});

test("a message of another channel is not one to read up to", async () => {
  await using it = await withAlice();
  await it.app.kernel.invoke(createChannel, it.actor, { name: "secret" });
  const hidden = await it.say("secret", "hidden");
  await expect(it.mark("general", hidden)).rejects.toMatchObject({ code: "not-found", reason: "message" });
});

test("counts stop at ten thousand, and in the whole list at one thousand", async () => {
  // deviation: unread-counts
  await using it = await withAlice();
  const { store } = it.app.kernel.world;
  await store.commit(new Batch().add(fill, { many: 10_050 }));
  expect(await it.count("general")).toMatchObject({ unread: 10_000, total: 10_000 });
  const { unreads } = await it.app.kernel.invoke(listUnreads, it.me, {});
  expect(unreads).toMatchObject([{ place: { name: "general" }, unread: 1000, total: 1000 }]);
});

test("all sessions of a user are told how far they have read, and nobody else's", async () => {
  await using it = await withAlice();
  const second = await it.door.signedIn("alice");
  const bob = await it.door.signedIn("bob");
  const id = await it.say("general", "news");
  for (const client of [it.alice, second, bob]) await client.arrived();
  await it.alice.ask({ cmd: "messages_get", channel: "general" });
  const updates = (frames: Frame[]) => frames.filter(({ cmd }) => cmd === "unreads_update");
  expect(updates(await second.arrived())).toEqual([{ cmd: "unreads_update", channel: "general", last_read: id }]);
  expect(updates(await bob.arrived())).toEqual([]);
});

test("marks go with their channel", async () => {
  await using it = await withAlice();
  await it.app.kernel.invoke(createChannel, it.actor, { name: "gone", rules: OPEN });
  await it.say("gone", "one");
  await it.mark("gone");
  await it.app.kernel.invoke(deleteChannel, it.actor, { channel: "gone" });
  await it.app.kernel.invoke(createChannel, it.actor, { name: "gone", rules: OPEN });
  expect(await it.count("gone")).toMatchObject({ lastRead: null, unread: 1 });
});

/** Messages in the channel general. */
const fill = write<{ many: number }>(
  `insert into message (id, channel, place, author, content, at, reply_ping)
   with recursive i (x) as (select 1 union all select x + 1 from i where x < :many)
   select 'm' || x, c.id, c.id, 'someone', 'text', x, 0 from i join channel c on c.name = 'general'`,
);
