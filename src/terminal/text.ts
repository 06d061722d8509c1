import { plain } from "../cli/table.ts";

/** Marks that one letter may carry; more are a way to write over the lines above. */
const MOST_MARKS = 8;
const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const PRINTABLE_ASCII = /^[\x20-\x7E]*$/;

/** Text of other people in so many columns at most, cut with an ellipsis between letters as they are seen. */
export function fit(text: string, width: number): string {
  if (width <= 0) return "";
  if (PRINTABLE_ASCII.test(text)) return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
  const letters = [...graphemes.segment(plain(text))].map(({ segment }) => [...segment].slice(0, MOST_MARKS).join(""));
  const widths = letters.map((letter) => Bun.stringWidth(letter));
  if (widths.reduce((sum, one) => sum + one, 0) <= width) return letters.join("");
  let used = 1;
  let cut = "";
  for (const [index, letter] of letters.entries()) {
    if ((used += widths[index]!) > width) break;
    cut += letter;
  }
  return `${cut}…`;
}

/** Exactly so many columns wide; what is too long is cut. */
export function cell(text: string, width: number, side: "left" | "right" = "left"): string {
  const cut = fit(text, width);
  const space = " ".repeat(Math.max(0, width - Bun.stringWidth(cut)));
  return side === "left" ? cut + space : space + cut;
}

const BARS = "▁▂▃▄▅▆▇█";

/** The newest values as bars, as high as the highest of them; a gap where there was none. */
export function sparkline(values: readonly (number | null)[], width: number): string {
  const shown = values.slice(-Math.max(0, width));
  const highest = Math.max(...shown.map((value) => value ?? 0), 0);
  const bar = (value: number | null) =>
    value === null
      ? " "
      : BARS[highest === 0 ? 0 : Math.min(BARS.length - 1, Math.floor((value / highest) * (BARS.length - 1)))]!;
  return shown.map(bar).join("").padStart(width);
}

/** `14:03:22` where this program runs. */
export const timeOfDay = (at: number): string => {
  const local = new Date(at);
  return [local.getHours(), local.getMinutes(), local.getSeconds()].map((part) => String(part).padStart(2, "0")).join(":");
};

/** `61 MB`. */
export const megabytes = (bytes: number): string => `${Math.round(bytes / 1_000_000)} MB`;
/** `1,234`, `12.5`. */
export const figure = (value: number): string => value.toLocaleString("en", { maximumFractionDigits: 1 });
/** `1.25 ms`, or a dash where nothing was measured. */
export const milliseconds = (value: number | null): string => (value === null ? "–" : `${value.toFixed(value < 10 ? 2 : 0)} ms`);

/** Lines of at most so many columns, broken between words where that is possible; line feeds are kept. */
export function wrapped(text: string, width: number): string[] {
  if (width <= 0) return [];
  return text.split(/\r?\n/).flatMap((line) => wrappedLine(plain(line), width));
}
function wrappedLine(text: string, width: number): string[] {
  if (Bun.stringWidth(text) <= width) return [text];
  const lines: string[] = [];
  let line = "";
  let used = 0;
  for (const word of text.split(/(?<= )/)) {
    const wide = Bun.stringWidth(word.trimEnd());
    if (used > 0 && used + wide > width) {
      lines.push(line.trimEnd());
      line = "";
      used = 0;
    }
    for (const { segment } of wide > width ? graphemes.segment(word) : [{ segment: word }]) {
      const letter = [...segment].length > MOST_MARKS && wide > width ? [...segment].slice(0, MOST_MARKS).join("") : segment;
      const more = Bun.stringWidth(letter);
      if (used > 0 && used + more > width && letter.trim()) {
        lines.push(line.trimEnd());
        line = "";
        used = 0;
      }
      line += letter;
      used += more;
    }
  }
  return [...lines, line.trimEnd()];
}
