import { z } from "zod";
import { cell } from "../../kernel/cell.ts";
import { type Ask, operation } from "../../kernel/operation.ts";
import { Batch } from "../../storage/store.ts";
import { permitted } from "../users/access.ts";
import { indexWords, markIndexed, textsAfter, wordsBehind, wordsOf } from "./statements.ts";

/** Messages indexed in one batch: some two milliseconds in which nobody else is served. */
const SLICE = 250;

/** How many messages were behind, and the highest `message.n` that is indexed now; 0 where the database keeps its index by itself. */
interface Indexed {
  readonly behind: number;
  readonly newest: number;
}
const underWay = cell("search.indexing", (): { run: Promise<Indexed> | undefined } => ({ run: undefined }));

/**
 * Brings SQLite's index of words up to the newest message, also to those that come while it is under way; Postgres keeps its own. Messages are
 * indexed many at a time and not as they are sent: alone, each would cost FTS5 as much as all the rest of sending (18 µs; in slices 8 µs).
 * So whoever searches calls this first.
 */
export function indexBehind(ask: Ask<unknown>): Promise<Indexed> {
  const indexing = ask.cell(underWay);
  indexing.run ??= catchUp(ask).finally(() => (indexing.run = undefined));
  return indexing.run;
}

async function catchUp({ store }: Ask<unknown>): Promise<Indexed> {
  for (let behind = 0; ;) {
    const reach = await store.one(wordsBehind, {});
    if (!reach || reach.indexed >= reach.newest) return { behind, newest: reach?.indexed ?? 0 };
    const texts = await store.all(textsAfter, { n: reach.indexed, most: SLICE });
    const upTo = texts.at(-1)?.n ?? reach.newest;
    await store.commit(new Batch().add(indexWords, wordsOf(texts)).add(markIndexed, { upTo }));
    behind += texts.length;
  }
}

export const indexSearch = operation({
  name: "search.index",
  summary: "Bring the index of words up to the newest message; searching does it too.",
  input: () => z.object({}),
  output: () => z.object({ indexed: z.number() }),
  access: { by: permitted("administrator") },
  async run(call) {
    return { indexed: (await indexBehind(call)).behind };
  },
});
