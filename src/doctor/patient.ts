import type { DataFolder } from "../config/data-folder.ts";
import type { Settings } from "../config/schema.ts";
import type { Status } from "../wire/control/protocol.ts";

/** What is looked at, and with what. */
export interface Patient {
  readonly folder: DataFolder;
  readonly settings: Settings;
  /** The server that runs on the folder. */
  readonly server: Pick<Status, "pid" | "doors" | "voice"> | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds from anywhere. */
  readonly stopwatch: () => number;
}
