import type { Span } from "../terminal/line.tsx";

/** A line of the screen. */
export interface Row {
  readonly spans: readonly Span[];
  readonly selected?: boolean;
}
/** Things one below the other, each some lines high. */
export interface Sheet {
  readonly ids: readonly string[];
  /** The lines of one; at least one. */
  readonly rows: (index: number) => readonly Row[];
}
/** Where the lower edge of the screen is: so many lines above the end of this thing. Undefined stands for the end of all. */
export interface Edge {
  readonly id: string;
  readonly below: number;
}

/** The thing at the edge; the last where it is gone. */
function at(sheet: Sheet, edge: Edge | undefined): { index: number; below: number } {
  const index = edge ? sheet.ids.indexOf(edge.id) : -1;
  return index === -1
    ? { index: sheet.ids.length - 1, below: 0 }
    : { index, below: Math.min(edge!.below, sheet.rows(index).length - 1) };
}

/** The lines that are seen, and the first and last thing of which any is. */
export function seenRows(
  sheet: Sheet,
  edge: Edge | undefined,
  height: number,
): { readonly rows: readonly Row[]; readonly first: number; readonly last: number } {
  const { index: last, below } = at(sheet, edge);
  const rows: Row[] = [];
  let first = last + 1;
  while (first > 0 && rows.length < height + below) rows.unshift(...sheet.rows(--first));
  return { rows: rows.slice(0, rows.length - below).slice(-height), first, last };
}

/** The edge at which a thing begins at the top of the screen, or all after it is seen. */
function beginningAt(sheet: Sheet, first: number, height: number): Edge | undefined {
  let lines = 0;
  for (let index = first; index < sheet.ids.length; index++) {
    lines += sheet.rows(index).length;
    if (lines >= height)
      return index === sheet.ids.length - 1 && lines === height ? undefined : { id: sheet.ids[index]!, below: lines - height };
  }
  return undefined;
}

/** The edge after so many lines up, or down where they are negative; not beyond the first line at the top. */
export function scrolled(sheet: Sheet, edge: Edge | undefined, height: number, up: number): Edge | undefined {
  if (!sheet.ids.length) return undefined;
  let { index, below } = at(sheet, edge);
  below += up;
  while (below < 0) {
    if (++index === sheet.ids.length) return undefined;
    below += sheet.rows(index).length;
  }
  while (below >= sheet.rows(index).length) {
    if (index === 0) return beginningAt(sheet, 0, height);
    below -= sheet.rows(index--).length;
  }
  let above = sheet.rows(index).length - below;
  for (let before = index - 1; before >= 0 && above < height; before--) above += sheet.rows(before).length;
  if (above < height) return beginningAt(sheet, 0, height);
  return index === sheet.ids.length - 1 && below === 0 ? undefined : { id: sheet.ids[index]!, below };
}

/** The edge at which a thing is seen in the midst of what is around it. */
export const amid = (sheet: Sheet, height: number, index: number): Edge | undefined =>
  scrolled(sheet, { id: sheet.ids[index]!, below: 0 }, height, -Math.floor(height / 2));

/** The edge at which a thing is seen whole, or from its beginning; where it is seen already, as it is. */
export function showing(sheet: Sheet, edge: Edge | undefined, height: number, index: number): Edge | undefined {
  const { index: last, below } = at(sheet, edge);
  if (index > last || (index === last && below > 0)) {
    if (sheet.rows(index).length >= height) return beginningAt(sheet, index, height);
    return index === sheet.ids.length - 1 ? undefined : { id: sheet.ids[index]!, below: 0 };
  }
  let lines = -below;
  for (let one = last; one >= index; one--) lines += sheet.rows(one).length;
  return lines > height ? beginningAt(sheet, index, height) : edge;
}
