import type { DataFolder } from "../config/data-folder.ts";
import type { Settings } from "../config/schema.ts";

/** What is looked at, and with what. */
export interface Patient {
  readonly folder: DataFolder;
  readonly settings: Settings;
  /** The server that runs on the folder. */
  readonly server: { readonly pid: number; readonly urls: readonly string[] } | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds from anywhere. */
  readonly stopwatch: () => number;
}
