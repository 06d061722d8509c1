import { expect, test } from "bun:test";

import type { Happened } from "../../../src/kernel/event.ts";
import type { SeenEvent, SeenFlow, Snapshot, Stats, WatchLine } from "../../../src/wire/control/protocol.ts";
import { watchStream } from "../../../src/wire/control/watch.ts";
import { FakeClock } from "../../support/world.ts";

const happened = (type: string): Happened => ({ type, at: 1, actor: "a", community: "c", to: { channel: "x" }, data: {} });

/** A watch whose snapshot comes when the test wants it. */
function watched(flows: (readonly SeenFlow[] | undefined)[] = []) {
  const clock = new FakeClock();
  const hearers = new Set<(line: WatchLine) => void>();
  const snapshot = Promise.withResolvers<Snapshot>();
  const stream = watchStream({
    subscribe(hear) {
      hearers.add(hear);
      return () => void hearers.delete(hear);
    },
    snapshot: () => snapshot.promise,
    stats: () => () => ({ at: clock.now() }) as Stats,
    flows: () => () => flows.shift(),
    timers: clock,
  });
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  return {
    clock,
    hearers,
    reader,
    say: (type: string) => hearers.forEach((hear) => hear({ type: "event", event: happened(type) as SeenEvent })),
    snapshot: () => snapshot.resolve({ channels: ["general"] } as unknown as Snapshot),
    next: async (): Promise<WatchLine> => JSON.parse(decoder.decode((await reader.read()).value)) as WatchLine,
  };
}

test("a watcher gets the snapshot first, then what happened while it was made, then what happens", async () => {
  const { say, snapshot, next } = watched();
  say("while.made");
  snapshot();
  expect(await next()).toMatchObject({ type: "snapshot", channels: ["general"] });
  expect(await next()).toMatchObject({ type: "event", event: { type: "while.made" } });
  say("after.that");
  expect(await next()).toMatchObject({ type: "event", event: { type: "after.that" } });
});

test("the figures come every second", async () => {
  const { clock, snapshot, next } = watched();
  snapshot();
  await next();
  clock.advance(2000);
  expect([await next(), await next()]).toEqual([
    { type: "stats", at: clock.now() - 1000 },
    { type: "stats", at: clock.now() },
  ] as never);
});

test("what is relayed comes with them where there is something, and with the snapshot", async () => {
  const flow = { channel: "c", stream: "s", speaking: true } as SeenFlow;
  const { clock, snapshot, next } = watched([[flow], undefined, [flow], []]);
  snapshot();
  expect(await next()).toMatchObject({ type: "snapshot", flows: [flow] });
  clock.advance(3000);
  const lines = [await next(), await next(), await next(), await next(), await next()];
  expect(lines.map((line) => (line.type === "flows" ? line.flows.length : line.type))).toEqual(["stats", "stats", 1, "stats", 0]);
});

test("a watcher that does not read costs a bounded number of lines and is told how many it missed", async () => {
  const { say, snapshot, next } = watched();
  snapshot();
  await next();
  for (let index = 0; index < 5000; index++) say("much.happened");
  let events = 0;
  for (;;) {
    const line = await next();
    if (line.type === "lost") {
      expect(line.lines).toBeGreaterThan(2000);
      expect(line.lines + events).toBe(5000);
      break;
    }
    events += 1;
  }
});

test("a watcher that goes away is no longer told anything", async () => {
  const { hearers, reader, snapshot, next } = watched();
  snapshot();
  await next();
  expect(hearers.size).toBe(1);
  await reader.cancel();
  expect(hearers.size).toBe(0);
});
