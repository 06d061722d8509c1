import { join } from "node:path";
import type { Figure } from "./figures.ts";
import { median, on } from "./machine.ts";
import type { EngineName } from "./voice-talk.ts";

const ROUNDS = 3;
const SECONDS = 10;
/** Ten who all talk: 4,500 packets go out a second. */
const CALL = { people: 10, rate: 50 };
/** 72,200 go out a second, with what an engine allows one to send. */
const CROWD = { people: 20, rate: 190 };

interface Run {
  readonly cpuPercent: number;
  readonly megabytes: number;
  readonly perSecond: number;
  readonly microseconds: number;
  readonly expected: number;
  readonly lostBefore: number;
  readonly lostWithin: number;
  readonly lostAfter: number;
  readonly sampled: number;
  readonly undecipherable: number;
}

const lost = ({ lostBefore, lostWithin, lostAfter }: Run) => lostBefore + lostWithin + lostAfter;
const noteOf = (run: Run): string =>
  `${Math.round(run.perSecond).toLocaleString("en")}/s arrived, ${run.microseconds.toFixed(1)} µs each; of ${run.expected} lost ` +
  `${run.lostBefore} on the way in, ${run.lostWithin} within, ${run.lostAfter} on the way out; ${run.undecipherable} of ${run.sampled} undecipherable`;

/**
 * People who talk with each other through an engine in its own process, both engines by turns; their clients are on another core. Processor time
 * has no target here: the 3.5 times less that are wanted are set against werift's plain way to forward, which the engine `werift` does not go.
 */
export async function voiceEnds(): Promise<Figure[]> {
  const runs: Record<EngineName, Run[]> = { port: [], werift: [] };
  for (let round = 0; round < ROUNDS; round++)
    for (const engine of ["port", "werift"] as const) runs[engine].push(await load(engine, CALL));
  const crowd = await load("port", CROWD);
  const of = (engine: EngineName, what: "cpuPercent" | "megabytes") => median(runs[engine].map((run) => run[what]));
  const typical = (engine: EngineName) => runs[engine].toSorted((a, b) => a.cpuPercent - b.cpuPercent)[Math.floor(ROUNDS / 2)]!;
  const all = `voice, ten talking (4,500 packets/s), port beside werift:`;
  return [
    {
      name: `${all} processor`,
      unit: "%",
      chat: of("port", "cpuPercent"),
      floor: of("werift", "cpuPercent"),
      note: `port: ${noteOf(typical("port"))}; werift: ${noteOf(typical("werift"))}`,
    },
    {
      name: `${all} resident memory`,
      unit: "MB",
      chat: of("port", "megabytes"),
      floor: of("werift", "megabytes"),
      target: { of: "figure", most: 60 },
    },
    {
      name: "voice, twenty talking (72,200 packets/s) through port: lost",
      unit: "%",
      chat: (100 * lost(crowd)) / crowd.expected,
      target: { of: "figure", most: 0 },
      note: `${crowd.cpuPercent.toFixed(1)} % of a core, ${crowd.megabytes.toFixed(0)} MB; ${noteOf(crowd)}`,
    },
  ];
}

async function load(engine: EngineName, { people, rate }: typeof CALL): Promise<Run> {
  const command = [process.execPath, join(import.meta.dir, "voice-load.ts"), engine, ...[people, rate, SECONDS].map(String)];
  const child = Bun.spawn(on("1", command), { stdio: ["ignore", "pipe", "inherit"] });
  const printed = await new Response(child.stdout).text();
  if ((await child.exited) !== 0) throw new Error(`the load on ${engine} has failed`);
  return JSON.parse(printed) as Run;
}
