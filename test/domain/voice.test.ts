import { expect, test } from "bun:test";
import { join } from "node:path";
import { consoleActor } from "../../src/app.ts";
import { createChannel } from "../../src/domain/channels/create-channel.ts";
import { slashRegistry } from "../../src/domain/slash/registry.ts";
import { updateUser } from "../../src/domain/users/update-user.ts";
import { moveVoice } from "../../src/domain/voice/move-voice.ts";
import { serverMute } from "../../src/domain/voice/server-mute.ts";
import { voiceBoard } from "../../src/domain/voice/voice.ts";
import { openSqlite } from "../../src/storage/sqlite.ts";
import { temporaryFolder } from "../support/folder.ts";
import { type Frame, type TestClient, TestDoor } from "../support/originchats.ts";
import { randomOf } from "../support/random.ts";
import { testApp } from "../support/world.ts";

type State = Record<string, { username: string; muted: boolean }[]>;

/** The calls as originChats' web client shows them in its list of channels: by name, and each name once. */
function hear(state: State, { cmd, channel, user, username }: Frame): void {
  const list = state[channel] ?? [];
  if (cmd === "voice_user_joined" && !list.some((one) => one.username === user.username))
    state[channel] = [...list, { username: user.username, muted: user.muted }];
  else if (cmd === "voice_user_left") state[channel] = list.filter((one) => one.username !== username);
  else if (cmd === "voice_user_updated")
    state[channel] = list.map((one) => (one.username === user.username ? { ...one, muted: user.muted } : one));
}
const listed = async (client: TestClient): Promise<State> => {
  const [{ val }] = (await client.ask({ cmd: "channels_get" })).filter(({ cmd }) => cmd === "channels_get") as [Frame];
  return Object.fromEntries(
    val.flatMap((one: Frame) => (one["type"] === "voice" ? [[one["name"], one["voice_state"]]] : [])),
  ) as State;
};
const sorted = (state: State) =>
  Object.fromEntries(
    Object.entries(state).map(([channel, people]) => [channel, people.toSorted((a, b) => (a.username < b.username ? -1 : 1))]),
  );

test("who is renamed in a call leaves it by the old name and comes in by the new one", async () => {
  await using app = await testApp();
  const door = new TestDoor(app);
  const [ann, bob] = [await door.signedIn("ann"), await door.signedIn("bob")];
  await ann.ask({ cmd: "voice_join", channel: "voice", peer_id: "p" });
  await bob.ask({ cmd: "voice_join", channel: "voice", peer_id: "q" });
  await app.kernel.invoke(updateUser, consoleActor(app.community.id), { user: "ann", name: "anna" });
  expect((await bob.arrived()).filter(({ cmd }) => String(cmd).startsWith("voice_"))).toEqual([
    { cmd: "voice_user_left", channel: "voice", username: "USR:local_ann" },
    {
      cmd: "voice_user_joined",
      channel: "voice",
      user: { id: "USR:local_anna", username: "USR:local_anna", muted: false, peer_id: "p" },
    },
  ]);
});

test("a moderator's mute outlasts a restart of the server, and lasts until a moderator ends it", async () => {
  using folder = temporaryFolder();
  const start = async () => {
    const app = await testApp({}, { store: openSqlite(join(folder.path, "chat.db")) });
    const bob = await new TestDoor(app).signedIn("bob");
    const muted = async () => {
      await bob.ask({ cmd: "voice_join", channel: "voice", peer_id: "p" });
      const state = (await listed(bob))["voice"]!;
      await bob.ask({ cmd: "voice_leave" });
      return state.map((one) => one.muted);
    };
    const mute = (to: boolean) => app.kernel.invoke(serverMute, consoleActor(app.community.id), { user: "bob", muted: to });
    return { bob, muted, mute, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
  };
  {
    await using first = await start();
    expect(await first.muted()).toEqual([false]);
    await first.mute(true);
    await first.mute(true);
    expect(await first.muted()).toEqual([true]);
  }
  {
    await using second = await start();
    expect(await second.muted()).toEqual([true]);
    await second.bob.ask({ cmd: "voice_join", channel: "voice", peer_id: "p" });
    expect(await second.bob.ask({ cmd: "voice_unmute" })).toEqual([
      { cmd: "error", src: "voice_unmute", val: "Access denied: a moderator muted you in calls" },
    ]);
    await second.mute(false);
    expect(await second.muted()).toEqual([false]);
  }
  await using third = await start();
  expect(await third.muted()).toEqual([false]);
});

test("a connection that ends while its request is under way leaves neither a place in a call nor a command behind", async () => {
  for (const moment of [0, 1, 2, 3, 5, 8, 13, 21, 34, 55]) {
    await using app = await testApp();
    const ann = await new TestDoor(app).signedIn("ann");
    await ann.arrived();
    ann.send({ cmd: "voice_join", channel: "voice", peer_id: "p" });
    ann.send({ cmd: "slash_register", commands: [{ name: "ghost" }] });
    for (let turn = 0; turn < moment; turn++) await Promise.resolve();
    await ann.leave();
    for (let turn = 0; turn < 3; turn++) await new Promise((go) => setImmediate(go));
    expect(app.kernel.world.cell(voiceBoard).rooms.size, `moment ${moment}`).toBe(0);
    expect(app.kernel.world.cell(slashRegistry).find(app.community.id, "ghost"), `moment ${moment}`).toBeUndefined();
  }
});

for (const seed of [3, 77, 20_261])
  test(`whoever watches from outside knows after any number of comings and goings who is in which call (seed ${seed})`, async () => {
    const random = randomOf(seed);
    await using app = await testApp();
    const { kernel } = app;
    const by = consoleActor(app.community.id);
    for (const name of ["stage", "lounge"])
      await kernel.invoke(createChannel, by, { name, kind: "voice", rules: { view: ["user"] } });
    const door = new TestDoor(app);
    const watcher = await door.signedIn("watcher");
    const known: State = await listed(watcher);
    const channels = Object.keys(known);
    const clients: TestClient[] = [];
    for (let n = 0; n < 8; n++) clients.push(await door.signedIn(random.of(["ann", "bob", "carl"])));
    for (let round = 0; round < 150; round++) {
      const at = random.below(clients.length);
      const client = clients[at]!;
      const act = random.below(9);
      if (act < 3) await client.ask({ cmd: "voice_join", channel: random.of(channels), peer_id: `peer${round}` });
      else if (act === 3) await client.ask({ cmd: "voice_leave" });
      else if (act === 4) await client.ask({ cmd: "voice_mute" });
      else if (act === 5) await client.ask({ cmd: "voice_unmute" });
      else if (act === 6) {
        await client.leave();
        clients[at] = await door.signedIn(random.of(["ann", "bob", "carl"]));
      } else {
        const user = client.connection.actor.name;
        const change =
          act === 7
            ? kernel.invoke(serverMute, by, { user, muted: random.below(2) === 0 })
            : kernel.invoke(moveVoice, by, { user, channel: random.of([...channels, null]) });
        await (change as Promise<unknown>).catch(() => {});
      }
      app.clock.advance(2500);
      for (const frame of await watcher.arrived()) hear(known, frame);
      expect(sorted(known), `round ${round}`).toEqual(sorted(await listed(watcher)));
    }
    for (const client of clients) await client.leave();
    const board = kernel.world.cell(voiceBoard);
    expect(board.rooms.size).toBe(0);
    expect(clients.map(({ connection }) => board.roomOf(connection.id))).toEqual(clients.map(() => undefined));
  });
