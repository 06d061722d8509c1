import { z } from "zod";
import { cell } from "../../kernel/cell.ts";
import { type Ask, operation } from "../../kernel/operation.ts";
import { Batch } from "../../storage/store.ts";
import { permitted } from "../users/access.ts";
import { indexWords, markIndexed, wordsBehind } from "./statements.ts";

/** Messages indexed in one batch: some two milliseconds in which nobody else is served. */
const SLICE = 250;

const underWay = cell("search.indexing", (): { run: Promise<number> | undefined } => ({ run: undefined }));

/**
 * Brings SQLite's index of words up to the newest message; Postgres keeps its own. Messages are indexed many at a time and not as they are sent:
 * alone, each would cost FTS5 as much as all the rest of sending (18 µs; in slices 6 µs). So whoever searches calls this first.
 * @returns how many messages were behind.
 */
export function indexBehind(ask: Ask<unknown>): Promise<number> {
  const indexing = ask.cell(underWay);
  indexing.run ??= catchUp(ask).finally(() => (indexing.run = undefined));
  return indexing.run;
}

async function catchUp({ store }: Ask<unknown>): Promise<number> {
  const state = await store.one(wordsBehind, {});
  if (!state) return 0;
  const { indexed, newest } = state;
  for (let after = indexed; after < newest; after += SLICE) {
    const upTo = Math.min(after + SLICE, newest);
    await store.commit(new Batch().add(indexWords, { after, upTo }).add(markIndexed, { upTo }));
  }
  return Math.max(0, newest - indexed);
}

export const indexSearch = operation({
  name: "search.index",
  summary: "Bring the index of words up to the newest message; searching does it too.",
  input: z.object({}),
  output: z.object({ indexed: z.number() }),
  access: { by: permitted("administrator") },
  async run(call) {
    return { indexed: await indexBehind(call) };
  },
});
