import { expect, test } from "bun:test";
import { consoleActor } from "../../src/app.ts";
import { createChannel } from "../../src/domain/channels/create-channel.ts";
import { updateChannel } from "../../src/domain/channels/update-channel.ts";
import { sendMessage } from "../../src/domain/messages/send-message.ts";
import { listPings } from "../../src/domain/unreads/list-pings.ts";
import { Batch, write } from "../../src/storage/store.ts";
import { TestDoor } from "../support/originchats.ts";
import { testApp } from "../support/world.ts";

const OPEN = { view: ["user"], send: ["user"] };

async function withBob() {
  const app = await testApp();
  const actor = consoleActor(app.community.id);
  const me = (await new TestDoor(app).signedIn("bob")).connection.actor;
  const say = async (content: string, channel = "general", replyTo?: string) =>
    (await app.kernel.invoke(sendMessage, actor, { channel, content, replyTo })).message.id;
  const pings = async (page: { limit?: number; skip?: number } = {}) => {
    const listed = await app.kernel.invoke(listPings, me, page);
    return { total: listed.total, contents: listed.pings.map(({ message }) => message.content) };
  };
  const change = (statement: typeof renameUser, name: string, to: string) =>
    app.kernel.world.store.commit(new Batch().require(statement, { name, to }));
  return { app, actor, me, say, pings, change, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
}

test("a message that calls twice is one ping", async () => {
  await using it = await withBob();
  const mine = (await it.app.kernel.invoke(sendMessage, it.me, { channel: "general", content: "mine" })).message.id;
  await it.say("@bob @BOB @&user", "general", mine);
  expect(await it.pings()).toEqual({ total: 1, contents: ["@bob @BOB @&user"] });
});

test("pages of pings fit together, newest first, and end in nothing", async () => {
  await using it = await withBob();
  for (let i = 0; i < 5; i++) await it.say(i % 2 ? `@bob ${i}` : `@&user ${i}`);
  expect(await it.pings({ limit: 2 })).toEqual({ total: 5, contents: ["@&user 4", "@bob 3"] });
  expect(await it.pings({ limit: 2, skip: 2 })).toEqual({ total: 5, contents: ["@&user 2", "@bob 1"] });
  expect(await it.pings({ limit: 2, skip: 4 })).toEqual({ total: 5, contents: ["@&user 0"] });
  expect(await it.pings({ skip: 1_000_000_000 })).toEqual({ total: 5, contents: [] });
});

test("a hidden channel calls nobody, and calls again when it is opened; it takes no place on the page", async () => {
  await using it = await withBob();
  const rules = (view: string) =>
    it.app.kernel.invoke(updateChannel, it.actor, { channel: "side", changes: { rules: { ...OPEN, view: [view] } } });
  await it.say("@bob in the open");
  await it.app.kernel.invoke(createChannel, it.actor, { name: "side", rules: OPEN });
  await it.say("@bob aside", "side");
  await rules("admin");
  expect(await it.pings({ limit: 1 })).toEqual({ total: 1, contents: ["@bob in the open"] });
  await rules("user");
  expect((await it.pings()).contents).toEqual(["@bob aside", "@bob in the open"]);
});

test("who takes another name keeps the calls on them", async () => {
  await using it = await withBob();
  await it.say("@bob before");
  await it.change(renameUser, "bob", "robert");
  await it.say("@robert after");
  await it.say("@bob to nobody");
  expect((await it.pings()).contents).toEqual(["@robert after", "@bob before"]);
});

test("a call on a role reaches those who hold a role of that name now", async () => {
  await using it = await withBob();
  await it.say("@&user one");
  await it.change(renameRole, "user", "people");
  await it.app.kernel.invoke(updateChannel, it.actor, {
    channel: "general",
    changes: { rules: { view: ["people"], send: ["people"] } },
  });
  await it.say("@&People two");
  expect(await it.pings()).toEqual({ total: 1, contents: ["@&People two"] });
});

test("of many calls the newest thousand are looked at", async () => {
  // deviation: pings-bounded
  await using it = await withBob();
  await Promise.all(Array.from({ length: 1010 }, (_, i) => it.say(`@bob ${i}`)));
  const { total, contents } = await it.pings({ limit: 100 });
  expect(total).toBe(1000);
  expect(contents).toHaveLength(100);
});

const renameUser = write<{ name: string; to: string }>(`update user_ set name = :to, name_key = :to where name = :name`);
const renameRole = write<{ name: string; to: string }>(`update role set name = :to, name_key = :to where name = :name`);
