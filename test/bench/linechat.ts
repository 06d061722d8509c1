import { join } from "node:path";
import type { Figure } from "./figures.ts";
import { cores, median, on } from "./machine.ts";

const PEOPLE = 1000;
const MESSAGES = 400;
const ROUNDS = 3;
const LOAD_CORES = cores > 2 ? `1-${cores - 1}` : "1";
const LONGEST_START = 20_000;

interface Round {
  readonly perSecond: number;
}

/** A thousand people in one room of the line chat, beside a bare broadcast, one after the other in the same run. */
export async function lineChat(folder: string, binary: string): Promise<Figure[]> {
  const free = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const { port } = free;
  free.stop(true);
  const env = {
    ...process.env,
    CHAT_DATA: join(folder, "linechat"),
    CHAT_RATE_LIMITING_ENABLED: "false",
    CHAT_TCP_CONNECTION_TIMEOUT: "false",
    CHAT_TCP_OUTBOUND_BUFFER_BYTES: "4194304",
    CHAT_LOG_LEVEL: "warn",
  };
  const chat = Bun.spawn(on("0", [binary, "serve", "--tcp", "--tcp-port", String(port)]), {
    env,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const floors = ["bare", "gathering"].map((kind) =>
    Bun.spawn(on("0", [process.execPath, join(import.meta.dir, "line-floor.ts"), kind]), {
      stdio: ["ignore", "pipe", "inherit"],
    }),
  );
  try {
    await listening(port);
    const rates: number[] = [];
    rates.push(await load(port));
    for (const floor of floors)
      rates.push(await load(Number(new TextDecoder().decode((await floor.stdout.getReader().read()).value))));
    const [ours, bare, gathering] = rates as [number, number, number];
    const name = `line chat: stored messages delivered to ${PEOPLE} people in one room`;
    return [
      { name, unit: "/s", chat: ours, floor: bare, target: { of: "ratio", least: 0.7 } },
      { name: "the same, beside a broadcast that gathers the lines of a turn", unit: "/s", chat: ours, floor: gathering },
    ];
  } finally {
    for (const child of [chat, ...floors]) {
      child.kill("SIGKILL");
      await child.exited;
    }
  }
}

/** Lines delivered a second, the median of the rounds. */
async function load(port: number): Promise<number> {
  const child = Bun.spawn(
    on(LOAD_CORES, [process.execPath, join(import.meta.dir, "line-load.ts"), ...[port, PEOPLE, MESSAGES, ROUNDS].map(String)]),
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const text = await new Response(child.stdout).text();
  if ((await child.exited) !== 0) throw new Error("the load of the line chat failed");
  return median(text.trim().split("\n").map((line) => (JSON.parse(line) as Round).perSecond)); // prettier-ignore
}

async function listening(port: number): Promise<void> {
  for (const until = Date.now() + LONGEST_START; Date.now() < until; await Bun.sleep(100)) {
    try {
      (await Bun.connect({ hostname: "127.0.0.1", port, socket: { data() {} } })).end();
      return;
    } catch {}
  }
  throw new Error("the line chat did not start");
}
