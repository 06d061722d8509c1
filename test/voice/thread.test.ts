import { describe, expect, test } from "bun:test";
import { systemTimers } from "../../src/kernel/clock.ts";
import { type MediaRelay, OfferRefused, RelayAway, type RelayChange, type RelayParts } from "../../src/kernel/media-relay.ts";
import { RelayOnDemand } from "../../src/voice/on-demand.ts";
import { openPortRelay } from "../../src/voice/port/relay.ts";
import { hostRelay } from "../../src/voice/relay-host.ts";
import type { FromRelay } from "../../src/voice/thread-messages.ts";
import { openInThread, type StartRelayThread } from "../../src/voice/thread-relay.ts";
import { startRelayThread } from "../../src/voice/thread.ts";
import { relaySuite } from "../suites/relay.ts";
import { Listener, Talker } from "../support/relay-client.ts";
import { FakeRelay } from "../support/relay.ts";
import { FakeClock, memoryLog } from "../support/world.ts";

type Hosted = Pick<RelayParts, "now" | "timers"> & { open: (parts: RelayParts) => Promise<MediaRelay> };

/** What a thread does, in this one: messages are copied, and come later. */
const alongside =
  ({ open, now, timers }: Hosted): StartRelayThread =>
  (hear) => {
    let isOver = false;
    const later = <M>(act: (message: M) => void) => {
      return (message: M) => {
        const copy = structuredClone(message);
        queueMicrotask(() => isOver || act(copy));
      };
    };
    const host = hostRelay({ open: (_, parts) => open(parts), post: later(hear), now, timers });
    return { post: later(host), terminate: () => void (isOver = true) };
  };

relaySuite("port, by messages", ({ log, now, timers, ...parts }) =>
  openInThread({ ...parts, engine: "port", log, timers, ended() {}, start: alongside({ open: openPortRelay, now, timers }) }),
);

const PARTS = { engine: "port", host: "127.0.0.1", port: 0, advertised: [], most: 8 } as const;
const seat = (session: string) => ({ session, room: "lobby", stream: `stream-${session}` });

describe("a thread that breaks", () => {
  /** A relay in a thread whose end the test brings about. */
  async function breaking() {
    const inner = new FakeRelay();
    const log = memoryLog();
    const clock = new FakeClock();
    let stop = (_reason: string) => {};
    let say = (_message: FromRelay) => {};
    const start: StartRelayThread = (hear, ended) => {
      [say, stop] = [hear, ended];
      return alongside({ open: async () => inner, now: clock.now, timers: clock })(hear, ended);
    };
    const changes: RelayChange[] = [];
    const relay = new RelayOnDemand((ended) => openInThread({ ...PARTS, log, timers: clock, start, ended }));
    relay.hear((change) => changes.push(change));
    return { relay, inner, changes, log, stop: (reason: string) => stop(reason), say: (message: FromRelay) => say(message) };
  }

  test("ends what could be heard, and what is asked next begins another", async () => {
    const { relay, changes, log, say, stop } = await breaking();
    await relay.answer(seat("ann"), "publish", "one");
    const of = { session: "ann", room: "lobby" };
    say({ say: "change", change: { ...of, kind: "stream", live: true }, flows: [], left: 0 });
    say({ say: "change", change: { ...of, kind: "speaking", speaking: true }, flows: [], left: 0 });
    changes.length = 0;
    stop("out of memory");
    expect(changes).toEqual([
      { ...of, kind: "speaking", speaking: false },
      { ...of, kind: "stream", live: false },
    ]);
    expect([relay.port, relay.flows()]).toEqual([undefined, []]);
    expect(log.lines.filter(({ level }) => level === "error")).toMatchObject([
      { event: "voice.stopped", fields: { reason: "out of memory" } },
    ]);
    expect(await relay.answer(seat("ann"), "publish", "two")).toBe("answer to two");
    await relay[Symbol.asyncDispose]();
  });

  test("refuses who waits for an answer in a sentence", async () => {
    const { relay, inner, stop } = await breaking();
    const { asked, open } = inner.hold();
    const answer = relay.answer(seat("ann"), "publish", "one");
    await asked;
    stop("out of memory");
    await expect(answer).rejects.toThrow(RelayAway);
    open();
    await relay[Symbol.asyncDispose]();
  });

  test("is no end of the server's when it breaks before it was open", async () => {
    const log = memoryLog();
    const clock = new FakeClock();
    const start: StartRelayThread = (_, ended) => {
      queueMicrotask(() => ended("no room"));
      return { post() {}, terminate() {} };
    };
    await using relay = new RelayOnDemand((ended) => openInThread({ ...PARTS, log, timers: clock, start, ended }));
    await expect(relay.answer(seat("ann"), "publish", "one")).rejects.toThrow(RelayAway);
  });
});

describe("a thread that does not answer any more", () => {
  /** A relay in a thread that hears nothing of what it is told while it is deaf. */
  async function spinning() {
    const log = memoryLog();
    const clock = new FakeClock();
    const terminated: number[] = [];
    let threads = 0;
    let isDeaf = false;
    const start: StartRelayThread = (hear, ended) => {
      const thread = alongside({ open: async () => new FakeRelay(), now: clock.now, timers: clock })(hear, ended);
      const number = ++threads;
      return {
        post: (message) => void (isDeaf || thread.post(message)),
        terminate: () => {
          terminated.push(number);
          thread.terminate();
        },
      };
    };
    const relay = new RelayOnDemand((ended) => openInThread({ ...PARTS, log, timers: clock, start, ended }));
    return { relay, log, clock, terminated, deaf: (now: boolean) => void (isDeaf = now) };
  }

  test("is ended, who waits for it is refused, and what is asked next begins another", async () => {
    const { relay, log, clock, terminated, deaf } = await spinning();
    await relay.answer(seat("ann"), "publish", "one");
    deaf(true);
    const answer = relay.answer(seat("ann"), "publish", "two");
    while (clock.pending === 0) await Promise.resolve();
    clock.advance(5000);
    await expect(answer).rejects.toThrow(RelayAway);
    expect([terminated, relay.port]).toEqual([[1], undefined]);
    expect(log.lines).toMatchObject([{ event: "voice.stopped", fields: { reason: "its thread does not answer" } }]);
    deaf(false);
    expect(await relay.answer(seat("ann"), "publish", "three")).toBe("answer to three");
    await relay[Symbol.asyncDispose]();
    expect(clock.pending).toBe(0);
  });

  test("does not keep the server from stopping", async () => {
    const { relay, clock, terminated, deaf } = await spinning();
    await relay.answer(seat("ann"), "publish", "one");
    deaf(true);
    const ending = relay[Symbol.asyncDispose]();
    while (clock.pending === 0) await Promise.resolve();
    clock.advance(5000);
    await ending;
    expect(terminated[0]).toBe(1);
  });

  test("not even while it opens", async () => {
    const { relay, clock, terminated, deaf } = await spinning();
    deaf(true);
    const answer = relay.answer(seat("ann"), "publish", "one");
    const ending = relay[Symbol.asyncDispose]();
    clock.advance(5000);
    await expect(answer).rejects.toThrow(RelayAway);
    await ending;
    expect(terminated).toEqual([1]);
  });
});

test("who has left has no flow any more, also where one is on its way, and whoever comes back has one", async () => {
  const clock = new FakeClock();
  const inner = new FakeRelay();
  const seen = Promise.withResolvers<void>();
  const start: StartRelayThread = (hear, ended) =>
    alongside({ open: async () => inner, now: clock.now, timers: clock })((message) => {
      hear(message);
      if (message.say === "seen") seen.resolve();
    }, ended);
  await using relay = await openInThread({ ...PARTS, log: memoryLog(), timers: clock, ended() {}, start });
  for (const session of ["ann", "bob"]) await relay.answer(seat(session), "publish", session);
  const sessions = () => relay.flows().map(({ session }) => session);
  expect(sessions()).toEqual(["ann", "bob"]);
  relay.leave("ann");
  await seen.promise;
  expect(sessions()).toEqual(["bob"]);
  await relay.answer(seat("ann"), "publish", "again");
  expect(sessions()).toEqual(["bob", "ann"]);
});

test("what it asks of its log is written with the server's", async () => {
  const log = memoryLog();
  const clock = new FakeClock();
  const open = async (parts: RelayParts) => {
    parts.log.with({ session: "ann" }).warn("voice.odd", { error: new Error("odd") });
    return new FakeRelay();
  };
  const start = alongside({ open, now: clock.now, timers: clock });
  await using _ = await openInThread({ ...PARTS, log, timers: clock, ended() {}, start });
  expect(log.lines).toMatchObject([{ level: "warn", event: "voice.odd", fields: { session: "ann", error: new Error("odd") } }]);
});

test("a failure of the engine's is the server's failure and stands in its log, not in the answer's words for the client", async () => {
  const log = memoryLog();
  const clock = new FakeClock();
  const inner = new FakeRelay();
  inner.answer = () => Promise.reject(new Error("a fault of ours"));
  const start = alongside({ open: async () => inner, now: clock.now, timers: clock });
  await using relay = await openInThread({ ...PARTS, log, timers: clock, ended() {}, start });
  const why = await relay.answer(seat("ann"), "publish", "one").catch((error: unknown) => error);
  expect([why instanceof OfferRefused, (why as Error).message]).toEqual([false, "a fault of ours"]);
  expect(log.lines).toMatchObject([{ level: "error", event: "voice.failed" }]);
});

describe("a real thread", () => {
  test.each(["port", "werift"] as const)("relays with the engine %s, and is gone at the end", async (engine) => {
    const log = memoryLog();
    const relay = await openInThread({ ...PARTS, engine, log, timers: systemTimers, ended() {}, start: startRelayThread });
    const live = Promise.withResolvers<void>();
    relay.hear((change) => change.kind === "stream" && change.live && live.resolve());
    {
      await using ann = new Talker(relay, seat("ann"));
      await ann.offer();
      await live.promise;
      await using bob = new Listener(relay, seat("bob"));
      await bob.offer();
      expect(bob.streams).toEqual(["stream-ann"]);
      await ann.say("hello");
      expect(await bob.hears("stream-ann")).toMatchObject([{ payload: "hello" }]);
      await expect(relay.answer(seat("eve"), "publish", "nonsense")).rejects.toThrow(OfferRefused);
    }
    const { port } = relay;
    await relay[Symbol.asyncDispose]();
    const again = await Bun.udpSocket({ hostname: "127.0.0.1", port, socket: { data() {} } });
    again.close();
    await expect(relay.answer(seat("ann"), "publish", "late")).rejects.toThrow(RelayAway);
    expect(log.lines.filter(({ level }) => level === "error")).toEqual([]);
  });

  test("says what the system says of a port that is taken", async () => {
    const other = await Bun.udpSocket({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
    const parts = { ...PARTS, port: other.port, log: memoryLog(), timers: systemTimers };
    const opening = openInThread({ ...parts, ended() {}, start: startRelayThread });
    await expect(opening).rejects.toThrow(/EADDRINUSE|in use|listen/i);
    other.close();
  });
});
