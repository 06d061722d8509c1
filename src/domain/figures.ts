import type { Timers } from "../kernel/clock.ts";
import { type MetricDeclaration, Metrics } from "../kernel/metrics.ts";

/** Every figure the server keeps about itself. */
const FIGURES = {
  chat_sessions: { kind: "gauge", help: "Signed-in sessions.", label: "wire" },
  chat_messages_total: { kind: "counter", help: "Messages posted." },
  chat_deliveries_total: { kind: "counter", help: "Frames of events handed to sessions." },
  chat_operations_total: { kind: "counter", help: "Operations asked for.", label: "outcome" },
  chat_acknowledgement_seconds: { kind: "histogram", help: "From a message's arrival until it is acknowledged." },
  chat_commit_seconds: { kind: "histogram", help: "From handing over a change until it is on disk." },
  chat_voice_connections: { kind: "gauge", help: "Sessions in calls that are connected to the relay of media." },
  chat_voice_speaking: { kind: "gauge", help: "Those of them that are heard to speak." },
  chat_voice_packets_total: {
    kind: "counter",
    help: "Media packets that came to the relay and went out of it.",
    label: "direction",
  },
  chat_voice_lost_total: {
    kind: "counter",
    help: "Media packets that never came, to the relay or to who listens.",
    label: "direction",
  },
  chat_resident_bytes: { kind: "gauge", help: "Resident memory of the server." },
  chat_uptime_seconds: { kind: "gauge", help: "Since the start of the server." },
  chat_event_loop_lag_seconds: { kind: "gauge", help: "How late the newest timer was." },
} as const satisfies Record<string, MetricDeclaration>;

export type Figures = Metrics<typeof FIGURES>;
export const figures = (): Figures => new Metrics(FIGURES);

/** What the machine tells about this process. */
export interface Vitals {
  /** Milliseconds, rising, from any start. */
  readonly stopwatch: () => number;
  readonly residentBytes: () => number;
  /** Frees what nobody uses any more, and stands still for it. */
  readonly collect: () => void;
}
/** For an app that nobody measures. */
export const STILL: Pick<Vitals, "stopwatch"> = { stopwatch: () => 0 };

const LAG_PROBE_MS = 500;
/** Resident memory grown by so much, some of it is likely to be free. */
const GROWN = 8_000_000;

/**
 * Keeps the gauges that nobody sets by acting, and gives memory back once nobody acts: by itself the runtime waits for more to come.
 * Returns the undo.
 */
export function watchVitals(kept: Figures, { stopwatch, residentBytes, collect }: Vitals, timers: Timers): () => void {
  const began = stopwatch();
  let due = began + LAG_PROBE_MS;
  let operations = 0;
  let least = Infinity;
  const probe = () => {
    const now = stopwatch();
    kept.set("chat_event_loop_lag_seconds", Math.max(0, now - due) / 1000);
    kept.set("chat_uptime_seconds", (now - began) / 1000);
    const before = operations;
    operations = kept.value("chat_operations_total");
    let resident = residentBytes();
    least = Math.min(least, resident);
    if (operations === before && resident > least + GROWN) {
      collect();
      least = resident = residentBytes();
    }
    kept.set("chat_resident_bytes", resident);
    due = now + LAG_PROBE_MS;
  };
  probe();
  return timers.every(LAG_PROBE_MS, probe);
}
