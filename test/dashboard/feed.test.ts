import { expect, test } from "bun:test";

import { NobodyThere } from "../../src/admin/control-client.ts";
import { Feed } from "../../src/dashboard/feed.ts";
import type { ListedChannel } from "../../src/domain/channels/channel.ts";
import type { EventData } from "../../src/domain/index.ts";
import { Refusal } from "../../src/kernel/refusal.ts";
import type { SeenFlow, Stats, WatchLine } from "../../src/wire/control/protocol.ts";
import { FakeClock } from "../support/world.ts";
import { evening } from "./evening.ts";

/** A server whose lines come when the test says so. */
function server() {
  const clock = new FakeClock();
  const calls: string[] = [];
  let lines: WatchLine[] | Error = [];
  let more = Promise.withResolvers<void>();
  let tries = 0;
  let ended = false;
  const feed = new Feed(
    {
      async *watch() {
        tries += 1;
        if (lines instanceof Error) throw lines;
        for (;;) {
          if (ended) return;
          if (lines.length) yield* lines.splice(0);
          else await more.promise;
        }
      },
      async call(operation) {
        calls.push(operation);
        if (operation === "plugin.list") throw new Refusal("not-found", "operation");
        return operation === "user.list" ? { members: [] } : { entries: [], seats: [] };
      },
    },
    clock,
    () => clock.now(),
  );
  const wake = () => {
    more.resolve();
    more = Promise.withResolvers<void>();
  };
  return {
    clock,
    feed,
    calls,
    tries: () => tries,
    say(...given: WatchLine[]) {
      lines = [...(lines instanceof Error ? [] : lines), ...given];
      wake();
    },
    end() {
      ended = true;
      wake();
    },
    become(next: WatchLine[] | Error) {
      ended = false;
      lines = next;
    },
  };
}
const settled = () => new Promise<void>((done) => setImmediate(done));
const lines = evening.filter((input): input is WatchLine => ["snapshot", "event", "stats", "log"].includes(input.type));

test("what comes is shown together, ten times a second at most", async () => {
  const { feed, clock, say } = server();
  let shown = 0;
  feed.subscribe(() => shown++);
  void feed.run();
  say(...lines);
  await settled();
  expect([shown, feed.shown().link.is]).toEqual([0, "connecting"]);
  clock.advance(100);
  expect([shown, feed.shown().link.is]).toEqual([1, "open"]);
  feed.stop();
});

/** Figures of a server at which nothing happens, so many seconds after those that were recorded last; what is given differs. */
const idle = (after: number, given: Partial<Stats> = {}): WatchLine => {
  const last = lines.findLast((line) => line.type === "stats")!;
  return { ...last, at: last.at + after * 1000, uptimeSeconds: 120 + after, ...given };
};
/** A feed that shows these figures, and how often it told of others since. */
async function showing(...first: WatchLine[]) {
  const { feed, clock, say } = server();
  void feed.run();
  say(lines[0]!, ...first);
  await settled();
  clock.advance(5000);
  let told = 0;
  feed.subscribe(() => told++);
  return {
    feed,
    clock,
    told: () => told,
    /** These lines come, and as much time goes by as one of them may wait. */
    async come(line: WatchLine, ms: number) {
      say(line);
      await settled();
      clock.advance(ms);
    },
  };
}

test("figures that say nothing new leave the state as it is, and are shown together every five seconds", async () => {
  const { feed, told, come } = await showing(idle(0, { eventLoopLagMs: 0.7, residentBytes: 61_000_000 }));
  const before = feed.shown();
  for (let second = 1; second <= 4; second++)
    await come(idle(second, { eventLoopLagMs: 0.7 - second / 10, residentBytes: 61_000_000 + second * 200_000 }), 1000);
  expect([feed.shown() === before, told()]).toEqual([true, 0]);
  await come(idle(5, { eventLoopLagMs: 0.2, residentBytes: 62_000_000 }), 1000);
  expect(told()).toBe(1);
  expect(feed.shown().stats).toMatchObject({ eventLoopLagMs: 0.2, residentBytes: 62_000_000 });
  expect(feed.shown().seconds).toHaveLength(before.seconds.length + 5);
  feed.stop();
});

test.each<[string, Partial<Stats>]>([
  ["a message", { messages: { total: 27, perSecond: 1 } }],
  ["a delivery", { deliveries: { total: 178, perSecond: 0.4 } }],
  ["a slower acknowledgement", { acknowledgement: { p50: 2.15, p99: 16.02 } }],
  ["a slower disk", { commit: { p50: 1.5, p99: 15.49 } }],
  ["a connection", { connections: 6 }],
  ["a session", { sessions: { originchats: 6 } }],
  ["a session elsewhere", { sessions: { originchats: 4, linechat: 1 } }],
  ["memory that grows", { residentBytes: 80_000_000 }],
  ["memory that is given back", { residentBytes: 50_000_000 }],
  ["an event loop that is held up", { eventLoopLagMs: 16.8 }],
  ["another minute of uptime", { uptimeSeconds: 180 }],
])("%s in the figures is shown at once, with the seconds that waited", async (_, given) => {
  const { feed, clock, told, come } = await showing(idle(0));
  const { length } = feed.shown().seconds;
  await come(idle(1), 1000);
  expect(told()).toBe(0);
  await come(idle(2, given), 100);
  expect(told()).toBe(1);
  expect(feed.shown().stats).toMatchObject(given);
  expect(feed.shown().seconds).toHaveLength(length + 2);
  clock.advance(5000);
  expect(told()).toBe(1);
  feed.stop();
});

test("an event is shown at once while figures wait", async () => {
  const { feed, told, come } = await showing(idle(0));
  await come(idle(1), 1000);
  await come(
    lines.find((line) => line.type === "event" && line.event.type === "message.created")!,
    100,
  );
  expect([told(), feed.shown().traffic.size]).toEqual([1, 1]);
  feed.stop();
});

test("members and acts are asked for with the snapshot, and members again when something about them happened", async () => {
  const { feed, clock, say, calls } = server();
  void feed.run();
  say(lines[0]!);
  await settled();
  expect(calls).toEqual(["user.list", "modlog.list", "plugin.list"]);
  const joined = lines.find((line) => line.type === "event" && line.event.type === "member.joined")!;
  say(joined, joined, joined);
  await settled();
  clock.advance(500);
  expect(calls.slice(3)).toEqual(["user.list"]);
  feed.stop();
});

test("plugins are asked for again when one is switched, also one that did not run", async () => {
  const { feed, clock, say, calls } = server();
  void feed.run();
  say(lines[0]!);
  await settled();
  const act = lines.find((line) => line.type === "event" && line.event.type === "modlog.recorded")!;
  if (act.type !== "event") throw new Error("no act was recorded");
  const data = act.event.data as EventData<"modlog.recorded">;
  const switched = { ...act, event: { ...act.event, data: { ...data, entry: { ...data.entry, action: "plugin_disable" } } } };
  say(act, switched);
  await settled();
  clock.advance(500);
  expect(calls.slice(3)).toEqual(["plugin.list"]);
  feed.stop();
});

test("a server that went away is said to be gone, and found again when it is back", async () => {
  const { feed, clock, say, become, end, tries } = server();
  void feed.run();
  say(lines[0]!);
  await settled();
  become(new NobodyThere("nobody"));
  end();
  await settled();
  clock.advance(100);
  expect(feed.shown().link).toMatchObject({ is: "lost", why: "The server has ended." });
  clock.advance(900);
  await settled();
  clock.advance(100);
  expect(feed.shown().link).toMatchObject({ is: "lost", why: "No server is running." });
  become([lines[0]!]);
  clock.advance(1000);
  await settled();
  clock.advance(100);
  expect(feed.shown().link).toEqual({ is: "open" });
  expect(tries()).toBe(3);
  feed.stop();
});

test("who is in a call is asked with the snapshot where it names people, and again when something of nobody known is relayed", async () => {
  const { feed, clock, say, calls } = server();
  const snapshot = structuredClone(lines[0]!) as Extract<WatchLine, { type: "snapshot" }>;
  const voice = (snapshot.channels as ListedChannel[]).find(({ kind }) => kind === "voice")!;
  const asked = () => calls.filter((operation) => operation === "voice.state").length;
  void feed.run();
  say(snapshot);
  await settled();
  expect(asked()).toBe(0);
  (voice.voice as unknown[]).push({ user: { id: "a", name: "alice", realm: "local" } });
  say(snapshot);
  await settled();
  expect(asked()).toBe(1);
  const flow = { channel: voice.id, stream: "new", speaking: false } as SeenFlow;
  say({ type: "flows", flows: [flow] }, { type: "flows", flows: [flow] });
  await settled();
  clock.advance(100);
  expect(asked()).toBe(2);
  feed.stop();
});
