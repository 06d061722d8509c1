/** Texts kept before all are forgotten. */
const MOST = 1000;
const LONGEST = 10_000;
const kept = new Map<string, unknown>();

/**
 * The value of a JSON text that is read again and again, as rules and permissions are with every message.
 * Equal texts give the same value, so it is frozen at every level.
 */
export function parsed<T>(text: string): T {
  let value = kept.get(text);
  if (value === undefined) {
    value = JSON.parse(text, (_, inner: unknown) => Object.freeze(inner));
    if (text.length > LONGEST) return value as T;
    if (kept.size >= MOST) kept.clear();
    kept.set(text, value);
  }
  return value as T;
}
