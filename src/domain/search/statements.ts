import { read, write } from "../../storage/store.ts";
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
/** The words of a message's text, if that is its text still: whoever changes the text indexes the new one. */
export const indexWords = write<{ n: number; content: string; words: string }>({
  sqlite: `insert or replace into message_text (rowid, words) select n, :words from message where n = :n and content = :content`,
  postgres: `update meta set value = value where cast(:n as bigint) < 0 and :content = :words`,
});
export const markIndexed = write<{ upTo: number }>({
  sqlite: `update message_text_reach set n = max(n, :upTo)`,
  postgres: `update meta set value = value where cast(:upTo as bigint) < 0`,
});
