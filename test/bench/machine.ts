import { readFileSync } from "node:fs";
import { cpus } from "node:os";

const TICKS_PER_SECOND = 100;
/** Undefined where the system keeps no such file. */
function proc(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return undefined;
  }
}

/** Resident memory of a process in bytes; `NaN` where the system does not tell. */
export const residentBytes = (pid: number): number => Number(/VmRSS:\s+(\d+)/.exec(proc(pid, "status") ?? "")?.[1]) * 1024;

/**
 * Puts a file out of the page cache, where that can be done. One that was just written lies there in large pieces, which are mapped whole and
 * counted as resident: some 5 MB that a server started from its disk does not have.
 */
export async function evict(path: string): Promise<void> {
  for (const command of [
    ["sync", path],
    ["dd", `if=${path}`, "of=/dev/null", "count=0", "iflag=nocache"],
  ])
    if (Bun.which(command[0]!)) await Bun.spawn(command, { stdio: ["ignore", "ignore", "ignore"] }).exited;
}

/** Processor seconds a process has used; `NaN` where the system does not tell. */
export function cpuSeconds(pid: number): number {
  const fields = proc(pid, "stat")
    ?.replace(/^.*\) /, "")
    .split(" ");
  return fields ? (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND : Number.NaN;
}

export const cores = cpus().length;
const taskset = cores > 1 ? Bun.which("taskset") : null;
/** Whether the server and the load are kept apart. */
export const pinned = taskset !== null;
/** A command bound to some of the cores, where that can be done. */
export const on = (which: string, command: readonly string[]): string[] =>
  taskset ? [taskset, "-c", which, ...command] : [...command];
/** Lets a process use all cores again. */
export async function unpin(pid: number): Promise<void> {
  if (taskset)
    await Bun.spawn([taskset, "-apc", `0-${cores - 1}`, String(pid)], { stdio: ["ignore", "ignore", "ignore"] }).exited;
}

export const median = (of: readonly number[]): number => quantile(of, 0.5);
export function quantile(of: readonly number[], q: number): number {
  const sorted = of.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}

export const machine = (): string =>
  `${cpus()[0]?.model.trim() ?? "unknown processor"}, ${cores} cores, Bun ${Bun.version}, load ${readFileSync("/proc/loadavg", "utf8").split(" ")[0]}`;
