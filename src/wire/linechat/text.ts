/** Escape sequences of terminals (ECMA-48): CSI, OSC and other strings, and two-byte ones; in their 7-bit and 8-bit forms. */
const ESCAPES =
  // oxlint-disable-next-line no-control-regex
  /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|\x1b[ -/]*[0-~]?/g;
/** Control characters but for the line feed, and what turns the direction of the text around it. */
// oxlint-disable-next-line no-control-regex
const CONTROLS = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A text that a terminal can only show: nothing in it moves the cursor, colours, or answers. Line feeds stay. */
export const harmless = (text: string): string =>
  text
    .replace(/\r\n?|[\u2028\u2029\x85]/g, "\n")
    .replace(/[\t\v\f]/g, " ")
    .replace(ESCAPES, "")
    .replace(CONTROLS, "");

/** The same in one line. */
export const oneLine = (text: string): string => harmless(text).replace(/\n+/g, " ").trim();

/** Rows of one message that are shown. */
const MOST_ROWS = 12;

export function rowsOf(text: string): string[] {
  const rows = harmless(text).split("\n");
  return rows.length <= MOST_ROWS ? rows : [...rows.slice(0, MOST_ROWS), `(${rows.length - MOST_ROWS} more lines)`];
}

/** As long as this many columns: padded, never cut. */
export const padded = (text: string, columns: number): string => text + " ".repeat(Math.max(0, columns - Bun.stringWidth(text)));

/** The beginning of a text, at most so many characters. */
export function beginning(text: string, characters: number): string {
  const line = oneLine(text);
  const letters = [...line];
  return letters.length <= characters ? line : `${letters.slice(0, characters - 1).join("")}…`;
}

const graphemes = new Intl.Segmenter();

/** Breaks a row so that no part is wider than the window; at spaces where there are some. */
export function wrapped(row: string, columns: number): string[] {
  if (Bun.stringWidth(row) <= columns) return [row];
  const parts: string[] = [];
  let part = "";
  let width = 0;
  for (const { segment } of graphemes.segment(row)) {
    const wide = Bun.stringWidth(segment);
    if (width + wide > columns) {
      const space = segment === " " ? part.length : part.lastIndexOf(" ");
      const cut = space > part.length / 2 ? space : part.length;
      parts.push(part.slice(0, cut));
      part = part.slice(cut).trimStart();
      width = Bun.stringWidth(part);
      if (segment === " " && part === "") continue;
    }
    part += segment;
    width += wide;
  }
  if (part) parts.push(part);
  return parts;
}
