import { Refusal } from "./refusal.ts";

/** Far deeper than any input an operation declares. */
const DEEPEST = 32;

const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes("\0");
const storableText = (text: string): string => (isStorable(text) ? text : text.toWellFormed().replaceAll("\0", "\uFFFD"));

/**
 * Made before a schema looks at the input, which follows it with the stack.
 * @throws Refusal `invalid-input` (`input.nested`) when values stand too deeply in each other.
 */
export function refuseNested(value: unknown, depth = 0): void {
  // Bytes hold nothing else, and there may be a hundred million of them.
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return;
  if (depth >= DEEPEST) throw new Refusal("invalid-input", "input.nested", { message: `nested more than ${DEEPEST} deep` });
  for (const key in value) refuseNested((value as Record<string, unknown>)[key], depth + 1);
}

/**
 * Input as every database keeps it, so that what is told at once and what is read later are the same: half of a surrogate pair (which UTF-8
 * has no bytes for, RFC 3629 §3) and NUL (which Postgres refuses in text) become U+FFFD. Gives the value itself where nothing is to be changed.
 */
export function storable(value: unknown): unknown {
  if (typeof value === "string") return storableText(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    let copy: unknown[] | undefined;
    for (let at = 0; at < value.length; at++) {
      const kept = storable(value[at]);
      if (kept !== value[at]) (copy ??= [...value])[at] = kept;
    }
    return copy ?? value;
  }
  const proto: unknown = Object.getPrototypeOf(value);
  if (proto !== Object.prototype && proto !== null) return value;
  let changed: Map<string, readonly [key: string, inner: unknown]> | undefined;
  for (const key in value) {
    const inner = (value as Record<string, unknown>)[key];
    const entry = [storableText(key), storable(inner)] as const;
    if (entry[0] !== key || entry[1] !== inner) (changed ??= new Map()).set(key, entry);
  }
  if (!changed) return value;
  return Object.fromEntries(Object.entries(value).map((entry) => changed.get(entry[0]) ?? entry));
}
