import { Box } from "ink";
import type { ReactNode } from "react";

import { Line, type Span } from "../../terminal/line.tsx";
import { cell } from "../../terminal/text.ts";
import { type Cursor, placeOf, type Row } from "../rows.ts";

export interface Column<Of> {
  readonly head: string;
  /** Columns of the screen; the rest is shared by those without. */
  readonly width?: number;
  readonly side?: "right";
  /** Left out, the last one first, where the terminal is narrow. */
  readonly spare?: true;
  readonly cell: (of: Of) => Span;
}

/** Columns of the screen that those without a width have at least, while there are spare ones. */
const LEAST_SHARE = 14;

/** The columns that find room, and how wide those without a width are. */
function shared<Of>(columns: readonly Column<Of>[], width: number): { columns: readonly Column<Of>[]; share: number } {
  const gaps = 2 + (columns.length - 1) * 2;
  const fixed = columns.reduce((sum, column) => sum + (column.width ?? 0), 0);
  const flexible = columns.filter((column) => column.width === undefined).length;
  const share = Math.floor((width - gaps - fixed) / Math.max(1, flexible));
  const spare = share < LEAST_SHARE ? columns.findLastIndex((column) => column.spare) : -1;
  return spare === -1 ? { columns, share: Math.max(4, share) } : shared(columns.toSpliced(spare, 1), width);
}

export interface TableProps<Of> {
  readonly columns: readonly Column<Of>[];
  readonly rows: readonly Row<Of>[];
  readonly cursor: Cursor;
  readonly width: number;
  readonly height: number;
  /** What is said where there are no rows. */
  readonly none: string;
}

/** Rows under headings: those around the selected one that fit, and no others are made. */
export function Table<Of>(of: TableProps<Of>): ReactNode {
  const { rows, width, height } = of;
  if (rows.length === 0)
    return (
      <Line
        spans={[
          ["  ", "plain"],
          [of.none, "dim"],
        ]}
        width={width}
      />
    );
  const { columns, share } = shared(of.columns, width);
  const laid = (spans: readonly Span[], mark: string): Span[] => [
    mark,
    ...columns.flatMap((column, index): Span[] => {
      const span = spans[index]!;
      const [text, tone] = typeof span === "string" ? ([span, "plain"] as const) : span;
      return [[cell(text, column.width ?? share, column.side), tone], ...(index < columns.length - 1 ? ["  "] : [])];
    }),
  ];
  const visible = Math.max(1, height - 1);
  const at = placeOf(rows, of.cursor);
  const first = Math.max(0, Math.min(at - Math.floor(visible / 2), rows.length - visible));
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Line
        spans={laid(
          columns.map(({ head }): Span => [head, "dim"]),
          "  ",
        )}
        width={width}
      />
      {rows.slice(first, first + visible).map((row, index) => {
        const selected = first + index === at;
        return (
          <Line
            key={row.id}
            spans={laid(
              columns.map((column) => column.cell(row.of)),
              selected ? "› " : "  ",
            )}
            width={width}
            selected={selected}
          />
        );
      })}
    </Box>
  );
}
