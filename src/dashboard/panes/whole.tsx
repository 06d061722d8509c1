import { Box } from "ink";
import type { ReactNode } from "react";

import { Line } from "../../terminal/line.tsx";
import { wrapped } from "../../terminal/text.ts";
import { placeOf } from "../rows.ts";
import { Table, type TableProps } from "./table.tsx";

const LINES = 3;
/** A list shorter than this needs all its lines. */
const SHORTEST = 10;

/** A table, and under it the selected row as a whole, since the table cuts it. */
export function Whole<Of>({ inFull, ...table }: TableProps<Of> & { readonly inFull: (of: Of) => string }): ReactNode {
  const { rows, cursor, width, height } = table;
  const selected = rows[placeOf(rows, cursor)];
  if (!selected || height <= SHORTEST) return <Table {...table} />;
  const left = height - LINES - 1;
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Box height={left}>
        <Table {...table} height={left} />
      </Box>
      <Line spans={[["─".repeat(width), "dim"]]} width={width} />
      {wrapped(inFull(selected.of), width)
        .slice(0, LINES)
        .map((line, index) => (
          <Line key={index} spans={[line]} width={width} />
        ))}
    </Box>
  );
}
