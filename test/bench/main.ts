// `npm run bench [-- --only fan-out,acks] [-- --server "<command>"]`: how fast, beside a floor that does nothing but carry frames.
// With CHAT_DATABASE_URL set the server keeps all in that Postgres database, which must be empty.
// Prints a table, then a line of JSON a figure. Needs some six minutes and two cores; numbers of a busy machine are worth little.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildBinary } from "../../scripts/build.ts";
import { attachments } from "./attachments.ts";
import { type Figure, jsonLine, table } from "./figures.ts";
import { hooks } from "./hooks.ts";
import { lineChat } from "./linechat.ts";
import { importFigures } from "./import.ts";
import type { Done } from "./load.ts";
import { operator } from "./operator.ts";
import { cores, evict, machine, median, pinned, quantile, residentBytes, unpin } from "./machine.ts";
import { Loader, Target } from "./parties.ts";
import { voiceEnds } from "./voice-ends.ts";
import { voice } from "./voice.ts";

const ROUNDS = 3;
const FAN_OUT = [
  { clients: 10, messages: 4000 },
  { clients: 100, messages: 3000 },
  { clients: 500, messages: 2000 },
];
/** Messages before anything is timed: servers run for weeks, and code that ran a few thousand times is not yet compiled for speed. */
const WARM_UP = 20_000;
/** The floor is so much faster that the same number would be over before it can be timed. */
const MORE_FOR_THE_FLOOR = 4;
const ACKS = { clients: 50, messages: 900, perSecond: 300 };
/** Clients that ask for pages by turns, one question at a time. */
const ASKING = 40;
const CROWD = { first: 1000, all: 5000 };
const ACCOUNTS = 1200;
const SIGN_IN_ACCOUNTS = 500;
/** `w0` is in half of the messages, words that begin with `w1` are in three quarters, `wf2q` is in one of 20,000 (test/bench/seed.ts). */
const SEARCHES: readonly { readonly what: string; readonly query: string; readonly channel?: string }[] = [
  { what: "a rare word", query: "wf2q" },
  { what: "two frequent words", query: "w0 w1" },
  { what: "the beginning of a word", query: "w1a" },
  { what: "a frequent and a rare word", query: "w1 wf2q" },
  { what: "a frequent word and one that is nowhere", query: "w1 nowhere" },
  { what: "five frequent words", query: "w1 w2 w3 w4 w5" },
  { what: "a frequent word in a channel of 1,000", query: "w1", channel: "thousand" },
];
const BUSY = 0.9;
/** What remains of a difference when the disk and SQLite are counted on both sides. */
const BESIDE_STORING = "the same, beside a bare server that stores as much";
const PARTS = [
  "start",
  "memory",
  "fan-out",
  "acks",
  "history",
  "search",
  "attachments",
  "hooks",
  "import",
  "linechat",
  "operator",
  "voice",
  "voice-ends",
] as const;
/** Parts that need no running server. */
const ALONE: ReadonlySet<string> = new Set(["start", "hooks", "import", "linechat", "operator", "voice", "voice-ends"]);

const { values: options } = parseArgs({
  args: process.argv.slice(2),
  options: {
    only: { type: "string" },
    server: { type: "string" },
    messages: { type: "string", default: "1000000" },
  },
});
const parts = new Set(options.only?.split(",") ?? PARTS);
for (const part of parts)
  if (!PARTS.some((known) => known === part)) {
    console.error(`there is no part ${part}; there are ${PARTS.join(", ")}`);
    process.exit(2);
  }

const figures: Figure[] = [];
const add = (figure: Figure) => void figures.push(figure);
const say = (text: string) => console.error(`── ${text}`);

const folder = await mkdtemp(join(tmpdir(), "chat-bench-"));
try {
  const { path: binary } = await buildBinary();
  if (parts.has("start")) await start(binary);
  if (PARTS.some((part) => !ALONE.has(part) && parts.has(part))) await underLoad(binary);
  if (parts.has("hooks")) {
    say("hooks");
    for (const figure of await hooks(folder)) add(figure);
  }
  if (parts.has("linechat")) {
    say("line chat");
    for (const figure of await lineChat(folder, binary)) add(figure);
  }
  if (parts.has("operator")) {
    say("tokens and dashboard");
    for (const figure of await operator(folder, binary)) add(figure);
  }
  if (parts.has("voice")) {
    say("voice");
    for (const figure of await voice()) add(figure);
  }
  if (parts.has("voice-ends")) {
    say("voice, end to end");
    for (const figure of await voiceEnds()) add(figure);
  }
  if (parts.has("import")) {
    say(`import of ${options.messages} messages`);
    for (const figure of await importFigures(binary, Number(options.messages))) add(figure);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
console.log(`\n${machine()}; server and load ${pinned ? "on cores of their own" : "share the cores"}\n\n${table(figures)}\n`);
for (const figure of figures) console.log(jsonLine(figure));

/** How long the binary takes to say its version, beside a program that does nothing. */
async function start(binary: string): Promise<void> {
  say("start");
  const source = join(folder, "empty.ts");
  const empty = join(folder, "empty");
  await Bun.write(source, "");
  await Bun.build({ entrypoints: [source], compile: { outfile: empty } });
  const once = async (command: readonly string[]) => {
    const began = performance.now();
    await Bun.spawn([...command], { stdio: ["ignore", "ignore", "ignore"] }).exited;
    return performance.now() - began;
  };
  const times = { chat: [] as number[], floor: [] as number[] };
  for (let n = 0; n < 33; n++) {
    const [chat, floor] = [await once([binary, "--version"]), await once([empty])];
    if (n < 3) continue;
    times.chat.push(chat);
    times.floor.push(floor);
  }
  add({
    name: "chat --version",
    unit: "ms",
    chat: median(times.chat),
    floor: median(times.floor),
    target: { of: "ratio", most: 2 },
  });
}

async function underLoad(binary: string): Promise<void> {
  const stored = Number(options.messages);
  say(`${stored} messages and ${ACCOUNTS} accounts into a new database`);
  const seeding = Bun.spawn(
    [process.execPath, join(import.meta.dir, "seed.ts"), join(folder, "chat.db"), String(ACCOUNTS), String(stored)],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const password = (await new Response(seeding.stdout).text()).trim();
  if ((await seeding.exited) !== 0) throw new Error("the database could not be filled");
  await evict(binary);
  const command = options.server ? options.server.split(" ") : [binary, "serve"];
  await using chat = await Target.chat(command, {
    CHAT_DATA: folder,
    CHAT_SOCKET: join(folder, "control.sock"),
    CHAT_RATE_LIMITING_ENABLED: "false",
    CHAT_WEBSOCKET_TRUSTED_PROXIES: "127.0.0.1",
    CHAT_ATTACHMENTS_UPLOADS_PER_MINUTE: "10000",
    CHAT_LOG_LEVEL: "warn",
  });
  await using floor = await Target.floor("floor");
  await using durable = await Target.floor("durable");
  const both = [chat, floor] as const;
  const three = [...both, durable] as const;
  await Bun.sleep(1500);
  const idle = both.map(({ pid }) => residentBytes(pid));
  if (parts.has("memory"))
    add({ name: "memory, idle", unit: "MB", chat: idle[0]! / 1e6, floor: idle[1]! / 1e6, target: { of: "figure", most: 60 } });

  const arrive = { job: "arrive", password, firstAccount: 0, accounts: SIGN_IN_ACCOUNTS, atOnce: 8 } as const;
  let warm = false;
  if (parts.has("fan-out")) for (const { clients, messages } of FAN_OUT) await fanOut(clients, messages);
  if (parts.has("acks")) await acks();
  if (parts.has("history") || parts.has("search")) await questions();
  if (parts.has("attachments")) await files();
  if (parts.has("memory")) await memory();

  /** Loaders for one target, with clients shared out evenly. */
  async function loaders(target: Target, clients: number): Promise<Loader[]> {
    const many = clients < 100 ? 1 : Math.max(1, cores - 1);
    const all = Array.from({ length: many }, () => new Loader(cores));
    const each = Math.ceil(clients / many);
    await Promise.all(
      all.map((loader, at) =>
        loader.do({ ...arrive, port: target.port, from: at * each, count: Math.min(each, clients - at * each) }),
      ),
    );
    return all;
  }

  /** Whose processor was full while the load ran. */
  function bottleneck(target: Target, spent: number, done: readonly Done[]): string | undefined {
    const wall = (Math.max(...done.map(({ to }) => to)) - Math.min(...done.map(({ from }) => from))) / 1000;
    const load = Math.max(...done.map(({ cpu }) => cpu)) / wall;
    const percent = (part: number) => `${Math.round(part * 100)} %`;
    if (load >= BUSY && spent / wall < BUSY)
      return `${target.name}: the load's side is the bottleneck (${percent(load)}, server ${percent(spent / wall)})`;
    return undefined;
  }

  async function fanOut(clients: number, messages: number): Promise<void> {
    say(`fan-out to ${clients}`);
    const loads = new Map<Target, Loader[]>();
    const rates = new Map<Target, number[]>();
    const notes = new Map<Target, string>();
    try {
      for (const target of three) loads.set(target, await loaders(target, clients));
      for (let round = warm ? 0 : -1; round < ROUNDS; round++)
        for (const target of three) {
          const before = target.cpu;
          const count = round < 0 ? WARM_UP : target === floor ? messages * MORE_FOR_THE_FLOOR : messages;
          const done = await Promise.all(
            loads
              .get(target)!
              .map((loader, at) => loader.do({ job: "fan-out", channel: "live", messages: count, window: 64, sends: at === 0 })),
          );
          if (round < 0) continue;
          const note = bottleneck(target, target.cpu - before, done);
          if (note) notes.set(target, note);
          const seconds = (Math.max(...done.map(({ to }) => to)) - Math.min(...done.map(({ from }) => from))) / 1000;
          rates.set(target, [...(rates.get(target) ?? []), (count * clients) / seconds]);
        }
      warm = true;
    } finally {
      for (const loader of [...loads.values()].flat()) await loader[Symbol.asyncDispose]();
    }
    const [ours, bare, storing] = three.map((target) => median(rates.get(target)!)) as [number, number, number];
    add({
      name: `durable messages delivered to ${clients} clients`,
      unit: "/s",
      chat: ours,
      floor: bare,
      ...(clients > 10 && { target: { of: "ratio" as const, least: 0.7 } }),
      ...(notes.size > 0 && { note: [...notes.values()].join("; ") }),
    });
    add({ name: BESIDE_STORING, unit: "/s", chat: ours, floor: storing });
  }

  async function acks(): Promise<void> {
    say("acknowledgements");
    const times = new Map<Target, number[]>(three.map((target) => [target, []]));
    const loads = new Map<Target, Loader[]>();
    try {
      for (const target of three) loads.set(target, await loaders(target, ACKS.clients));
      for (let round = 0; round < ROUNDS; round++)
        for (const target of three)
          times.get(target)!.push(...(await loads.get(target)![0]!.do({ job: "acks", channel: "live", ...ACKS })).times);
    } finally {
      for (const loader of [...loads.values()].flat()) await loader[Symbol.asyncDispose]();
    }
    const name = `acknowledgement at ${ACKS.perSecond} messages/s, ${ACKS.clients} clients`;
    const [ours, bare, storing] = three.map((target) => times.get(target)!) as [number[], number[], number[]];
    add({ name: `${name}, p50`, unit: "ms", chat: median(ours), floor: median(bare), target: { of: "ratio", most: 3 } });
    add({ name: BESIDE_STORING, unit: "ms", chat: median(ours), floor: median(storing) });
    add({ name: `${name}, p99`, unit: "ms", chat: quantile(ours, 0.99), floor: quantile(bare, 0.99) });
    add({ name: BESIDE_STORING, unit: "ms", chat: quantile(ours, 0.99), floor: quantile(storing, 0.99) });
  }

  /** Somebody who asks, and the floor that gives the same answer without looking for it. */
  async function questions(): Promise<void> {
    say("history and search");
    const [ours, theirs] = [(await loaders(chat, ASKING))[0]!, (await loaders(floor, ASKING))[0]!];
    const beside = async (cmd: string, answer: string, frame: Record<string, unknown>, times: number) => {
      const job = { job: "ask", frame: { cmd, ...frame }, answer } as const;
      const first = await ours.do({ ...job, times: 5 });
      await theirs.do({ job: "tell", frame: { cmd: "teach", question: cmd, answer: JSON.parse(first.answer!) } });
      const taken = { chat: [] as number[], floor: [] as number[] };
      for (let round = 0; round < ROUNDS; round++) {
        taken.chat.push(...(await ours.do({ ...job, times })).times);
        taken.floor.push(...(await theirs.do({ ...job, times })).times);
      }
      return { chat: median(taken.chat), floor: median(taken.floor), first: first.answer! };
    };
    try {
      if (parts.has("history")) {
        const page = (channel: string) => beside("messages_get", `"cmd":"messages_get"`, { channel, limit: 50 }, 200);
        const small = await page("thousand");
        const large = await page("million");
        const told = (text: string) => (JSON.parse(text) as { messages?: unknown[] }).messages?.length;
        if (told(small.first) !== 50 || told(large.first) !== 50) throw new Error("a page of history does not have 50 messages");
        add({ name: "last 50 of 1,000 messages", unit: "ms", chat: small.chat, floor: small.floor });
        add({ name: `last 50 of ${stored.toLocaleString("en")} messages`, unit: "ms", chat: large.chat, floor: large.floor });
        const same = { of: "ratio" as const, most: 1.25 };
        add({ name: "the same, beside 1,000 messages as floor", unit: "ms", chat: large.chat, floor: small.chat, target: same });
      }
      if (!parts.has("search")) return;
      for (const { what, query, channel = "million" } of SEARCHES) {
        const name = `search in ${stored.toLocaleString("en")} messages, ${what}`;
        try {
          const {
            chat: taken,
            floor: least,
            first,
          } = await beside("messages_search", `"cmd":"messages_search"`, { channel, query }, 20);
          const found = first.match(/"timestamp":/g)?.length ?? 0;
          add({ name, unit: "ms", chat: taken, floor: least, target: { of: "figure", most: 100 }, note: `${found} shown` });
        } catch (why) {
          add({ name, unit: "ms", chat: Number.NaN, note: String(why).slice(0, 100) });
        }
      }
    } finally {
      for (const loader of [ours, theirs]) await loader[Symbol.asyncDispose]();
    }
  }

  async function files(): Promise<void> {
    say("attachments");
    const [other] = await loaders(chat, 1);
    try {
      for (const figure of await attachments(chat, floor, password, other!)) add(figure);
    } finally {
      await other![Symbol.asyncDispose]();
    }
  }

  /** What each connection adds when it sits there signed in and says nothing. */
  async function memory(): Promise<void> {
    const each: number[] = [];
    for (const target of both) {
      say(`memory with ${CROWD.all} connections, ${target.name}`);
      // Five thousand passwords are to be checked first, which is meant to take its time.
      await unpin(target.pid);
      const crowd = Array.from({ length: 2 }, () => new Loader(cores));
      try {
        const bring = async (from: number, to: number) => {
          const half = (to - from) / 2;
          const settled = crowd.map((loader, at) => ({
            loader,
            job: {
              ...arrive,
              port: target.port,
              firstAccount: SIGN_IN_ACCOUNTS,
              accounts: ACCOUNTS - SIGN_IN_ACCOUNTS,
              from: from + at * half,
              count: half,
            },
          }));
          await Promise.all(settled.map(({ loader, job }) => loader.do(job)));
          await Bun.sleep(2500);
          return residentBytes(target.pid);
        };
        const before = await bring(0, CROWD.first);
        const after = await bring(CROWD.first, CROWD.all);
        each.push((after - before) / (CROWD.all - CROWD.first));
        if (target === chat) add({ name: `memory with ${CROWD.all} connections`, unit: "MB", chat: after / 1e6 });
      } finally {
        for (const loader of crowd) await loader[Symbol.asyncDispose]();
      }
    }
    const name = `memory per connection from ${CROWD.first} to ${CROWD.all}, signed in`;
    add({ name, unit: "KB", chat: each[0]! / 1000, floor: each[1]! / 1000, target: { of: "figure", most: 6 } });
  }
}
