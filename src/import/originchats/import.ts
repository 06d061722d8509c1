import type { Settings } from "../../config/schema.ts";
import type { Blobs } from "../../storage/blobs.ts";
import type { Batch, Store } from "../../storage/store.ts";
import type { Files } from "./files.ts";
import type { Folder } from "./folder.ts";
import type { Tally } from "./report.ts";
import type { Source } from "./source.ts";

/** Where an import goes. Nobody else uses it meanwhile. */
export interface Target {
  readonly store: Store;
  readonly blobs: Pick<Blobs, "put">;
  readonly community: string;
  readonly settings: Settings;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What the parts of an import share. */
export interface Import {
  readonly folder: Folder;
  readonly source: Source;
  readonly target: Target;
  readonly tally: Tally;
  readonly files: Files;
  /** Nobody has come to the community or written in it: what it was founded with gives way. */
  readonly fresh: boolean;
}

/** Rows that are looked for, and written, together. */
export const SLICE = 1000;

/** Commits what there is. */
export async function commit(store: Store, batch: Batch): Promise<void> {
  if (batch.steps.length) await store.commit(batch);
}
