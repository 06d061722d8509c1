import { expect, test } from "bun:test";
import { consoleActor } from "../../src/app.ts";
import { createChannel } from "../../src/domain/channels/create-channel.ts";
import { listMessages } from "../../src/domain/messages/list-messages.ts";
import { sendMessage } from "../../src/domain/messages/send-message.ts";
import type { messageExpired } from "../../src/domain/retention/expire-messages.ts";
import { sweepRetention } from "../../src/domain/retention/sweep-retention.ts";
import { searchMessages } from "../../src/domain/search/search-messages.ts";
import type { EventType } from "../../src/kernel/event.ts";
import { TestDoor } from "../support/originchats.ts";
import { testApp } from "../support/world.ts";

const OPEN = { view: ["user"], send: ["user"] };
const HOUR = 3_600_000;
type Expired = typeof messageExpired extends EventType<string, infer Data> ? Data : never;

async function keeping(retention: string) {
  const app = await testApp();
  const actor = consoleActor(app.community.id);
  await app.kernel.invoke(createChannel, actor, { name: "x", rules: OPEN, retention });
  const say = async (content: string) => (await app.kernel.invoke(sendMessage, actor, { channel: "x", content })).message.id;
  const left = async () =>
    (await app.kernel.invoke(listMessages, actor, { channel: "x", limit: 200 })).messages.map(({ content }) => content).slice(1);
  const sweep = (most = 20_000) => app.kernel.invoke(sweepRetention, actor, { most });
  const told = () => app.happened.filter(({ type }) => type === "message.expired").map(({ data }) => data as Expired);
  return { app, actor, say, left, sweep, told, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
}

test("a channel that keeps nothing is empty but for its beginning after the hourly sweep, and clients drop what went", async () => {
  await using it = await keeping("none");
  const alice = await new TestDoor(it.app).signedIn("alice");
  const ids = [await it.say("one"), await it.say("two")];
  const live = await alice.arrived();
  expect(live.flatMap(({ message }) => message?.id ?? [])).toEqual(ids);
  it.app.clock.advance(HOUR);
  while (!it.told().length) await new Promise((go) => setImmediate(go));
  const heard = (await alice.arrived()).filter(({ cmd }) => cmd !== "ping");
  expect(heard).toEqual(ids.map((id) => ({ cmd: "message_delete", id, channel: "x", global: true })));
  expect(await it.left()).toEqual([]);
  expect((await it.app.kernel.invoke(listMessages, it.actor, { channel: "x" })).messages).toHaveLength(1);
  expect((await it.app.kernel.invoke(searchMessages, it.actor, { channel: "x", query: "one" })).messages).toEqual([]);
});

test("a channel that keeps the last three keeps those", async () => {
  await using it = await keeping("last 3");
  for (let i = 0; i < 5; i++) await it.say(`${i}`);
  await it.sweep();
  expect(await it.left()).toEqual(["2", "3", "4"]);
  await it.sweep();
  expect(it.told()).toHaveLength(1);
});

test("a channel that keeps two days forgets what is older", async () => {
  await using it = await keeping("2 days");
  await it.say("old");
  it.app.clock.advance(24 * HOUR);
  await it.say("newer");
  await it.sweep();
  expect(await it.left()).toEqual(["old", "newer"]);
  it.app.clock.advance(24 * HOUR + 1);
  await it.sweep();
  expect(await it.left()).toEqual(["newer"]);
});

test("what is kept forever is never swept, and nothing is said", async () => {
  await using it = await keeping("forever");
  await it.say("kept");
  it.app.clock.advance(40 * 24 * HOUR);
  expect(await it.sweep()).toMatchObject({ swept: { messages: 0 }, more: false });
  expect(await it.left()).toEqual(["kept"]);
  expect(it.told()).toEqual([]);
});

test("one sweep removes no more than it is allowed, oldest first, and says that there is more", async () => {
  await using it = await keeping("none");
  for (let i = 0; i < 5; i++) await it.say(`${i}`);
  expect(await it.sweep(2)).toMatchObject({ swept: { messages: 2 }, more: true });
  expect(await it.left()).toEqual(["2", "3", "4"]);
  expect(await it.sweep(4)).toMatchObject({ swept: { messages: 3 }, more: false });
});

test("a long history goes in slices, and only what clients may still hold is named", async () => {
  await using it = await keeping("last 1");
  await Promise.all(Array.from({ length: 1600 }, (_, i) => it.say(`${i}`)));
  await it.sweep();
  const told = it.told();
  expect(told.map(({ count }) => count)).toEqual([...Array.from({ length: 7 }, () => 200), 199]);
  expect(told.flatMap(({ ids }) => ids)).toHaveLength(999);
  expect(await it.left()).toHaveLength(1);
});

test("a member without the right cannot have anything swept", async () => {
  await using it = await keeping("none");
  const alice = await new TestDoor(it.app).signedIn("alice");
  await expect(it.app.kernel.invoke(sweepRetention, alice.connection.actor, {})).rejects.toMatchObject({ code: "forbidden" });
});
