import { read, write } from "../../storage/store.ts";
import { FROM, MESSAGE, type MessageRow, NUMBERS } from "../messages/statements.ts";

/** Messages of some places that hold all words, newest first. `fts` and `words` are the same query in the language of each database. */
export const messagesWithWords = read<{ places: readonly string[]; fts: string; words: string; limit: number }, MessageRow>(
  {
    sqlite: `select ${MESSAGE} ${FROM} where m.n in
      (select rowid from message_text where message_text match :fts order by rowid desc limit :limit) and m.place in :places[] order by m.n desc`,
    postgres: `select ${MESSAGE} ${FROM} where m.place in :places[] and m.words @@ to_tsquery('simple', :words) order by m.n desc limit :limit`,
  },
  ...NUMBERS,
);

export const newestThreads = read<{ channel: string; most: number }, { id: string }>(
  `select id from thread where channel = :channel order by created_at desc, id limit :most`,
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
export const indexWords = write<{ after: number; upTo: number }>({
  sqlite: `insert or replace into message_text (rowid, place, content)
    select n, replace(place, '-', ''), content from message where n > :after and n <= :upTo`,
  postgres: `update meta set value = value where cast(:after as bigint) > cast(:upTo as bigint)`,
});
export const markIndexed = write<{ upTo: number }>({
  sqlite: `update message_text_reach set n = max(n, :upTo)`,
  postgres: `update meta set value = value where cast(:upTo as bigint) < 0`,
});
