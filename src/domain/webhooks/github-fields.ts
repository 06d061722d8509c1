/** Longest text taken out of a payload, before an embed cuts it to its own bounds. */
const MAX_TEXT = 5000;
const MAX_LINK = 1000;

/** An object of a foreign payload, read by dotted paths: what is missing or of another type is empty, never an error. */
export interface Fields {
  /** A text without control characters other than line breaks and tabs; empty when there is none. */
  text(path: string): string;
  /** A whole number that is not negative, else 0. */
  number(path: string): number;
  /** Whether it is `true`. */
  is(path: string): boolean;
  /** Whether there is an object. */
  has(path: string): boolean;
  /** An https address that can stand between the brackets of Markdown. */
  link(path: string): string | undefined;
  /** An object; an empty one when there is none. */
  at(path: string): Fields;
  /** The objects of a list. */
  list(path: string): readonly Fields[];
}

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);

/** Undefined when it is no object. */
export function fieldsOf(value: unknown): Fields | undefined {
  return isObject(value) ? over(value) : undefined;
}

function over(root: Json): Fields {
  const get = (path: string) =>
    path
      .split(".")
      .reduce<unknown>((value, key) => (isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined), root);
  const text = (path: string) => {
    const value = get(path);
    if (typeof value !== "string") return "";
    return value
      .slice(0, MAX_TEXT)
      .toWellFormed()
      .replace(/[^\P{Cc}\n\t]/gu, "")
      .trim();
  };
  return {
    text,
    number: (path) => {
      const value = get(path);
      return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : 0;
    },
    is: (path) => get(path) === true,
    has: (path) => isObject(get(path)),
    link: (path) => {
      const url = URL.parse(text(path));
      const href = url?.protocol === "https:" && url.username === "" && url.password === "" ? url.href : "";
      return href !== "" && href.length <= MAX_LINK && !/[()<>\s]/.test(href) ? href : undefined;
    },
    at: (path) => {
      const value = get(path);
      return over(isObject(value) ? value : {});
    },
    list: (path) => {
      const value = get(path);
      return Array.isArray(value) ? value.filter(isObject).map(over) : [];
    },
  };
}
