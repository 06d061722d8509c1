import { wrapped } from "./text.ts";

/** ECMA-48 and DEC sequences that every terminal since the VT100 knows. */
export const CLEAR = "\x1b[2J\x1b[H";
export const RED = "\x1b[41m\x1b[97m";
export const BOLD = "\x1b[1m";
export const NORMAL = "\x1b[0m";
const SAVE = "\x1b7";
const RESTORE = "\x1b8";
const ERASE_BELOW = "\x1b[J";
const to = (row: number): string => `\x1b[${row};1H`;

const RULE_COLUMNS = 60;

/**
 * The chat view on a terminal: `rows` lines of messages that scroll by themselves, a rule, and the line where one types.
 * A new message leaves the cursor, and what is being typed, where it is.
 */
export interface Screen {
  readonly rows: number;
  readonly columns: number;
}

/** @param window as the client told it. */
export const screenFor = (window: { columns: number; rows: number }, viewLines: number): Screen => ({
  rows: Math.max(1, Math.min(viewLines, window.rows - 3)),
  columns: Math.max(20, window.columns),
});

const prompt = ({ rows }: Screen): string => `${to(rows + 2)}${ERASE_BELOW}> `;

export function openScreen(screen: Screen, place: string, history: readonly string[]): string {
  const { rows, columns } = screen;
  const title = `[${place}]`;
  const rule = "=".repeat(Math.max(0, Math.min(RULE_COLUMNS, columns) - Bun.stringWidth(title))) + title;
  const shown = history.flatMap((row) => wrapped(row, columns)).slice(-rows);
  return `${CLEAR}\x1b[1;${rows}r${to(rows)}${shown.join("\r\n")}${to(rows + 1)}${rule}${prompt(screen)}`;
}
export const closeScreen = `\x1b[r${CLEAR}`;

/** New lines at the bottom of the view. @param look put before each line, with its end. */
export function addToScreen({ rows, columns }: Screen, lines: readonly string[], look = ""): string {
  const end = look && NORMAL;
  const parts = lines.flatMap((line) => wrapped(line, columns));
  return `${SAVE}${to(rows)}${parts.map((part) => `\r\n${look}${part}${end}`).join("")}${RESTORE}`;
}

/** After a line was typed: the cursor goes back to where one types. */
export const readyToType = prompt;
