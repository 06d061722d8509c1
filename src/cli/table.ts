/** Text that other people wrote, harmless in a terminal and on one line. */
export const plain = (text: string): string =>
  // oxlint-disable-next-line no-control-regex -- control characters are what must go
  text.replaceAll(/[\u0000-\u001F\u007F-\u009F\u2028\u2029]+/g, " ").replaceAll(/[\u202A-\u202E\u2066-\u2069]/g, "");

/** Rows under their headings, as wide as they need to be; nothing is cut. Nothing at all when there are no rows. */
export function table(headings: readonly string[], rows: readonly (readonly unknown[])[]): string[] {
  if (rows.length === 0) return [];
  const cells = [
    headings,
    ...rows.map((row) => row.map((cell) => plain(cell === null || cell === undefined ? "" : String(cell)))),
  ];
  const widths = headings.map((_, column) => Math.max(...cells.map((row) => Bun.stringWidth(row[column]!))));
  return cells.map((row) =>
    row
      .map((cell, column) => cell + " ".repeat(widths[column]! - Bun.stringWidth(cell)))
      .join("  ")
      .trimEnd(),
  );
}

/** Minutes and seconds of an instant where this program runs: `2026-11-20 14:03:22`. */
export function moment(at: number | null | undefined): string {
  if (!at) return "";
  const local = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19).replace("T", " ");
}

/** `1 member`, `2 members`. */
export const counted = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? "" : "s"}`;

/** `512 B`, `1.5 GB`: bytes as people read them. */
export function bytes(count: number): string {
  const step = Math.min(4, Math.floor(Math.log10(Math.max(count, 1)) / 3));
  return step === 0 ? `${count} B` : `${(count / 1000 ** step).toFixed(1)} ${["", "kB", "MB", "GB", "TB"][step]}`;
}
