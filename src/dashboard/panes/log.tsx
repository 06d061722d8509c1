import { Box } from "ink";
import type { ReactNode } from "react";

import type { Level, LogEntry } from "../../kernel/log.ts";
import { placeOf, rowsIn } from "../rows.ts";
import { timeOfDay } from "../text.ts";
import type { PaneProps } from "./pane.ts";
import { type Column, Line, Table, type Tone } from "./table.tsx";

export const LEVEL_TONES: Readonly<Record<Level, Tone>> = { debug: "dim", info: "good", warn: "warn", error: "bad" };

const COLUMNS: readonly Column<LogEntry>[] = [
  { head: "Time", width: 8, spare: true, cell: ({ at }) => [timeOfDay(at), "dim"] },
  { head: "Level", width: 5, spare: true, cell: ({ level }) => [level, LEVEL_TONES[level]] },
  { head: "Event", width: 20, cell: ({ event }) => event },
  { head: "More", cell: ({ text }) => [text, "dim"] },
];

/** Lines under the list in which the selected one is shown whole. */
const WHOLE = 3;

export function LogLines({ state, view, width, height }: PaneProps): ReactNode {
  const rows = rowsIn(state, "log", view.filter.log);
  const selected = rows[placeOf(rows, view.cursor.log)]?.of;
  const whole = height > 10 && selected ? `${selected.event} ${selected.text}` : undefined;
  const list = height - (whole ? WHOLE + 1 : 0);
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Table
        columns={COLUMNS}
        rows={rows}
        cursor={view.cursor.log}
        width={width}
        height={list}
        none={view.filter.log ? "No line is like that." : "Nothing was written yet."}
      />
      {whole && <Line spans={[["─".repeat(width), "dim"]]} width={width} />}
      {whole &&
        Array.from({ length: WHOLE }, (_, index) => (
          <Line key={index} spans={[whole.slice(index * width, (index + 1) * width)]} width={width} />
        ))}
    </Box>
  );
}
