import { expect, test } from "bun:test";
import { consoleActor } from "../../src/app.ts";
import { createChannel } from "../../src/domain/channels/create-channel.ts";
import { deleteChannel } from "../../src/domain/channels/delete-channel.ts";
import { updateChannel } from "../../src/domain/channels/update-channel.ts";
import { banMember } from "../../src/domain/moderation/ban-member.ts";
import { kickMember } from "../../src/domain/moderation/kick-member.ts";
import { timeOutMember } from "../../src/domain/moderation/time-out-member.ts";
import { updateRole } from "../../src/domain/roles/update-role.ts";
import { updateUser } from "../../src/domain/users/update-user.ts";
import { followRelay } from "../../src/domain/voice/follow-relay.ts";
import { moveVoice } from "../../src/domain/voice/move-voice.ts";
import { publishVoice, subscribeVoice } from "../../src/domain/voice/offer-media.ts";
import { serverMute } from "../../src/domain/voice/server-mute.ts";
import { RelayAway } from "../../src/kernel/media-relay.ts";
import type { Actor } from "../../src/kernel/operation.ts";
import { type TestClient, TestDoor } from "../support/originchats.ts";
import { FakeRelay } from "../support/relay.ts";
import { refusal } from "../support/scene.ts";
import { testApp } from "../support/world.ts";

async function scene() {
  const relay = new FakeRelay();
  const app = await testApp({}, { relay });
  const door = new TestDoor(app);
  const by = consoleActor(app.community.id);
  await app.kernel.invoke(createChannel, by, { name: "stage", kind: "voice", rules: { view: ["user"] } });
  const enter = async (name: string, channel = "voice") => {
    const client = await door.signedIn(name);
    await client.ask({ cmd: "voice_join", channel, relay: true });
    await client.ask({ cmd: "voice_publish", sdp: `${name} out` });
    await client.ask({ cmd: "voice_subscribe", sdp: `${name} in` });
    return client;
  };
  return { app, relay, door, by, enter };
}
type Scene = Awaited<ReturnType<typeof scene>>;

const waysOut: Record<string, (at: Scene, ann: TestClient) => Promise<unknown>> = {
  "leaving the call": (_, ann) => ann.ask({ cmd: "voice_leave" }),
  "joining another": (_, ann) => ann.ask({ cmd: "voice_join", channel: "stage", relay: true }),
  "the end of the session": (_, ann) => ann.leave(),
  "a kick": ({ app, by }) => app.kernel.invoke(kickMember, by, { user: "ann" }),
  "a ban": ({ app, by }) => app.kernel.invoke(banMember, by, { user: "ann" }),
  "a moderator who moves them": ({ app, by }) => app.kernel.invoke(moveVoice, by, { user: "ann", channel: "stage" }),
  "a moderator who puts them out": ({ app, by }) => app.kernel.invoke(moveVoice, by, { user: "ann", channel: null }),
  "a channel that is deleted": ({ app, by }) => app.kernel.invoke(deleteChannel, by, { channel: "voice" }),
  "a channel that is hidden from them": ({ app, by }) =>
    app.kernel.invoke(updateChannel, by, { channel: "voice", changes: { rules: { view: ["moderator"] } } }),
  "a channel that becomes another kind": ({ app, by }) =>
    app.kernel.invoke(updateChannel, by, { channel: "voice", changes: { kind: "text" } }),
  "a role that loses the permission to connect": ({ app, by }) =>
    app.kernel.invoke(updateRole, by, { role: "user", permissions: ["send_messages"] }),
};
for (const [way, go] of Object.entries(waysOut))
  test(`${way} ends the media of who goes, and what the relay says of them later is not believed`, async () => {
    const at = await scene();
    await using _ = at.app;
    const [watcher, ann] = [await at.door.signedIn("watcher"), await at.enter("ann")];
    const seat = at.relay.of("ann out");
    expect(at.relay.connections).toEqual(["ann out", "ann in"]);
    await go(at, ann);
    await watcher.arrived();
    expect(at.relay.connections).toEqual([]);
    const before = at.app.happened.length;
    at.relay.say({ kind: "stream", session: seat.session, room: seat.room, live: true });
    at.relay.say({ kind: "speaking", session: seat.session, room: seat.room, speaking: true });
    await at.app.hub.settled();
    expect(at.app.happened.slice(before)).toEqual([]);
  });

const mutes: Record<string, readonly [mute: (at: Scene, ann: TestClient) => Promise<unknown>, end: (typeof waysOut)[string]]> = {
  "their own mute": [(_, ann) => ann.ask({ cmd: "voice_mute" }), (_, ann) => ann.ask({ cmd: "voice_unmute" })],
  "a moderator's mute": [
    ({ app, by }) => app.kernel.invoke(serverMute, by, { user: "ann", muted: true }),
    ({ app, by }) => app.kernel.invoke(serverMute, by, { user: "ann", muted: false }),
  ],
  "a role that loses the permission to speak": [
    ({ app, by }) => app.kernel.invoke(updateRole, by, { role: "user", permissions: ["send_messages", "connect"] }),
    ({ app, by }) => app.kernel.invoke(updateRole, by, { role: "user", permissions: ["send_messages", "connect", "speak"] }),
  ],
};
for (const [kind, [mute, end]] of Object.entries(mutes)) {
  test(`${kind} silences what the relay has of them until it ends`, async () => {
    const at = await scene();
    await using _ = at.app;
    const ann = await at.enter("ann");
    await mute(at, ann);
    await ann.arrived();
    expect(at.relay.connections).toEqual(["ann out silenced", "ann in silenced"]);
    await end(at, ann);
    await ann.arrived();
    expect(at.relay.connections).toEqual(["ann out", "ann in"]);
  });
  test(`who publishes under ${kind} is silenced from the first packet, also where it comes while the offer is looked at`, async () => {
    const at = await scene();
    await using _ = at.app;
    const ann = await at.door.signedIn("ann");
    await ann.ask({ cmd: "voice_join", channel: "voice", relay: true });
    const gate = at.relay.hold();
    ann.send({ cmd: "voice_publish", sdp: "first" });
    await gate.asked;
    const muting = mute(at, ann);
    gate.open();
    await muting;
    await ann.arrived();
    expect(at.relay.connections).toEqual(["first silenced"]);
    await ann.ask({ cmd: "voice_publish", sdp: "second" });
    expect(at.relay.connections).toEqual(["second silenced"]);
  });
}

test("who is gone when the relay's answer comes has no media, and an offer for the call before counts for nothing", async () => {
  const { app, relay, by, door } = await scene();
  await using _ = app;
  const ann = await door.signedIn("ann");
  await ann.ask({ cmd: "voice_join", channel: "voice", relay: true });
  const gate = relay.hold();
  const { actor } = ann.connection;
  const offers = Promise.all([
    refusal(app.kernel.invoke(publishVoice, actor, { offer: "first" })),
    refusal(app.kernel.invoke(subscribeVoice, actor, { offer: "second" })),
  ]);
  await gate.asked;
  await app.kernel.invoke(moveVoice, by, { user: "ann", channel: "stage" });
  gate.open();
  expect((await offers).map(({ reason }) => reason)).toEqual(["voice.not-in", "voice.not-in"]);
  expect(relay.connections).toEqual([]);
  await ann.ask({ cmd: "voice_publish", sdp: "third" });
  expect(relay.connections).toEqual(["third"]);
});

test("who joins the call anew where they sit is heard as far as they may speak by then", async () => {
  const at = await scene();
  await using _ = at.app;
  const { clock, kernel } = at.app;
  const ann = await at.enter("ann");
  // The end of the time-out is not noticed before she joins.
  clock.after = () => () => {};
  await kernel.invoke(timeOutMember, at.by, { user: "ann", seconds: 60 });
  await ann.arrived();
  expect(at.relay.connections).toEqual(["ann out silenced", "ann in silenced"]);
  clock.advance(60_000);
  await ann.ask({ cmd: "voice_join", channel: "voice", relay: true });
  expect(at.relay.connections).toEqual(["ann out", "ann in"]);
});

test("under a new name somebody leaves the call and comes in again, and their media goes on", async () => {
  const at = await scene();
  await using _ = at.app;
  const ann = await at.enter("ann");
  at.relay.sayOf("ann out", { kind: "stream", live: true });
  await ann.arrived();
  const { stream } = at.relay.of("ann out");
  await at.app.kernel.invoke(updateUser, at.by, { user: "ann", name: "anna" });
  const bob = await at.door.signedIn("bob");
  const [joined] = await bob.ask({ cmd: "voice_join", channel: "voice", relay: true });
  expect(joined).toMatchObject({ participants: [{ username: "USR:local_anna", stream }] });
  expect(at.relay.connections).toEqual(["ann out", "ann in"]);
});

test("every place in a call has a stream of its own, which nobody can guess from another's", async () => {
  const at = await scene();
  await using _ = at.app;
  const ann = await at.enter("ann");
  await at.enter("bob");
  const streams = [at.relay.of("ann out").stream, at.relay.of("bob out").stream];
  await ann.ask({ cmd: "voice_leave" });
  await ann.ask({ cmd: "voice_join", channel: "voice", relay: true });
  await ann.ask({ cmd: "voice_publish", sdp: "ann again" });
  streams.push(at.relay.of("ann again").stream);
  expect(new Set(streams).size).toBe(3);
  for (const stream of streams) expect(stream).toMatch(/^[\w-]{22}$/);
});

test("nobody outside a call learns a stream of it, or who speaks", async () => {
  const at = await scene();
  await using _ = at.app;
  const stalker = await at.door.signedIn("stalker");
  const ann = await at.enter("ann");
  at.relay.sayOf("ann out", { kind: "stream", live: true });
  at.relay.sayOf("ann out", { kind: "speaking", speaking: true });
  const told = JSON.stringify(await ann.arrived());
  const { stream } = at.relay.of("ann out");
  expect(told).toContain(stream);
  const overheard = [
    ...(await stalker.arrived()),
    ...(await stalker.ask({ cmd: "voice_state", channel: "voice" })),
    ...(await stalker.ask({ cmd: "channels_get" })),
  ];
  expect(overheard.map(({ cmd }) => cmd)).toContain("voice_state");
  expect(JSON.stringify(overheard)).not.toContain(stream);
  expect(JSON.stringify(overheard)).not.toContain("speaking");
});

test("an offer has a bounded length, and nobody offers as often as they like", async () => {
  const at = await scene();
  await using _ = at.app;
  const ann = await at.door.signedIn("ann");
  await ann.ask({ cmd: "voice_join", channel: "voice", relay: true });
  expect(await ann.ask({ cmd: "voice_publish", sdp: "v".repeat(65_537) })).toEqual([
    { cmd: "error", src: "voice_publish", val: "SDP must be 1-65536 characters" },
  ]);
  expect((await ann.ask({ cmd: "voice_publish", sdp: "v".repeat(65_536) })).map(({ cmd }) => cmd)).toEqual(["voice_publish"]);
  const answers = [];
  for (let n = 0; n < 12; n++) answers.push(...(await ann.ask({ cmd: "voice_publish", sdp: `offer ${n}` })));
  expect(answers.map(({ cmd }) => cmd)).toContain("rate_limit");
});

test("nobody takes the relay from the others with sessions without number", async () => {
  const at = await scene();
  await using _ = at.app;
  const devices = [];
  for (let n = 0; n < 8; n++) devices.push(await at.enter("ann"));
  const ninth = await at.door.signedIn("ann");
  await ninth.ask({ cmd: "voice_join", channel: "stage", relay: true });
  expect(await ninth.ask({ cmd: "voice_subscribe", sdp: "one more" })).toEqual([
    {
      cmd: "error",
      src: "voice_subscribe",
      val: "You are in calls with 8 sessions already, which is the most that are relayed",
    },
  ]);
  await at.enter("bob");
  expect(at.relay.connections).toHaveLength(18);
  await devices[0]!.ask({ cmd: "voice_leave" });
  await ninth.arrived();
  expect((await ninth.ask({ cmd: "voice_subscribe", sdp: "one more" })).map(({ cmd }) => cmd)).toEqual(["voice_subscribe"]);
});

test("a relay that cannot be opened is a refusal with its sentence, and the next offer asks it anew", async () => {
  const at = await scene();
  await using _ = at.app;
  const ann = await at.door.signedIn("ann");
  await ann.ask({ cmd: "voice_join", channel: "voice", relay: true });
  const answer = at.relay.answer.bind(at.relay);
  at.relay.answer = async () => {
    throw new RelayAway("UDP port 7000 is in use.");
  };
  expect(await ann.ask({ cmd: "voice_publish", sdp: "first" })).toEqual([
    { cmd: "error", src: "voice_publish", val: "The server cannot relay calls at present: UDP port 7000 is in use." },
  ]);
  at.relay.answer = answer;
  expect((await ann.ask({ cmd: "voice_publish", sdp: "second" })).map(({ cmd }) => cmd)).toEqual(["voice_publish"]);
});

test("only whoever sits in a call offers media to it, and only the server says what its relay hears", async () => {
  const at = await scene();
  await using _ = at.app;
  const { kernel } = at.app;
  const reasons = async (actor: Actor) =>
    Promise.all(
      [publishVoice, subscribeVoice].map(async (op) => (await refusal(kernel.invoke(op, actor, { offer: "mine" }))).reason),
    );
  const ann = await at.enter("ann");
  const { actor } = ann.connection;
  const stranger: Actor = { kind: "anonymous", id: "192.0.2.1", name: "", community: actor.community };
  expect(await reasons(stranger)).toEqual(["session.anonymous", "session.anonymous"]);
  for (const other of [at.by, { ...actor, session: "another" }, { ...actor, session: undefined }])
    expect(await reasons(other)).toEqual(["voice.not-in", "voice.not-in"]);
  const { session, room } = at.relay.of("ann out");
  const change = { kind: "stream", session, room, live: true } as const;
  expect((await refusal(kernel.invoke(followRelay, actor, change))).code).toBe("forbidden");
  await kernel.invoke(banMember, at.by, { user: "ann" });
  expect(await reasons(actor)).toEqual(["member.banned", "member.banned"]);
  expect(at.relay.connections).toEqual([]);
});

test("a time-out of a month is waited for in steps that a timer can take, and nobody is waited for who is not in a call", async () => {
  const at = await scene();
  await using _ = at.app;
  const { clock, kernel } = at.app;
  const month = 30 * 24 * 3600;
  const waits: number[] = [];
  const { after } = clock;
  clock.after = (ms, act) => {
    waits.push(ms);
    return after.call(clock, ms, act);
  };
  await at.enter("bob");
  await at.door.signedIn("ann");
  const timers = clock.pending;
  await kernel.invoke(timeOutMember, at.by, { user: "ann", seconds: month });
  await at.app.hub.settled();
  expect(clock.pending).toBe(timers);
  const ann = await at.enter("ann");
  expect(at.relay.connections).toContain("ann out silenced");
  for (let day = 0; day < 30; day++) {
    clock.advance(86_400_000);
    await at.app.hub.settled();
  }
  expect(at.relay.connections).toContain("ann out");
  expect(Math.max(...waits)).toBeLessThan(2 ** 31);
  await ann.leave();
});
