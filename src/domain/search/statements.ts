import { read, write } from "../../storage/store.ts";
import { indexedText } from "./words.ts";
import { FROM, MESSAGE, type MessageRow, NAMES, NUMBERS } from "../messages/statements.ts";

/**
 * Messages of a channel that hold all words, newest first. `fts` and `words` are the same query in the language of each database. Index first:
 * SQLite would otherwise go through the channel's messages.
 */
export const messagesWithWords = read<{ channel: string; fts: string; words: string; limit: number }, MessageRow>(
  {
    sqlite: `select ${MESSAGE} from message_text t cross join message m on m.n = t.rowid ${NAMES}
      where t.message_text match :fts and m.channel = :channel order by t.rowid desc limit :limit`,
    postgres: `select ${MESSAGE} ${FROM} where m.channel = :channel and m.words @@ to_tsquery('simple', :words) order by m.n desc limit :limit`,
  },
  ...NUMBERS,
);

/** How far the index of words reaches, and how far it could; `message.n`. No row where the database keeps its index by itself. */
export const wordsBehind = read<Record<never, never>, { indexed: number; newest: number }>(
  {
    sqlite: `select n as indexed, (select coalesce(max(n), 0) from message) as newest from message_text_reach`,
    postgres: `select 0 as indexed, 0 as newest where false`,
  },
  "indexed",
  "newest",
);
export const textsAfter = read<{ n: number; most: number }, { n: number; channel: string; content: string }>(
  `select n, channel, content from message where n > :n order by n limit :most`,
  "n",
);
/**
 * The words of messages' texts, where that is a message's text still: whoever changes it indexes the new one. All in one statement, as `wordsOf`
 * makes it: FTS5 writes out what it has gathered with each statement that looks for its rows.
 */
export const indexWords = write<{ texts: string }>({
  sqlite: `insert or replace into message_text (rowid, words)
    select m.n, t.value ->> 2 from json_each(:texts) t cross join message m on m.n = t.value ->> 0 where m.content = t.value ->> 1`,
  postgres: `update meta set value = value where cast(:texts as text) is null`,
});
export const wordsOf = (texts: readonly { n: number; channel: string; content: string }[]) => ({
  texts: JSON.stringify(texts.map(({ n, channel, content }) => [n, content, indexedText(channel, n, content)])),
});
export const markIndexed = write<{ upTo: number }>({
  sqlite: `update message_text_reach set n = max(n, :upTo)`,
  postgres: `update meta set value = value where cast(:upTo as bigint) < 0`,
});
