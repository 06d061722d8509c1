import { readFileSync } from "node:fs";
import { totalmem } from "node:os";

import { type Finding, good, odd, wrong } from "./finding.ts";
import type { Patient } from "./patient.ts";

const MEGABYTE = 1_000_000;
/** What an idle server takes, with room for its caches. */
const SERVER_BYTES = 100 * MEGABYTE;
/** Of a connection that does little; frames that wait come on top. */
const CONNECTION_BYTES = 20_000;
/** Files that are open besides connections. */
const OTHER_FILES = 100;
/** Nothing of this program is older. */
const FIRST_YEAR = Date.UTC(2026, 0);
const PROBE_MS = 150;
/**
 * One turn of the probe below takes this long where `message.send` was measured at 10,000 a second and the delivery of a message to one
 * connection at 100,000 a second, on one core. Microseconds.
 */
const REFERENCE_TURN = 1;

/** Memory this machine, or the container, has left for the server, in bytes. */
function availableMemory(): number {
  const limit = Number(content("/sys/fs/cgroup/memory.max") ?? Number.NaN);
  const used = Number(content("/sys/fs/cgroup/memory.current") ?? Number.NaN);
  const meminfo = /^MemAvailable:\s+(\d+) kB$/m.exec(content("/proc/meminfo") ?? "")?.[1];
  const ofMachine = meminfo === undefined ? totalmem() / 2 : Number(meminfo) * 1024;
  return Number.isFinite(limit) ? Math.min(ofMachine, limit - (Number.isFinite(used) ? used : 0)) : ofMachine;
}

/** How many files a process may have open: the server's own limit where it runs, else this program's. Undefined where it cannot be told. */
function fileLimit(pid: number | undefined): number | undefined {
  const limits = (pid === undefined ? undefined : content(`/proc/${pid}/limits`)) ?? content("/proc/self/limits");
  const found = /^Max open files\s+(\d+|unlimited)/m.exec(limits ?? "")?.[1];
  return found === undefined ? undefined : found === "unlimited" ? Infinity : Number(found);
}

export function examineMemory(): Finding {
  const available = availableMemory();
  const says = `${Math.round(available / MEGABYTE)} MB are available.`;
  return available < SERVER_BYTES
    ? odd("memory", says, "End other programs or give the container more: an idle server takes about 60 MB.")
    : good("memory", says);
}

export function examineFiles({ settings, server }: Patient): Finding {
  const limit = fileLimit(server?.pid);
  const wanted = settings.websocket.max_connections + OTHER_FILES;
  if (limit === undefined) return good("open files", "How many are allowed cannot be told on this system.");
  const whose = server ? "The server" : "A program started here";
  const says = `${whose} may open ${limit === Infinity ? "any number of" : limit} files.`;
  return limit < wanted
    ? odd(
        "open files",
        `${says} websocket.max_connections needs ${wanted}.`,
        `Set LimitNOFILE=${wanted} in the unit ("chat service install" does) or ulimit -n ${wanted}, or lower websocket.max_connections.`,
      )
    : good("open files", says);
}

/** @param newest when the newest thing in the database happened, ms since 1970 */
export function examineClock(now: number, newest: number | undefined): Finding {
  const moment = (at: number) => `${new Date(at).toISOString().slice(0, 19)}Z`;
  const remedy = "Set the clock, and let NTP keep it right (timedatectl set-ntp true).";
  if (now < FIRST_YEAR) return wrong("clock", `It says ${moment(now)}, which is long past.`, remedy);
  if (newest !== undefined && newest > now + 60_000)
    return wrong("clock", `It says ${moment(now)}, and the database has something from ${moment(newest)}.`, remedy);
  return good("clock", `It says ${moment(now)}.`);
}

/** What this machine can carry, from figures measured a moment ago. */
export function estimate({ settings, server, stopwatch }: Patient, flushes: number | undefined): Finding {
  const speed = REFERENCE_TURN / turnMicroseconds(stopwatch);
  const limit = fileLimit(server?.pid) ?? Infinity;
  const people = Math.min(
    settings.websocket.max_connections,
    limit - OTHER_FILES,
    Math.floor(Math.max(0, availableMemory() - SERVER_BYTES) / CONNECTION_BYTES),
  );
  // Messages that come together share a flush; one person who waits for each answer has one flush for each.
  const messages = Math.min(10_000 * speed, (flushes ?? Infinity) * 256);
  const round = (figure: number) => Number(Math.max(0, figure).toPrecision(1)).toLocaleString("en");
  return good(
    "estimate",
    `About ${round(people)} people connected, ${round(messages)} messages a second stored and ${round(100_000 * speed)} delivered` +
      `${flushes === undefined ? "" : `, and ${round(flushes)} a second from one who waits for each answer`}: estimated from the figures above and a short probe of the processor.`,
  );
}

/** A turn is what a message asks of the processor, in small: read JSON, write it, hash it. */
function turnMicroseconds(stopwatch: () => number): number {
  const frame = JSON.stringify({ cmd: "message_new", channel: "general", content: "x".repeat(200), listener: "a".repeat(36) });
  const began = stopwatch();
  let turns = 0;
  while (stopwatch() - began < PROBE_MS)
    for (let index = 0; index < 200; index++, turns++) Bun.hash(JSON.stringify(JSON.parse(frame)));
  return ((stopwatch() - began) * 1000) / turns;
}

function content(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return undefined;
  }
}
