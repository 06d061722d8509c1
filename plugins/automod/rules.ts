import type { Options } from "./options.ts";

/** Text as rules compare it: compatibility forms folded, what cannot be seen left out, small letters. */
export const folded = (text: string): string =>
  text
    .normalize("NFKC")
    .replace(/[\p{Cf}\p{M}]/gu, "")
    .toLowerCase();

const ADDRESS = /\bhttps?:\/\/([^\s/?#:@<>)\]]{1,255})/giu;
const MENTION = /(?<![\p{L}\p{N}])@[\p{L}\p{N}_&-]/gu;

/** Whether there is a rule about what a text says. */
export const hasRules = ({ words, links, mostMentions, mostCapitals }: Options, added: readonly string[]): boolean =>
  words.length > 0 || added.length > 0 || links !== "allow" || mostMentions > 0 || mostCapitals < 100;
/** Whether there is a rule about how often somebody writes. */
export const countsMessages = ({ flood, repeats }: Options): boolean => flood.messages > 0 || repeats > 0;

/** Which rule a text breaks, in words for the log; undefined for none. */
export function brokenRule(text: string, options: Options, words: readonly string[]): string | undefined {
  const plain = words.length > 0 ? folded(text) : "";
  for (const word of words) if (hasWord(plain, folded(word), options.wholeWords)) return "contains blocked words";
  if (options.links !== "allow") {
    for (const [, host] of text.normalize("NFKC").matchAll(ADDRESS))
      if (options.links === "block" || !isListed(host!.toLowerCase(), options.linkHosts)) return "contains a link";
  }
  if (options.mostMentions > 0 && (text.match(MENTION)?.length ?? 0) > options.mostMentions) return "mentions too many people";
  if (options.mostCapitals < 100 && capitals(text) > options.mostCapitals) return "is written in capitals";
  return undefined;
}

function hasWord(text: string, word: string, whole: boolean): boolean {
  if (word === "") return false;
  if (!whole) return text.includes(word);
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
    const [before, after] = [text.slice(0, at), text.slice(at + word.length)];
    if (!/[\p{L}\p{N}]$/u.test(before) && !/^[\p{L}\p{N}]/u.test(after)) return true;
  }
  return false;
}

const isListed = (host: string, hosts: readonly string[]): boolean =>
  hosts.some((one) => host === one.toLowerCase() || host.endsWith(`.${one.toLowerCase()}`));

/** Percent of the letters that are capitals; short texts have none. */
function capitals(text: string): number {
  const upper = text.match(/\p{Lu}/gu)?.length ?? 0;
  const letters = upper + (text.match(/\p{Ll}/gu)?.length ?? 0);
  return letters < 12 ? 0 : (upper / letters) * 100;
}

/** How fast somebody writes, and how often the same. Keeps the newest few of those who wrote last. */
export class Recent {
  readonly #byAuthor = new Map<string, { at: number; text: string }[]>();

  /** Notes a message and says which rule it breaks. */
  note(author: string, text: string, now: number, { flood, repeats }: Pick<Options, "flood" | "repeats">): string | undefined {
    const { messages, seconds } = flood;
    const since = now - Math.max(seconds, 60) * 1000;
    const before = (this.#byAuthor.get(author) ?? []).filter(({ at }) => at > since).slice(-100);
    const said = folded(text);
    before.push({ at: now, text: said });
    this.#byAuthor.delete(author);
    this.#byAuthor.set(author, before);
    if (this.#byAuthor.size > MOST_AUTHORS) this.#byAuthor.delete(this.#byAuthor.keys().next().value!);
    if (messages > 0 && before.filter(({ at }) => at > now - seconds * 1000).length > messages) return "comes too fast";
    if (repeats > 0 && said !== "" && before.filter((one) => one.text === said).length > repeats) return "was said before";
    return undefined;
  }
}
const MOST_AUTHORS = 2000;
