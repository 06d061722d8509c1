import type { Store } from "../../storage/store.ts";
import type { MessageRow } from "../messages/statements.ts";
import { messagesWithWords } from "./statements.ts";
import { blockOf, fts5Query, holds, type Sought, tsQuery } from "./words.ts";

/** Messages of one block, found by one of the pieces, that are rather read than the other pieces looked up: a millisecond, as a look for several. */
const FEW = 100;

/**
 * The newest messages of a channel that hold all that is sought, newest first. Block after block, others being served in between, until there are
 * enough. Words that are everywhere are found together in the newest block or two. Where they are not, one of them tends to be rare: then the
 * others, which are costly to look up, are not, but the few messages with the rare one are read.
 * @param newest the highest `message.n` of the index that is kept in blocks, 0 if it is not: then one question answers.
 */
export async function findMessages(
  store: Store,
  channel: string,
  sought: readonly Sought[],
  newest: number,
  limit: number,
): Promise<MessageRow[]> {
  const found: MessageRow[] = [];
  const first = blockOf(newest);
  /** Since others were served last, in rows read or what costs as much. */
  let effort = 0;
  let byRarity = sought.toSorted((a, b) => b.piece.length - a.piece.length);
  for (let block = first; block >= 0 && found.length < limit; block--) {
    const look = async (pieces: readonly Sought[], most: number) => {
      if (effort >= FEW) {
        effort = 0;
        await othersServed();
      }
      const fts = fts5Query(channel, block, pieces);
      const rows = await store.all(messagesWithWords, { channel, fts, words: tsQuery(pieces), limit: most });
      effort += 1 + rows.length + (pieces.length - 1) * FEW;
      return rows;
    };
    let few: MessageRow[] | undefined;
    for (const piece of block < first && sought.length > 1 ? byRarity : []) {
      const rows = await look([piece], FEW + 1);
      if (rows.length > FEW) continue;
      few = rows.filter(({ content }) => holds(content, sought));
      byRarity = [piece, ...byRarity.filter((other) => other !== piece)];
      break;
    }
    if (block < first && !few) byRarity = [];
    found.push(...(few ?? (await look(sought, limit - found.length))));
  }
  return found.slice(0, limit);
}

const othersServed = () => new Promise<void>((then) => void setImmediate(then));
