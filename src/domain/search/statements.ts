import { read } from "../../storage/store.ts";
import { FROM, MESSAGE, type MessageRow, NUMBERS } from "../messages/statements.ts";

/** Messages of a place that hold all words, newest first. `fts` and `words` are the same query in the language of each database. */
export const messagesWithWords = read<{ place: string; fts: string; words: string; limit: number }, MessageRow>(
  {
    sqlite: `select ${MESSAGE} ${FROM} where m.n in
      (select rowid from message_text where message_text match :fts order by rowid desc limit :limit) and m.place = :place order by m.n desc`,
    postgres: `select ${MESSAGE} ${FROM} where m.place = :place and m.words @@ to_tsquery('simple', :words) order by m.n desc limit :limit`,
  },
  ...NUMBERS,
);
