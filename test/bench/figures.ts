/** One line of the result: a figure of the chat beside its floor, taken in the same run. */
export interface Figure {
  readonly name: string;
  readonly unit: "/s" | "ms" | "µs" | "MB" | "MB/s" | "KB" | "%";
  readonly chat: number;
  /** Absent where there is nothing to compare with. */
  readonly floor?: number;
  /** What the ratio, or the figure where `of` says so, must reach (PRODUCT, "Where it must stand"). */
  readonly target?: { readonly of: "ratio" | "figure"; readonly least?: number; readonly most?: number };
  /** What somebody should know before believing it. */
  readonly note?: string;
}

export const ratioOf = ({ chat, floor }: Figure): number | undefined => (floor ? chat / floor : undefined);

/** Undefined where there is no target. */
export function meets(figure: Figure): boolean | undefined {
  const { target } = figure;
  const value = target?.of === "figure" ? figure.chat : ratioOf(figure);
  if (!target || value === undefined) return undefined;
  return value >= (target.least ?? -Infinity) && value <= (target.most ?? Infinity);
}

const short = (n: number | undefined): string =>
  n === undefined
    ? "–"
    : Number.isNaN(n)
      ? "?"
      : Math.abs(n) >= 1000
        ? Math.round(n).toLocaleString("en")
        : n.toFixed(Math.abs(n) < 10 ? 2 : 1);

/** The figures as a table for people. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => {
    const { target } = figure;
    const wanted = target
      ? `${target.least !== undefined ? `≥ ${target.least}` : `≤ ${target.most}`}${target.of === "figure" ? ` ${figure.unit}` : ""}`
      : "";
    const met = meets(figure);
    return [
      figure.name,
      `${short(figure.chat)} ${figure.unit}`,
      figure.floor === undefined ? "" : `${short(figure.floor)} ${figure.unit}`,
      short(ratioOf(figure)),
      wanted,
      met === undefined ? "" : met ? "yes" : "NO",
      figure.note ?? "",
    ];
  });
  const all = [["figure", "chat", "floor", "ratio", "target", "met", ""], ...rows];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

export const jsonLine = (figure: Figure): string => JSON.stringify({ ...figure, ratio: ratioOf(figure), met: meets(figure) });
