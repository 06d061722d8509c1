import type { Timers } from "../../kernel/clock.ts";
import type { SeenFlow, Snapshot, Stats, WatchLine } from "./protocol.ts";

/** Lines that may wait for a slow reader; those beyond are counted and left out. */
const MOST_WAITING = 2000;

/** What a watcher is told, and from whom. */
export interface Watched {
  /** Everything but the figures; returns the undo. */
  subscribe(say: (line: WatchLine) => void): () => void;
  snapshot(): Promise<Omit<Snapshot, "flows">>;
  /** One for each watcher: rates are since its own last reading. */
  stats(): () => Stats;
  /** What the relay forwards, for each watcher too; nothing where it forwards nothing. */
  flows(): () => readonly SeenFlow[] | undefined;
  readonly timers: Timers;
}

/**
 * Newline-delimited JSON: subscribed first, then the snapshot, then what happened, so that nothing falls between. A reader that does not keep up
 * costs a bounded amount of memory and is told how many lines it missed.
 */
export function watchStream(of: Watched): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const read = of.stats();
  const readFlows = of.flows();
  const waiting: WatchLine[] = [];
  let lost = 0;
  let ready = false;
  let undo: (() => void)[] = [];
  let controller: ReadableStreamDefaultController<Uint8Array>;

  const write = (line: WatchLine) => controller.enqueue(encoder.encode(`${JSON.stringify(line)}\n`));
  const flush = () => {
    if (!ready) return;
    while (waiting.length && (controller.desiredSize ?? 0) > 0) {
      write(waiting.shift()!);
      if (lost && !waiting.length) {
        write({ type: "lost", lines: lost });
        lost = 0;
      }
    }
  };
  const say = (line: WatchLine) => {
    if (waiting.length >= MOST_WAITING) lost += 1;
    else waiting.push(line);
    flush();
  };
  const stop = () => {
    for (const one of undo) one();
    undo = [];
  };

  return new ReadableStream<Uint8Array>(
    {
      async start(given) {
        controller = given;
        undo.push(
          of.subscribe(say),
          of.timers.every(1000, () => {
            say({ type: "stats", ...read() });
            const flows = readFlows();
            if (flows) say({ type: "flows", flows });
          }),
        );
        write({ type: "snapshot", ...(await of.snapshot()), flows: readFlows() ?? [] });
        ready = true;
        flush();
      },
      pull: flush,
      cancel: stop,
    },
    { highWaterMark: 64 },
  );
}
