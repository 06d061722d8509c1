import { expect, test } from "bun:test";

import { attentive } from "../../src/connect/attention.ts";
import { Bell } from "../../src/connect/bell.ts";
import { place } from "../support/conversations.ts";
import { FakeClock } from "../support/world.ts";

function bell(on = true) {
  const clock = new FakeClock();
  const rung: number[] = [];
  const start = clock.time;
  return { clock, rung, bell: new Bell({ ring: () => void rung.push(clock.time - start), now: clock.now }, on) };
}

test("a burst of calls rings once, however long it goes on, and the next one again", () => {
  const { bell: one, clock, rung } = bell();
  for (let call = 0; call < 10; call++) {
    one.called();
    clock.advance(4000);
  }
  clock.advance(1000);
  one.called();
  expect(rung).toEqual([0, 41_000]);
});

test("a call where nobody looks and a message to somebody alone ring, and what is looked at or calls nobody does not", async () => {
  await using here = await place();
  await here.call("channel.create", { name: "games", kind: "text", rules: { view: ["user"], send: ["user"] } });
  const { bell: ours, clock, rung } = bell();
  const bob = await here.entered("bob");
  const alice = here.person("alice", true, { bell: ours });
  alice.chat.start();
  await alice.chat.ready;
  const heard = async (line: string) => {
    await bob.chat.say(line);
    await alice.until(({ rooms }) => rooms.some(({ messages, unread }) => unread > 0 || messages.at(-1)?.content === line));
    clock.advance(60_000);
    return rung.length;
  };
  expect(await heard("hello @alice")).toBe(0);
  await bob.chat.say(":join games");
  expect(await heard("hello nobody")).toBe(0);
  await bob.chat.say("and hello @alice");
  await alice.until(({ rooms }) => rooms.some(({ called }) => called));
  expect(rung).toHaveLength(1);
  clock.advance(60_000);
  await bob.chat.say(":dm alice psst");
  await alice.until(({ rooms }) => rooms.some(({ kind, called }) => kind === "direct" && called));
  expect(rung).toHaveLength(2);
  clock.advance(60_000);
  await alice.chat.say(":join @bob");
  await bob.chat.say("still there?");
  await alice.until(() => alice.chat.room!.messages.length === 2);
  expect(rung).toHaveLength(2);
});

test("it is switched off and on again, and who has none is told so", async () => {
  await using here = await place();
  const { bell: ours, clock, rung } = bell(false);
  const { chat } = await here.entered("bob");
  await chat.say(":bell off");
  const alice = here.person("alice", true, { bell: ours });
  const told = (one: typeof chat) => one.state().notices.at(-1)?.text;
  expect(told(chat)).toBe("Nothing rings here.");
  alice.chat.start();
  await alice.chat.ready;
  await alice.chat.say(":bell");
  expect(told(alice.chat)).toBe("The bell is off.");
  await chat.say(":dm alice one");
  await alice.until(({ calls }) => calls === 1);
  clock.advance(60_000);
  await alice.chat.say(":bell on");
  await alice.chat.say(":bell loud");
  expect(told(alice.chat)).toBe("Say :bell on or :bell off.");
  await chat.say("two");
  await alice.until(({ calls }) => calls === 2);
  clock.advance(60_000);
  await alice.chat.say(":bell off");
  await chat.say("three");
  await alice.until(({ calls }) => calls === 3);
  expect(rung).toEqual([60_000]);
});

test("what a terminal says of its window is told, and only keys are left to read", () => {
  const chunks = ["\u001B[O", "a\u001B[I\u001B[Ob", "\u001B[A", "\u001B[I", null];
  const told: boolean[] = [];
  const terminal = {
    isTTY: true,
    read: () => chunks.shift() ?? null,
    self() {
      return this;
    },
  };
  const keys = attentive(terminal, (away) => void told.push(away));
  expect([keys.read(), keys.read(), keys.read()]).toEqual(["ab", "\u001B[A", null]);
  expect(told).toEqual([true, true, false]);
  expect([keys.isTTY, keys.self()]).toEqual([true, terminal]);
});
