import { z } from "zod";
import { cell } from "../../kernel/cell.ts";
import { type Ask, operation } from "../../kernel/operation.ts";
import { Batch } from "../../storage/store.ts";
import { permitted } from "../users/access.ts";
import { indexWords, markIndexed, textsAfter, wordsBehind, wordsOf } from "./statements.ts";

/** Messages indexed in one batch: some two milliseconds in which nobody else is served. */
export const SLICE = 250;

/** How many messages were indexed, whether others are still behind, and the highest `message.n` that is indexed now; 0 where the database keeps its index by itself. */
interface Indexed {
  readonly indexed: number;
  readonly more: boolean;
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

async function catchUp({ store }: Ask<unknown>, most = Infinity): Promise<Indexed> {
  for (let indexed = 0; ;) {
    const reach = await store.one(wordsBehind, {});
    const more = reach !== undefined && reach.indexed < reach.newest;
    if (!more || indexed >= most) return { indexed, more, newest: reach?.indexed ?? 0 };
    const texts = await store.all(textsAfter, { n: reach.indexed, most: SLICE });
    const upTo = texts.at(-1)?.n ?? reach.newest;
    await store.commit(new Batch().add(indexWords, wordsOf(texts)).add(markIndexed, { upTo }));
    indexed += texts.length;
  }
}

export const indexSearch = operation({
  name: "search.index",
  summary: "Bring the index of words up to the newest message, or nearer by `most` messages; searching does it too.",
  input: () => z.object({ most: z.number().int().min(1).max(10_000).optional() }),
  output: () => z.object({ indexed: z.number(), more: z.boolean() }),
  access: { by: permitted("administrator") },
  async run(call) {
    const { most } = call.input;
    const { indexed, more } = await (most === undefined || call.cell(underWay).run ? indexBehind(call) : catchUp(call, most));
    return { indexed, more };
  },
});
