/** Letters without their accents and in their plainest form (UAX #15, NFKC), as the column `message.words` has them on Postgres. */
export const folded = (text: string): string =>
  text
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .normalize("NFC");

const ASCII = /^[\0-\x7f]*$/;
const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu;

/** The words of a text, in the form and order in which they are compared. A sigma at a word's end is one within a longer word. */
export const wordsIn = (text: string): string[] =>
  (ASCII.test(text) ? text.toLowerCase() : folded(text).toLowerCase().replaceAll("ς", "σ")).match(WORD) ?? [];

/**
 * Messages whose words are indexed together: a search looks at one such block after the other, and while it looks nobody else is served. The
 * smaller they are, the shorter is that, and the more of them there are to look at for a word that is nowhere.
 */
const BLOCK = 32_768;
export const blockOf = (n: number): number => Math.floor(n / BLOCK);

/**
 * What the words of a channel's messages in a block begin with in SQLite's index, so that to look for a beginning is to read that block of that
 * channel alone: FTS5 gathers whatever begins alike before it answers with the first row. Two channels may share it; no two blocks of one.
 */
const stem = (channel: string, block: number): string => `${channel.replace(/[^a-z0-9]/gi, "").slice(-4)}${block.toString(36)}_`;

/** The text that SQLite indexes for a message. */
export function indexedText(channel: string, n: number, content: string): string {
  const before = stem(channel, blockOf(n));
  let text = "";
  for (const word of wordsIn(content)) text += `${before}${word} `;
  return text;
}

/** More words than anybody types; each costs a walk through an index. */
export const MOST_WORDS = 32;

/** What a text field asks for: words that stand beside each other, the last of them as the beginning of a longer word if `prefix` says so. */
export interface Sought {
  readonly piece: string;
  readonly words: readonly string[];
  readonly prefix: boolean;
}

/**
 * The pieces of a query between white space that hold a letter or digit; what else there is cannot be found by word.
 * One Latin letter or digit alone stands for itself: as a beginning it would match half of everything.
 */
export const soughtIn = (query: string): Sought[] =>
  query
    .toWellFormed()
    .split(/[\s\p{Cc}]+/u)
    .map((piece) => ({ piece, words: wordsIn(piece) }))
    .filter(({ words }) => words.length > 0)
    .map(({ piece, words }) => ({ piece, words, prefix: !/^[a-z0-9]$/.test(words.join(" ")) }));

/** In FTS5's language, every piece a quoted string of letters and digits. */
export function fts5Query(channel: string, block: number, sought: readonly Sought[]): string {
  const before = stem(channel, block);
  return sought.map(({ words, prefix }) => `"${words.map((word) => before + word).join(" ")}"${prefix ? "*" : ""}`).join(" AND ");
}

/** In Postgres' language for `to_tsquery`, every piece a quoted lexeme. */
export const tsQuery = (sought: readonly Sought[]): string =>
  sought
    .map(({ piece, prefix }) => `'${folded(piece).replaceAll("\\", "\\\\").replaceAll("'", "''")}'${prefix ? ":*" : ""}`)
    .join(" & ");

/** Whether a text holds all that is sought: what the index would say of it. */
export function holds(text: string, sought: readonly Sought[]): boolean {
  const there = wordsIn(text);
  return sought.every(({ words, prefix }) => {
    const last = words.length - 1;
    return there.some((_, at) =>
      words.every((word, nth) => {
        const here = there[at + nth];
        return here === word || (prefix && nth === last && here !== undefined && here.startsWith(word));
      }),
    );
  });
}
