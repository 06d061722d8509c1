import { join } from "node:path";

import { EMPTY, fold, type Input, type State } from "../../src/dashboard/store.ts";

/** What a watcher heard; `record.ts` wrote it down. */
export const evening: readonly Input[] = (await Bun.file(join(import.meta.dir, "recorded/evening.ndjson")).text())
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Input);
export const afterwards: State = fold(EMPTY, evening);
/** A little later. */
export const NOW = Date.UTC(2026, 10, 20, 20, 1, 0);
