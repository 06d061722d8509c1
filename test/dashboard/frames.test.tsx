import { describe, expect, test } from "bun:test";

import type { Ask } from "../../src/dashboard/actions.ts";
import { App } from "../../src/dashboard/app.tsx";
import { Feed } from "../../src/dashboard/feed.ts";
import { fold, type State } from "../../src/dashboard/store.ts";
import type { Seat } from "../../src/domain/voice/voice.ts";
import { Refusal } from "../../src/kernel/refusal.ts";
import type { Stats, WatchLine } from "../../src/wire/control/protocol.ts";
import { KEYS, TestTerminal } from "../support/terminal.ts";
import { FakeClock } from "../support/world.ts";
import { afterwards, evening, NOW } from "./evening.ts";

function open(
  columns: number,
  rows: number,
  { state = afterwards, call = async () => {} }: { state?: State; call?: (ask: Ask) => Promise<void> } = {},
) {
  let shown = state;
  const hearing = new Set<() => void>();
  const feed = {
    shown: () => shown,
    subscribe: (hear: () => void) => {
      hearing.add(hear);
      return () => void hearing.delete(hear);
    },
  };
  const left: string[] = [];
  const terminal = new TestTerminal(
    <App feed={feed} call={call} leave={(how) => void left.push(how)} now={() => NOW} notices={[]} colours={false} />,
    columns,
    rows,
  );
  return {
    terminal,
    left,
    become(next: State) {
      shown = next;
      for (const hear of hearing) hear();
    },
  };
}

/** In the call alice speaks through the relay, bob came past the server, carol is muted, and dora has just come to listen. */
const relayed = ((): State => {
  const voice = afterwards.channels.find(({ kind }) => kind === "voice")!.id;
  const [alice, bob] = afterwards.voice.get(voice) as [Seat, Seat];
  const sitting = (name: string, stream: string, muted = false): Seat => ({
    ...alice,
    user: { id: name, name, realm: "local" },
    peer: null,
    stream,
    muted,
  });
  const quiet = { perSecond: 0, lost: null };
  const flow = { channel: voice, speaking: false, in: quiet, out: quiet };
  return fold(afterwards, [
    {
      type: "seats",
      channel: voice,
      seats: [{ ...alice, peer: null, stream: "a" }, bob, sitting("carol", "c", true), sitting("dora", "d")],
    },
    {
      type: "flows",
      flows: [
        { ...flow, stream: "a", in: { perSecond: 50, lost: 0.4 }, out: { perSecond: 48, lost: 0 } },
        { ...flow, stream: "c", out: { perSecond: 1250, lost: 12.5 } },
        { ...flow, stream: "d", in: { perSecond: null, lost: null }, out: { perSecond: null, lost: null } },
      ],
    },
    {
      type: "event",
      event: {
        type: "voice.speaking",
        at: NOW,
        actor: "console",
        community: "",
        to: { sessions: [] },
        data: { place: { channel: voice, name: "voice" }, user: alice.user, stream: "a", speaking: true },
      },
    },
  ]);
})();

const settled = () => new Promise<void>((done) => setImmediate(done));

const SIZES = [
  [80, 24],
  [120, 40],
  [200, 60],
] as const;
const VIEWS = [
  ["the figures", [], "[1 Overview]"],
  ["the rooms", ["2"], "[2 Rooms]"],
  ["the people", ["3"], "[3 People]"],
  ["the calls", ["4"], "[4 Calls]"],
  ["the acts", ["5"], "[5 Moderation]"],
  ["the plugins", ["6"], "[6 Plugins]"],
  ["a plugin that failed", ["6", "/broken", KEYS.enter], "a reason that is too long"],
  ["the log", ["7"], "[7 Log]"],
  ["the help", ["?"], "On a person"],
  ["the last question of a ban", ["3", "b", "7d", KEYS.enter, KEYS.enter], "y / n"],
] as const;

describe.each(SIZES)("at %d×%d", (columns, rows) => {
  test.each(VIEWS)("%s", async (_, keys, text) => {
    const { terminal } = open(columns, rows);
    using _screen = terminal;
    terminal.press(...keys);
    expect(await terminal.shows(text)).toMatchSnapshot();
    expect(terminal.lines).toHaveLength(rows);
    expect(Math.max(...terminal.lines.map((line) => Bun.stringWidth(line)))).toBeLessThanOrEqual(columns);
  });
});

describe.each(SIZES)("at %d×%d", (columns, rows) => {
  test.each([
    ["a call that is relayed", "4", "▶ speaks"],
    ["the figures while it is", "1", "Relayed"],
  ])("%s", async (_, key, text) => {
    const { terminal } = open(columns, rows, { state: relayed });
    using _screen = terminal;
    terminal.press(key);
    expect(await terminal.shows(text)).toMatchSnapshot();
    expect(Math.max(...terminal.lines.map((line) => Bun.stringWidth(line)))).toBeLessThanOrEqual(columns);
  });
});

test("a terminal that changes its size gets a whole frame of the new one, also a very small one", async () => {
  const { terminal } = open(80, 24);
  using _screen = terminal;
  terminal.press("3");
  await terminal.shows("Person");
  terminal.resize(200, 60);
  await terminal.shows("Called");
  expect(terminal.lines).toHaveLength(60);
  terminal.resize(50, 12);
  await terminal.shows(/^(?![^]*Called)[^]*Person/);
  expect(terminal.lines).toHaveLength(12);
  terminal.resize(20, 4);
  await terminal.shows("Make the terminal");
});

test("no more rows are drawn than are visible, and the selected one is among them", async () => {
  const sessions = Array.from({ length: 5000 }, (_, index) => ({
    type: "opened" as const,
    session: { id: `s${index}`, wire: "linechat", user: `u${index}`, name: `guest-${String(index).padStart(4, "0")}` },
  }));
  const { terminal } = open(80, 24, { state: fold(afterwards, sessions) });
  using _screen = terminal;
  terminal.press("3", "/", "guest", KEYS.enter, KEYS.end);
  const frame = await terminal.shows("› guest-4999");
  expect(frame.match(/guest-\d{4}/g)!.length).toBeLessThanOrEqual(20);
  terminal.press(KEYS.home);
  await terminal.shows("› guest-0000");
});

test("names cannot write to the terminal or over their neighbours", async () => {
  const name = "evil\u001B[2J\u202Egnp.exe\nz\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308\u0309\u030A\u030B\u030C";
  const { terminal } = open(80, 24, {
    state: fold(afterwards, [{ type: "opened", session: { id: "s", wire: "linechat", user: "u", name } }]),
  });
  using _screen = terminal;
  terminal.press("3");
  const frame = await terminal.shows("evil");
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  expect(frame.match(/[\u0000-\u0009\u000B-\u001F\u202E]/g)).toBeNull();
  expect(frame.match(/\p{M}/gu)!.length).toBeLessThanOrEqual(7);
  expect(terminal.lines).toHaveLength(24);
});

test("an act is carried out, and what came of it is said in words", async () => {
  const asks: Ask[] = [];
  const { terminal } = open(80, 24, {
    call: async (ask) => {
      asks.push(ask);
      if (ask.operation === "member.kick") throw new Error("They stand too high for that.");
    },
  });
  using _screen = terminal;
  // Typed faster than it is read: one chunk.
  terminal.press("3", "/", "bob", KEYS.enter, "b", "1d\rnoise\ry");
  await terminal.shows("bob is banned for 1d (noise).");
  terminal.press("k", "\r", "y");
  await terminal.shows("They stand too high for that.");
  expect(asks.map(({ operation }) => operation)).toEqual(["member.ban", "member.kick"]);
});

test("a server that went away is said to be gone, and what was known stays", async () => {
  const { terminal, become } = open(80, 24);
  using _screen = terminal;
  become(fold(afterwards, [{ type: "gone", why: "The server has ended.", at: NOW - 5000 }]));
  const frame = await terminal.shows("The server has ended. Trying again… for 5s");
  expect(frame).toContain("Acknowledged");
});

test("q and Ctrl-C leave", async () => {
  const { terminal, left } = open(80, 24);
  using _screen = terminal;
  await terminal.shows("Overview");
  terminal.press("q", KEYS.ctrlC);
  expect(left).toEqual(["close", "interrupt"]);
});

test("a screen on which nothing happens is drawn once in five seconds, and at once when a key is pressed or somebody comes", async () => {
  const clock = new FakeClock();
  const [snapshot] = evening as [WatchLine];
  const stats = evening.findLast((input) => input.type === "stats") as Extract<WatchLine, { type: "stats" }>;
  let say: (line: WatchLine) => void = () => {};
  const client = {
    async *watch() {
      yield snapshot;
      for (;;) yield await new Promise<WatchLine>((resolve) => (say = resolve));
    },
    call: () => Promise.reject(new Refusal("not-found", "operation")),
  };
  const feed = new Feed(client, clock, clock.now);
  const app = <App feed={feed} call={async () => {}} leave={() => {}} now={clock.now} notices={[]} colours={false} />;
  using terminal = new TestTerminal(app, 120, 40);
  void feed.run();
  const goesBy = async (ms: number) => {
    await settled();
    clock.advance(ms);
    await settled();
  };
  const figures = async (second: number, given: Partial<Stats> = {}) => {
    say({
      ...stats,
      at: stats.at + second * 1000,
      uptimeSeconds: 120 + second,
      eventLoopLagMs: second % 2 ? 2.6 : 0.1,
      ...given,
    });
    await goesBy(1000);
  };
  await goesBy(100);
  await figures(0);
  await terminal.shows("up 2m");

  const idle = terminal.drawn;
  for (let second = 1; second <= 4; second++) await figures(second);
  expect(terminal.drawn).toBe(idle);
  await figures(5);
  expect(terminal.drawn).toBe(idle + 1);
  await figures(6, { connections: 1234 });
  expect(terminal.frame).toContain("1,234");
  terminal.press("7");
  expect(await terminal.shows("[7 Log]")).toContain("up 2m");
  feed.stop();
});
