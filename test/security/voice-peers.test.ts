// In the reference every viewer of a voice channel was given the peer ids of a call they were not in, and a kicked or banned user's place in it
// stayed. Story: a stalker who may view the channel, and one who may not even do that, try every way to learn how to reach somebody's media.
import { expect, test } from "bun:test";
import { consoleActor } from "../../src/app.ts";
import { createChannel } from "../../src/domain/channels/create-channel.ts";
import { deleteChannel } from "../../src/domain/channels/delete-channel.ts";
import { updateChannel } from "../../src/domain/channels/update-channel.ts";
import { grantRole } from "../../src/domain/roles/grant-role.ts";
import { updateRole } from "../../src/domain/roles/update-role.ts";
import { moveVoice } from "../../src/domain/voice/move-voice.ts";
import { serverMute } from "../../src/domain/voice/server-mute.ts";
import { voiceBoard } from "../../src/domain/voice/voice.ts";
import { type Frame, TestDoor } from "../support/originchats.ts";
import { testApp } from "../support/world.ts";

async function scene() {
  const app = await testApp();
  const door = new TestDoor(app);
  const by = consoleActor(app.community.id);
  await app.kernel.invoke(createChannel, by, { name: "den", kind: "voice", rules: { view: ["moderator"] } });
  const [ada, bob, stalker] = [await door.signedIn("ada"), await door.signedIn("bob"), await door.signedIn("stalker")];
  for (const user of ["ada", "bob"]) await app.kernel.invoke(grantRole, by, { user, role: "moderator" });
  for (const client of [ada, bob, stalker]) await client.arrived();
  const board = app.kernel.world.cell(voiceBoard);
  return { app, door, by, ada, bob, stalker, board };
}
const join = (channel: string, peer_id: string) => ({ cmd: "voice_join", channel, peer_id });
const spoken = (frames: readonly Frame[]): string => JSON.stringify(frames);

test("nobody outside a call ever learns a peer id, whatever happens in it", async () => {
  const { app, by, ada, bob, stalker } = await scene();
  const heard: Frame[] = [];
  const listen = async () => void heard.push(...(await stalker.arrived()));
  for (const channel of ["voice", "den"]) {
    await ada.ask(join(channel, "SECRET-ada"));
    await bob.ask(join(channel, "SECRET-bob"));
    await listen();
    await ada.ask({ cmd: "voice_mute" });
    await ada.ask({ cmd: "voice_unmute" });
    await app.kernel.invoke(serverMute, by, { user: "bob", muted: true });
    await app.kernel.invoke(serverMute, by, { user: "bob", muted: false });
    heard.push(...(await stalker.ask({ cmd: "voice_state", channel })), ...(await stalker.ask({ cmd: "channels_get" })));
    await app.kernel.invoke(moveVoice, by, { user: "bob", channel: channel === "voice" ? "den" : "voice" });
    await bob.ask({ cmd: "voice_leave" });
    await ada.ask(join(channel, "SECRET-again"));
    await listen();
  }
  await ada.leave();
  await listen();
  expect(heard.map(({ cmd }) => cmd)).toContain("voice_user_joined");
  expect(spoken(heard)).not.toContain("SECRET");
  // Of the hidden channel, not even that it is there.
  expect(spoken(heard)).not.toContain('"den"');
});

test("who joins a hidden call is refused as if it were not there, and learns no peer", async () => {
  const { ada, stalker } = await scene();
  await ada.ask(join("den", "SECRET"));
  const refused = [...(await stalker.ask(join("den", "p"))), ...(await stalker.ask(join("nothing", "p")))];
  expect(new Set(refused.map(({ val }) => val as string)).size).toBe(1);
  expect(spoken(refused)).not.toContain("SECRET");
});

test("who leaves a call is told no peers of it any more", async () => {
  const { ada, bob, stalker } = await scene();
  await ada.ask(join("voice", "SECRET"));
  expect(spoken(await stalker.ask(join("voice", "p")))).toContain("SECRET");
  await stalker.ask({ cmd: "voice_leave" });
  await bob.ask(join("voice", "SECRET"));
  const after = [...(await stalker.arrived()), ...(await stalker.ask({ cmd: "voice_state", channel: "voice" }))];
  expect(spoken(after)).not.toContain("SECRET");
});

test("a kicked user who keeps the socket open is out of the call at once", async () => {
  const { app, ada, bob, stalker, board } = await scene();
  await app.kernel.invoke(grantRole, consoleActor(app.community.id), { user: "ada", role: "admin" });
  Object.assign(stalker.connection.link, { close: () => {} });
  await stalker.ask(join("voice", "p"));
  await bob.ask(join("voice", "SECRET"));
  await stalker.arrived();
  await ada.ask({ cmd: "user_kick", user: "stalker" });
  await bob.arrived();
  expect(
    [...board.rooms.values()].flatMap(({ participants }) => [...participants.values()].map(({ user }) => user.name)),
  ).toEqual(["bob"]);
});

const losses: Record<string, (at: Awaited<ReturnType<typeof scene>>) => Promise<unknown>> = {
  "a channel that is hidden from them": ({ app, by }) =>
    app.kernel.invoke(updateChannel, by, { channel: "voice", changes: { rules: { view: ["moderator"] } } }),
  "a channel that is deleted": ({ app, by }) => app.kernel.invoke(deleteChannel, by, { channel: "voice" }),
  "a channel that becomes another kind": ({ app, by }) =>
    app.kernel.invoke(updateChannel, by, { channel: "voice", changes: { kind: "text" } }),
  "a role that loses the permission to connect": ({ app, by }) =>
    app.kernel.invoke(updateRole, by, { role: "user", permissions: ["send_messages"] }),
};
for (const [loss, happen] of Object.entries(losses))
  test(`${loss} ends the place in a call at once, and they are told`, async () => {
    const at = await scene();
    await at.stalker.ask(join("voice", "p"));
    await happen(at);
    const frames = await at.stalker.arrived();
    expect(frames).toContainEqual({ cmd: "voice_leave", channel: "voice" });
    expect(at.board.rooms.size).toBe(0);
  });

test("a role that may not speak is muted where it sits, and cannot unmute", async () => {
  const { app, by, stalker } = await scene();
  await stalker.ask(join("voice", "p"));
  await app.kernel.invoke(updateRole, by, { role: "user", permissions: ["send_messages", "connect"] });
  expect((await stalker.arrived()).find(({ cmd }) => cmd === "voice_user_updated")).toMatchObject({ user: { muted: true } });
  expect(await stalker.ask({ cmd: "voice_unmute" })).toEqual([
    { cmd: "error", src: "voice_unmute", val: "Access denied: 'speak' permission required" },
  ]);
});
