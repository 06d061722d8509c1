import type { Key } from "ink";

/** What came at once as keys: control characters one by one, and of text the first letter by itself, which may be a key. */
export const keysIn = (input: string): (readonly [input: string, key: Partial<Key>])[] =>
  // oxlint-disable-next-line no-control-regex -- control characters are keys
  input.split(/(\r\n?|[\u0000-\u001F\u007F])/).flatMap((part) => {
    const first = /^\P{Cc}/u.exec(part)?.[0] ?? "";
    return [first, part.slice(first.length)].filter(Boolean).map(keyOf);
  });
/** What Ink makes of a key. */
function keyOf(part: string): readonly [input: string, key: Partial<Key>] {
  if (part === "\t") return ["", { tab: true }];
  if (/^[\r\n]/.test(part)) return ["", { return: true }];
  if (part === "\u007F" || part === "\b") return ["", { backspace: true }];
  const code = part.charCodeAt(0);
  return code < 27 ? [String.fromCharCode(code + 96), { ctrl: true }] : [part, {}];
}
