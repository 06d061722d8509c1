/** A line that is being written, before and after the cursor. */
export interface EditLine {
  readonly before: string;
  readonly after: string;
}
export const NOTHING_TYPED: EditLine = { before: "", after: "" };

/** The longest message that can be typed; the server's own limit is usually smaller. */
const LONGEST = 8000;

interface Key {
  readonly leftArrow?: boolean;
  readonly rightArrow?: boolean;
  readonly home?: boolean;
  readonly end?: boolean;
  readonly backspace?: boolean;
  readonly delete?: boolean;
  readonly ctrl?: boolean;
  readonly meta?: boolean;
}

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const letters = (text: string): string[] => [...graphemes.segment(text)].map(({ segment }) => segment);

/** The line after a key, with the keys of a shell; a key that means nothing leaves it as it is. */
export function edited({ before, after }: EditLine, input: string, key: Key): EditLine {
  if (key.leftArrow) {
    const all = letters(before);
    return { before: all.slice(0, -1).join(""), after: (all.at(-1) ?? "") + after };
  }
  if (key.rightArrow) {
    const [first = "", ...rest] = letters(after);
    return { before: before + first, after: rest.join("") };
  }
  if (key.home || (key.ctrl && input === "a")) return { before: "", after: before + after };
  if (key.end || (key.ctrl && input === "e")) return { before: before + after, after: "" };
  // Terminals send the code of Delete for the key that says Backspace.
  if (key.backspace || key.delete) return { before: letters(before).slice(0, -1).join(""), after };
  if (key.ctrl && input === "u") return { before: "", after };
  if (key.ctrl && input === "k") return { before, after: "" };
  if (key.ctrl && input === "w") return { before: before.replace(/\S*\s*$/, ""), after };
  if (key.ctrl || key.meta) return { before, after };
  // oxlint-disable-next-line no-control-regex -- control characters of a paste must go
  const typed = input.replaceAll(/\r\n?/g, "\n").replaceAll(/[\u0000-\u0009\u000B-\u001F\u007F]/g, " ");
  return { before: (before + typed).slice(0, LONGEST), after };
}
