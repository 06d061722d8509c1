import type { ReactNode } from "react";

import type { Level, LogEntry } from "../../kernel/log.ts";
import { rowsIn } from "../rows.ts";
import { timeOfDay } from "../../terminal/text.ts";
import type { PaneProps } from "./pane.ts";
import type { Column } from "./table.tsx";
import type { Tone } from "../../terminal/line.tsx";
import { Whole } from "./whole.tsx";

export const LEVEL_TONES: Readonly<Record<Level, Tone>> = { debug: "dim", info: "good", warn: "warn", error: "bad" };

const COLUMNS: readonly Column<LogEntry>[] = [
  { head: "Time", width: 8, spare: true, cell: ({ at }) => [timeOfDay(at), "dim"] },
  { head: "Level", width: 5, spare: true, cell: ({ level }) => [level, LEVEL_TONES[level]] },
  { head: "Event", width: 20, cell: ({ event }) => event },
  { head: "More", cell: ({ text }) => [text, "dim"] },
];

export function LogLines({ state, view, width, height }: PaneProps): ReactNode {
  const rows = rowsIn(state, "log", view.filter.log);
  return (
    <Whole
      columns={COLUMNS}
      rows={rows}
      cursor={view.cursor.log}
      inFull={({ event, text }) => `${event} ${text}`}
      width={width}
      height={height}
      none={view.filter.log ? "No line is like that." : "Nothing was written yet."}
    />
  );
}
