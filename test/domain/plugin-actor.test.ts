import { expect, test } from "bun:test";
import { listChannels } from "../../src/domain/channels/list-channels.ts";
import { sendMessage } from "../../src/domain/messages/send-message.ts";
import { banMember } from "../../src/domain/moderation/ban-member.ts";
import { timeOutMember } from "../../src/domain/moderation/time-out-member.ts";
import { disablePlugin, installPlugin } from "../../src/domain/plugins/change-plugin.ts";
import { getStored, listStoredKeys, putStoredValue, takePluginTurn } from "../../src/domain/plugins/plugin-store.ts";
import { grantRole } from "../../src/domain/roles/grant-role.ts";
import type { Actor } from "../../src/kernel/operation.ts";
import { newChannel, newMember, OPEN, refusal } from "../support/scene.ts";
import { testApp } from "../support/world.ts";

const scene = async () => {
  const app = await testApp();
  const plugin = (name: string, permissions: string[] = [], roles: string[] = []): Actor => ({
    kind: "plugin",
    id: `plugin:${name}`,
    name,
    community: app.community.id,
    granted: { permissions, roles },
  });
  return { app, plugin, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
};

test("a plugin has the rights it was granted and no others", async () => {
  await using at = await scene();
  const { app, plugin } = at;
  await newMember(app, "alice");
  const plain = plugin("plain");
  await app.kernel.invoke(sendMessage, plain, { channel: "general", content: "hello" });
  for (const [operation, input] of [
    [banMember, { user: "alice" }],
    [timeOutMember, { user: "alice", seconds: 5 }],
    [disablePlugin, { name: "plain" }],
    [grantRole, { user: "alice", role: "admin" }],
  ] as const)
    expect(await refusal(app.kernel.invoke(operation as never, plain, input as never))).toMatchObject({ reason: "permission" });
  expect(await refusal(app.kernel.invoke(installPlugin, plugin("p", ["administrator"]), {} as never))).toMatchObject({
    code: "invalid-input",
  });
  await app.kernel.invoke(timeOutMember, plugin("guard", ["manage_users"]), { user: "alice", seconds: 5 });
});

test("no plugin stands above the owner, not even one that is given the role", async () => {
  await using at = await scene();
  await newMember(at.app, "boss", "owner");
  for (const guard of [at.plugin("guard", ["manage_users"]), at.plugin("guard", ["administrator"], ["owner"])])
    expect(await refusal(at.app.kernel.invoke(banMember, guard, { user: "boss" }))).toMatchObject({ code: "forbidden" });
});

test("a hidden channel is hidden from a plugin, unless the channel's rules name it or a role it was given", async () => {
  await using at = await scene();
  const { app, plugin } = at;
  await newChannel(app, "staff", { ...OPEN, view: ["moderator", "plugin:scribe"], send: ["moderator", "plugin:scribe"] });
  const seen = async (by: Actor) => (await app.kernel.invoke(listChannels, by, {})).channels.some(({ name }) => name === "staff");
  expect(await seen(plugin("stranger", ["administrator"]))).toBe(false);
  expect(await seen(plugin("scribe"))).toBe(true);
  expect(await seen(plugin("helper", [], ["moderator"]))).toBe(true);
  expect(await refusal(app.kernel.invoke(sendMessage, plugin("stranger"), { channel: "staff", content: "x" }))).toMatchObject({
    code: "not-found",
  });
});

test("only a plugin may write under another name", async () => {
  await using at = await scene();
  const alice = await newMember(at.app, "alice");
  const input = { channel: "general", content: "hello", as: { name: "The Owner" } };
  expect(await refusal(at.app.kernel.invoke(sendMessage, alice, input))).toMatchObject({ code: "forbidden" });
  const { message } = await at.app.kernel.invoke(sendMessage, at.plugin("porter"), input);
  expect(message).toMatchObject({
    author: { id: "plugin:porter" },
    extra: { webhook: { id: "plugin:porter", name: "The Owner" } },
  });
});

test("what one plugin keeps no other reads, and nobody else does", async () => {
  await using at = await scene();
  const { app, plugin } = at;
  const [one, two] = [plugin("one"), plugin("two")];
  await app.kernel.invoke(putStoredValue, one, { key: "k", value: "1", most: 10 });
  expect(await app.kernel.invoke(getStored, one, { key: "k" })).toEqual({ value: "1" });
  expect(await app.kernel.invoke(getStored, two, { key: "k" })).toEqual({ value: null });
  expect(await app.kernel.invoke(listStoredKeys, two, {})).toEqual({ keys: [] });
  const alice = await newMember(app, "alice", "owner");
  expect(await refusal(app.kernel.invoke(getStored, alice, { key: "k" }))).toMatchObject({ reason: "plugin.only" });
  expect(await refusal(app.kernel.invoke(putStoredValue, one, { key: "more", value: "1234567", most: 10 }))).toMatchObject({
    reason: "plugin.store",
  });
  await app.kernel.invoke(putStoredValue, one, { key: "k", value: "123456789", most: 10 });
});

test("of several that ask when a turn is due, one gets it; the next comes with time", async () => {
  await using at = await scene();
  const one = at.plugin("one");
  const take = async () => (await at.app.kernel.invoke(takePluginTurn, one, { turn: "0 5m", everyMs: 300_000 })).taken;
  expect(await Promise.all([take(), take(), take()])).toEqual([true, false, false]);
  at.app.clock.advance(300_000);
  expect(await Promise.all([take(), take()])).toEqual([true, false]);
});
