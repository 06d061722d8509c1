import type { Happened } from "../kernel/event.ts";

/** Carries what has happened to every process. At most once: the event log is the truth, the bus is the nudge. */
export interface Bus extends AsyncDisposable {
  publish(event: Happened): void;
  /** Returns the undo. */
  subscribe(hear: (event: Happened) => void): () => void;
}
