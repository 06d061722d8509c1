import type { LogEntry } from "./log.ts";

/** Lines kept. */
const MOST = 200;

/** The newest lines of the log, for who begins to look on, and those to come. */
export class RecentLog {
  readonly #lines: LogEntry[] = [];
  readonly #hearing = new Set<(entry: LogEntry) => void>();

  readonly hear = (entry: LogEntry): void => {
    this.#lines.push(entry);
    if (this.#lines.length > MOST) this.#lines.shift();
    for (const hear of this.#hearing) hear(entry);
  };
  /** Oldest first. */
  lines(): readonly LogEntry[] {
    return [...this.#lines];
  }
  /** Returns the undo. */
  subscribe(hear: (entry: LogEntry) => void): () => void {
    this.#hearing.add(hear);
    return () => void this.#hearing.delete(hear);
  }
}
