import { expect, test } from "bun:test";
import { consoleActor } from "../../src/app.ts";
import { createChannel } from "../../src/domain/channels/create-channel.ts";
import { deleteChannel } from "../../src/domain/channels/delete-channel.ts";
import { listChannels } from "../../src/domain/channels/list-channels.ts";
import { moveChannel } from "../../src/domain/channels/move-channel.ts";
import { showChannel } from "../../src/domain/channels/show-channel.ts";
import { createWebhook } from "../../src/domain/webhooks/manage-webhooks.ts";
import { postByWebhook } from "../../src/domain/webhooks/post-by-webhook.ts";
import { updateChannel } from "../../src/domain/channels/update-channel.ts";
import { listMessages } from "../../src/domain/messages/list-messages.ts";
import { sendMessage } from "../../src/domain/messages/send-message.ts";
import { read } from "../../src/storage/store.ts";
import { type TestApp, testApp } from "../support/world.ts";

const OPEN = { view: ["user"], send: ["user"] };
const asConsole = (app: TestApp) => consoleActor(app.community.id);
const order = async (app: TestApp) =>
  (await app.kernel.invoke(listChannels, asConsole(app), {})).channels.map(({ name, position }) => `${position} ${name}`);
const refused = (asked: Promise<unknown>) =>
  asked.then(
    () => "done",
    (why: { code: string; reason: string }) => `${why.code} ${why.reason}`,
  );

/** Park-Miller: the same numbers for the same seed. */
const dice = (seed: number) => (sides: number) => (seed = (seed * 48_271) % 2_147_483_647) % sides;

test.each([1, 20_261_120, 77])("positions stay 0 to n-1 without holes under random changes (seed %d)", async (seed) => {
  await using app = await testApp();
  const roll = dice(seed);
  const actor = asConsole(app);
  const model = ["general", "voice"];
  for (let step = 0; step < 150; step++) {
    const what = roll(4);
    const at = roll(model.length || 1);
    const name = model[at];
    if (what < 1 || name === undefined) {
      const fresh = `c${step}`;
      await app.kernel.invoke(createChannel, actor, { name: fresh, kind: "voice" });
      model.push(fresh);
    } else if (what < 3) {
      const position = roll(model.length + 3);
      await app.kernel.invoke(moveChannel, actor, { channel: name, position });
      model.splice(at, 1);
      model.splice(Math.min(position, model.length), 0, name);
    } else {
      await app.kernel.invoke(deleteChannel, actor, { channel: name });
      model.splice(at, 1);
    }
    expect(await order(app), `seed ${seed}, step ${step}`).toEqual(model.map((one, position) => `${position} ${one}`));
  }
});

test("channels made, moved and deleted at the same moment leave no hole either", async () => {
  await using app = await testApp();
  const actor = asConsole(app);
  for (const name of ["a", "b", "c", "d"]) await app.kernel.invoke(createChannel, actor, { name });
  await Promise.all([
    app.kernel.invoke(moveChannel, actor, { channel: "a", position: 0 }),
    app.kernel.invoke(createChannel, actor, { name: "e" }),
    app.kernel.invoke(deleteChannel, actor, { channel: "b" }),
    app.kernel.invoke(moveChannel, actor, { channel: "d", position: 0 }),
    app.kernel.invoke(createChannel, actor, { name: "f" }),
    app.kernel.invoke(moveChannel, actor, { channel: "general", position: 99 }),
  ]);
  const now = await order(app);
  expect(now.map((line) => Number(line.split(" ")[0]))).toEqual(now.map((_, index) => index));
  expect(now.map((line) => line.split(" ")[1]!).toSorted()).toEqual(["a", "c", "d", "e", "f", "general", "voice"]);
});

test.each([
  ["", "blank"],
  ["  ", "only spaces"],
  ["a".repeat(101), "too long"],
  ["../etc", "a path"],
  ["a\\b", "a path elsewhere"],
  ["a／b", "a path in full-width letters"],
  ["..", "the folder above"],
  ["line\nbreak", "a line break"],
  ["nul\0", "a control character"],
  ["abc\u202etxt", "text turned round"],
  ["zero\u200bwidth", "an invisible letter"],
  ["\u200d", "nothing but a joiner"],
  ["01900000-0000-7000-8000-000000000001", "the form of an id"],
  ["01900000-0000-7000-8000-00000000000A", "the form of an id in capitals"],
])("%j is no channel name: %s", async (name) => {
  await using app = await testApp();
  expect(await refused(app.kernel.invoke(createChannel, asConsole(app), { name }))).toBe("invalid-input channel.name");
  expect(await refused(app.kernel.invoke(updateChannel, asConsole(app), { channel: "general", changes: { name } }))).toBe(
    "invalid-input channel.name",
  );
});

test("names may be of any script and hold emoji and spaces, and are trimmed", async () => {
  await using app = await testApp();
  for (const name of ["日本語", "👩‍💻 code", "q & a", "c++", "50%", "__proto__"]) {
    const { channel } = await app.kernel.invoke(createChannel, asConsole(app), { name: ` ${name} ` });
    expect(channel.name).toBe(name);
    expect((await app.kernel.invoke(showChannel, asConsole(app), { channel: name })).channel.id).toBe(channel.id);
  }
});

test("a name is taken in every case and compatibility form, but its holder may respell it", async () => {
  await using app = await testApp();
  const actor = asConsole(app);
  await app.kernel.invoke(createChannel, actor, { name: "Straße" });
  for (const name of ["straße", "STRAßE", "Ｓtraße"])
    expect(await refused(app.kernel.invoke(createChannel, actor, { name }))).toBe("conflict channel.exists");
  const { channel } = await app.kernel.invoke(updateChannel, actor, { channel: "straße", changes: { name: "STRAßE" } });
  expect(channel.name).toBe("STRAßE");
});

test("two who make a channel of the same name at the same moment make one", async () => {
  await using app = await testApp();
  const make = () => refused(app.kernel.invoke(createChannel, asConsole(app), { name: "twin" }));
  expect((await Promise.all([make(), make()])).toSorted()).toEqual(["conflict channel.exists", "done"]);
});

test("two who change different things of a channel at the same moment both succeed", async () => {
  await using app = await testApp();
  const change = (changes: object) => app.kernel.invoke(updateChannel, asConsole(app), { channel: "general", changes });
  await Promise.all([change({ slowMode: 5 }), change({ description: "new" }), change({ name: "main" })]);
  expect((await app.kernel.invoke(showChannel, asConsole(app), { channel: "main" })).channel).toMatchObject({
    slowMode: 5,
    description: "new",
    name: "main",
  });
});

test("fields that a channel does not have are refused, not stored", async () => {
  await using app = await testApp();
  const changes = { position: 0, id: "x" } as object;
  expect(await refused(app.kernel.invoke(updateChannel, asConsole(app), { channel: "general", changes }))).toBe(
    "invalid-input channel.update",
  );
});

test("a renamed channel keeps its messages and is not found under its old name", async () => {
  await using app = await testApp();
  const actor = asConsole(app);
  await app.kernel.invoke(sendMessage, actor, { channel: "general", content: "kept" });
  await app.kernel.invoke(updateChannel, actor, { channel: "general", changes: { name: "lobby" } });
  const { messages } = await app.kernel.invoke(listMessages, actor, { channel: "lobby", limit: 1 });
  expect(messages[0]?.content).toBe("kept");
  expect(await refused(app.kernel.invoke(listMessages, actor, { channel: "general" }))).toBe("not-found channel");
});

test("a channel in which nobody has written may change its type, and begins anew as what it is then", async () => {
  await using app = await testApp();
  const actor = asConsole(app);
  await app.kernel.invoke(createChannel, actor, { name: "x", rules: OPEN });
  await app.kernel.invoke(updateChannel, actor, { channel: "x", changes: { kind: "voice" } });
  const { channels } = await app.kernel.invoke(listChannels, actor, {});
  expect(channels.at(-1)).toMatchObject({ name: "x", kind: "voice", newest: null });
  await app.kernel.invoke(updateChannel, actor, { channel: "x", changes: { kind: "text" } });
  expect((await app.kernel.invoke(listMessages, actor, { channel: "x" })).messages).toHaveLength(1);
  await app.kernel.invoke(sendMessage, actor, { channel: "x", content: "written" });
  expect(await refused(app.kernel.invoke(updateChannel, actor, { channel: "x", changes: { kind: "voice" } }))).toBe(
    "conflict channel.kind-fixed",
  );
});

test("a channel in which only a webhook or a slash command has written keeps its type, and what they wrote", async () => {
  await using app = await testApp();
  const actor = asConsole(app);
  await app.kernel.invoke(createChannel, actor, { name: "x", rules: { view: ["user"] } });
  const { webhook } = await app.kernel.invoke(createWebhook, actor, { channel: "x", name: "ci" });
  const program = { kind: "anonymous", id: "192.0.2.9", name: "", community: app.community.id } as const;
  await app.kernel.invoke(postByWebhook, program, { token: webhook.token, content: "built" });
  expect(await refused(app.kernel.invoke(updateChannel, actor, { channel: "x", changes: { kind: "voice" } }))).toBe(
    "conflict channel.kind-fixed",
  );
});

test("a webhook of what is no text channel any more posts nothing", async () => {
  await using app = await testApp();
  const actor = asConsole(app);
  await app.kernel.invoke(createChannel, actor, { name: "x", rules: { view: ["user"] } });
  const { webhook } = await app.kernel.invoke(createWebhook, actor, { channel: "x", name: "ci" });
  await app.kernel.invoke(updateChannel, actor, { channel: "x", changes: { kind: "voice" } });
  const program = { kind: "anonymous", id: "192.0.2.9", name: "", community: app.community.id } as const;
  expect(await refused(app.kernel.invoke(postByWebhook, program, { token: webhook.token, content: "built" }))).toBe(
    "invalid-input channel.kind",
  );
});

test("a deleted channel takes its thousands of messages along, slice by slice, and nothing of it is found any more", async () => {
  await using app = await testApp();
  const actor = asConsole(app);
  await app.kernel.invoke(createChannel, actor, { name: "big" });
  await Promise.all(
    Array.from({ length: 2500 }, (_, i) => app.kernel.invoke(sendMessage, actor, { channel: "big", content: `needle ${i}` })),
  );
  const before = app.happened.length;
  await app.kernel.invoke(deleteChannel, actor, { channel: "big" });
  expect(app.happened.slice(before).map(({ type }) => type)).toEqual(["modlog.recorded", "channel.deleted"]);
  expect(await app.kernel.world.store.one(messagesLeft, {})).toEqual({ messages: 1 });
  expect(await refused(app.kernel.invoke(deleteChannel, actor, { channel: "big" }))).toBe("not-found channel");
});

test("a list that is full refuses another channel", async () => {
  await using app = await testApp();
  const actor = asConsole(app);
  for (let i = 0; i < 498; i++) await app.kernel.invoke(createChannel, actor, { name: `c${i}`, kind: "separator" });
  expect(await refused(app.kernel.invoke(createChannel, actor, { name: "one more" }))).toBe("too-large channel.most");
});

const messagesLeft = read<Record<never, never>, { messages: number }>(`select count(*) as messages from message`, "messages");
