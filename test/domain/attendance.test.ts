import { expect, test } from "bun:test";
import { consoleActor } from "../../src/app.ts";
import { beginAttendance } from "../../src/domain/attendance/attend.ts";
import { openDirectMessage, sendDirectMessage } from "../../src/domain/attendance/direct-message.ts";
import { enterChannel } from "../../src/domain/attendance/enter-channel.ts";
import { listAttendants } from "../../src/domain/attendance/list-attendants.ts";
import { createChannel } from "../../src/domain/channels/create-channel.ts";
import { listChannels } from "../../src/domain/channels/list-channels.ts";
import { showChannel } from "../../src/domain/channels/show-channel.ts";
import { setChannelPassword } from "../../src/domain/channels/set-channel-password.ts";
import { enterAsGuest } from "../../src/domain/guests/enter-as-guest.ts";
import { listMessages } from "../../src/domain/messages/list-messages.ts";
import { listModlog } from "../../src/domain/moderation/read-modlog.ts";
import { openSession } from "../../src/domain/presence/open-session.ts";
import { createRole } from "../../src/domain/roles/create-role.ts";
import { newMember, refusal } from "../support/scene.ts";
import { type TestApp, testApp } from "../support/world.ts";

const OPEN_RULES = { view: ["user"], send: ["user"] };
const operator = (app: TestApp) => consoleActor(app.community.id);
async function withDen() {
  const app = await testApp();
  await app.kernel.invoke(createChannel, operator(app), { name: "den", rules: OPEN_RULES });
  await app.kernel.invoke(setChannelPassword, operator(app), { channel: "den", password: "sesame" });
  const alice = await newMember(app, "alice");
  const bob = await newMember(app, "bob");
  for (const who of [alice, bob]) await app.kernel.invoke(beginAttendance, who, {});
  return { app, alice, bob };
}

test("a channel with a password is there only for who has given it, and for who manages channels", async () => {
  const { app, alice, bob } = await withDen();
  const seen = async (who = alice) => (await app.kernel.invoke(listChannels, who, {})).channels.map(({ name }) => name);
  expect((await refusal(app.kernel.invoke(listMessages, alice, { channel: "den" }))).reason).toBe("channel");
  expect((await refusal(app.kernel.invoke(enterChannel, alice, { channel: "den" }))).reason).toBe("channel.password-needed");
  expect((await refusal(app.kernel.invoke(enterChannel, alice, { channel: "den", password: "x" }))).reason).toBe(
    "channel.password",
  );
  await app.kernel.invoke(enterChannel, alice, { channel: "den", password: "sesame" });
  expect(await seen()).toContain("den");
  expect(await seen(bob)).not.toContain("den");
  expect(await seen(await newMember(app, "mod", "admin"))).toContain("den");
  await app.kernel.invoke(setChannelPassword, operator(app), { channel: "den", password: "other" });
  expect(await seen()).not.toContain("den");
  await app.kernel.invoke(setChannelPassword, operator(app), { channel: "den", password: null });
  expect(await seen(bob)).toContain("den");
});

test("a channel's password is kept as a hash, shown to nobody, and not in the log of acts", async () => {
  const { app } = await withDen();
  await app.kernel.invoke(setChannelPassword, operator(app), { channel: "den", password: "another" });
  const { entries } = await app.kernel.invoke(listModlog, operator(app), {});
  const { channel } = await app.kernel.invoke(showChannel, operator(app), { channel: "den" });
  expect(channel).toMatchObject({ locked: true, listed: true });
  for (const text of [JSON.stringify(entries), JSON.stringify(channel), JSON.stringify(app.happened)])
    expect(text).not.toMatch(/sesame|another|quick:/);
  expect(entries[0]).toMatchObject({ action: "channel_update", details: { locked: true } });
});

test("guessing a channel's password is slowed down", async () => {
  const { app, alice } = await withDen();
  for (let n = 0; n < 10; n++) await refusal(app.kernel.invoke(enterChannel, alice, { channel: "den", password: `x${n}` }));
  expect((await refusal(app.kernel.invoke(enterChannel, alice, { channel: "den", password: "sesame" }))).code).toBe("too-fast");
});

test("a direct message reaches the two alone, is stored nowhere, and goes only to who can be shown it", async () => {
  const { app, alice } = await withDen();
  const before = app.happened.length;
  await app.kernel.invoke(sendDirectMessage, alice, { user: "BOB", content: "psst" });
  const told = app.happened.slice(before);
  expect(told.map(({ type }) => type)).toEqual(["direct-message.sent", "direct-message.sent"]);
  expect(told.every(({ to, seq }) => "user" in to && seq === undefined)).toBe(true);
  await newMember(app, "carol");
  expect((await refusal(app.kernel.invoke(openDirectMessage, alice, { user: "carol" }))).reason).toBe("direct-message.absent");
});

test("a guest has the role guest where there is one, and else the roles of newcomers", async () => {
  const app = await testApp();
  const enter = async (name: string) => {
    const stranger = { kind: "anonymous", id: "192.0.2.9", name: "", community: app.community.id } as const;
    return (await app.kernel.invoke(enterAsGuest, stranger, { name })).member.roles;
  };
  expect(await enter("bob")).toEqual(["user"]);
  await app.kernel.invoke(createRole, operator(app), { name: "guest" });
  expect(await enter("carol")).toEqual(["guest"]);
});

test("who can be spoken to directly and sits nowhere reads along, unlike who sits in another channel", async () => {
  const { app, alice, bob } = await withDen();
  const carol = await newMember(app, "carol");
  for (const who of [alice, bob, carol]) await app.kernel.invoke(openSession, who, {});
  await app.kernel.invoke(beginAttendance, carol, { sits: false });
  await app.kernel.invoke(enterChannel, alice, { channel: "general" });
  const here = await app.kernel.invoke(listAttendants, alice, { channel: "general" });
  expect([here.sitting, here.reading].map((all) => all.map(({ name }) => name))).toEqual([["alice"], ["carol"]]);
});
