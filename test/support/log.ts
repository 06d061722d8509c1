import { createLog, type Fields, type Level, type Log } from "../../src/kernel/log.ts";

export type Line = Fields & { readonly time: string; readonly level: Level; readonly event: string };

/** A log that keeps its lines, as they would have been written. */
export function recordedLog(now: () => number = () => 0): { log: Log; lines: Line[] } {
  const lines: Line[] = [];
  const write = (line: string) => void lines.push(JSON.parse(line) as Line);
  return { log: createLog({ level: "debug", format: "json", write, now }), lines };
}
