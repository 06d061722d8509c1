// In the reference a ban was looked at only at the login: a banned user's open socket went on talking, and kept hearing every channel.
import { describe, expect, test } from "bun:test";
import type { Passwords } from "../../src/kernel/passwords.ts";
import { giveRole } from "../support/roles.ts";
import { TestDoor } from "../support/originchats.ts";
import { quickPasswords, testApp } from "../support/world.ts";

/** Every login writes, between looking for a ban and letting in. */
const stalePasswords: Passwords = { ...quickPasswords, verify: async () => ({ right: true, stale: true }) };

async function scene() {
  const app = await testApp({}, { passwords: stalePasswords });
  const door = new TestDoor(app);
  const [ada, bob, carl] = [await door.signedIn("ada"), await door.signedIn("bob"), await door.signedIn("carl")];
  await giveRole(app, "ada", "admin");
  for (const client of [ada, bob, carl]) await client.arrived();
  return { app, door, ada, bob, carl, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
}
const say = (content: string) => ({ cmd: "message_new", channel: "general", content });
const login = { cmd: "login", username: "bob", password: "secret of bob" };
const ban = { cmd: "user_ban", user: "bob" };

/** Lets so many microtasks run, to meet every moment of what is under way. */
const turns = async (count: number) => {
  for (let turn = 0; turn < count; turn++) await Promise.resolve();
  if (count === AFTERWARDS) await new Promise((go) => setImmediate(go));
};
const AFTERWARDS = 10_000;
const MOMENTS = [0, 1, 2, 3, 5, 8, 13, 21, 34];

describe("a banned user", () => {
  test("has the requests that wait on their socket dropped, and hears nothing more", async () => {
    for (const moment of MOMENTS) {
      await using its = await scene();
      const { app, ada, bob, carl } = its;
      for (let n = 0; n < 100; n++) bob.send(say(`spam ${n}`));
      await turns(moment);
      await ada.ask(ban);
      const types = app.happened.map(({ type }) => type);
      const ended = types.indexOf("session.ended");
      expect(ended, `moment ${moment}`).toBeGreaterThan(0);
      expect(types.slice(ended), `moment ${moment}`).not.toContain("message.created");
      expect(bob.closed).toEqual({ code: 1000, reason: "banned" });
      const last = (await bob.arrived()).slice(-2);
      expect(last).toEqual([
        { cmd: "error", val: "Access denied: You are banned from this server" },
        { cmd: "disconnect", reason: "You have been banned" },
      ]);
      await carl.ask(say("after"));
      expect(await bob.arrived()).toEqual([]);
    }
  });

  test("gets nothing written after the ban, whatever was on its way", async () => {
    for (const moment of MOMENTS) {
      await using its = await scene();
      const { app, ada, bob } = its;
      ada.send(ban);
      await turns(moment);
      for (let n = 0; n < 100; n++) bob.send(say(`spam ${n}`));
      await ada.arrived();
      const types = app.happened.map(({ type }) => type);
      expect(types.slice(types.indexOf("session.ended")), `moment ${moment}`).not.toContain("message.created");
      const spoken = app.happened.filter(({ type }) => type === "message.created");
      bob.send(say("still here"));
      await ada.arrived();
      expect(app.happened.filter(({ type }) => type === "message.created")).toEqual(spoken);
    }
  });

  test("is refused by every operation, whichever way it is called", async () => {
    await using its = await scene();
    const { app, ada, bob } = its;
    const { actor } = bob.connection;
    await ada.ask(ban);
    const { operations } = await import("../../src/domain/index.ts");
    /** What an unguessable id or a token opens to whoever knows it, and the community's own pictures. */
    const BY_KEY = ["attachment.open", "emoji.open", "asset.open", "webhook.post", "webhook.post-github", "session.recognise"];
    /** What anybody may ask who is not signed in, and the end of a session and of what it held. */
    const open = new Set([
      ...[
        "account.register",
        "account.log-in",
        "account.confirm",
        "account.redeem-token",
        "guest.enter",
        "community.show",
        ...BY_KEY,
      ],
      ...["session.close", "attendance.end", "channel.leave", "guest.leave"],
    ]);
    for (const op of operations) {
      if (open.has(op.name)) continue;
      const access = Object.values(op.access as Record<string, { load(ask: unknown): Promise<unknown> }>);
      expect(access.length, `${op.name} asks for no right`).toBeGreaterThan(0);
      const input = new Proxy({}, { get: () => "carl" });
      const ask = { ...app.kernel.world, actor, input, once: (_: string, load: () => unknown) => load() };
      const why: unknown[] = [];
      for (const one of access)
        why.push(
          await one.load(ask).then(
            () => "granted",
            (refused: { reason?: string }) => refused.reason ?? refused,
          ),
        );
      expect(
        why.find((reason) => ["member.banned", "console.only", "plugin.only"].includes(String(reason))),
        `${op.name}: ${String(why)}`,
      ).toBeDefined();
    }
  });

  test("who is just signing in is thrown out or kept out, and never listens", async () => {
    const outcomes = new Set<string>();
    for (const [moment, loginFirst] of [...MOMENTS, 44, 55, AFTERWARDS].flatMap((m) => [
      [m, true] as const,
      [m, false] as const,
    ])) {
      await using its = await scene();
      const { door, ada, bob, carl } = its;
      await bob.leave();
      await ada.arrived();
      const late = door.connect("late");
      await late.arrived();
      if (loginFirst) late.send(login);
      else ada.send(ban);
      await turns(moment);
      if (loginFirst) ada.send(ban);
      else late.send(login);
      await ada.arrived();
      const frames = await late.arrived();
      expect(late.closed !== undefined || late.connection.actor.kind === "anonymous", `moment ${moment}`).toBe(true);
      expect(JSON.stringify(frames), `moment ${moment}`).toContain("You are banned from this server");
      await carl.ask(say("after"));
      expect(await late.arrived(), `moment ${moment}`).toEqual([]);
      outcomes.add(late.closed ? "thrown out" : "kept out");
    }
    expect([...outcomes].toSorted()).toEqual(["kept out", "thrown out"]);
  });
});

test("whoever is kicked and does not close their end is neither heard nor told anything any more", async () => {
  await using its = await scene();
  const { app, ada, bob, carl } = its;
  Object.assign(bob.connection.link, { close: () => {} });
  for (let n = 0; n < 200; n++) bob.send(say(`last words ${n}`));
  await ada.ask({ cmd: "user_kick", user: "bob" });
  bob.send(say("still here"));
  await carl.ask(say("after"));
  const spoken = app.happened.filter(({ type }) => type === "message.created").map(({ data }) => (data as any).message.content);
  expect(spoken).toContain("after");
  expect(spoken).not.toContain("still here");
  expect(spoken.length).toBeLessThan(200);
  bob.closed = { code: 1000, reason: "seen by the test" };
  const heard = await bob.arrived();
  expect(heard.at(-1)).toEqual({ cmd: "disconnect", reason: "You have been kicked" });
});
