/** What a text field asks for: words, of which those of more than one letter also match as beginnings of longer words. */
export interface Sought {
  readonly word: string;
  readonly prefix: boolean;
}

/** More words than anybody types; each costs a walk through an index. */
export const MOST_WORDS = 20;

/**
 * The pieces of a query between white space that hold a letter or digit; what else there is cannot be found by word.
 * One Latin letter or digit alone stands for itself: as a beginning it would match half of everything.
 */
export const soughtIn = (query: string): Sought[] =>
  query
    .toWellFormed()
    .split(/[\s\p{Cc}]+/u)
    .filter((piece) => /[\p{L}\p{N}]/u.test(piece))
    .map((word) => ({ word, prefix: !/^[a-z0-9]$/i.test(word) }));

/** In FTS5's language, every piece a quoted string, so that nothing in it can be an operator. Place ids hold letters and digits there. */
export const fts5Query = (places: readonly string[], sought: readonly Sought[]): string => {
  const words = sought.map(({ word, prefix }) => `"${word.replaceAll('"', '""')}"${prefix ? "*" : ""}`);
  const ids = places.map((place) => `"${place.replace(/-/g, "").replaceAll('"', '""')}"`);
  return `place:(${ids.join(" OR ")}) AND content:(${words.join(" AND ")})`;
};

/** Letters without their accents and in their plainest form (UAX #15, NFKC), as the column `message.words` has them on Postgres. */
const folded = (word: string): string =>
  word
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .normalize("NFC");

/** In Postgres' language for `to_tsquery`, every piece a quoted lexeme. */
export const tsQuery = (sought: readonly Sought[]): string =>
  sought
    .map(({ word, prefix }) => `'${folded(word).replaceAll("\\", "\\\\").replaceAll("'", "''")}'${prefix ? ":*" : ""}`)
    .join(" & ");
