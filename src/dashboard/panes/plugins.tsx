import type { ReactNode } from "react";

import { rowsIn } from "../rows.ts";
import type { SeenPlugin } from "../store.ts";
import type { PaneProps } from "./pane.ts";
import { type Column, Table } from "./table.tsx";
import type { Tone } from "../../terminal/line.tsx";

const TONES: Readonly<Record<string, Tone>> = { running: "good", stopped: "bad" };

const COLUMNS: readonly Column<SeenPlugin>[] = [
  { head: "Plugin", width: 22, cell: ({ name }) => name },
  { head: "Version", width: 9, spare: true, cell: ({ version }) => [version, "dim"] },
  { head: "State", width: 8, cell: ({ state }) => [state, TONES[state] ?? "dim"] },
  {
    head: "What it is for, or why it stopped",
    cell: ({ description, reason }) => (reason ? [reason, "bad"] : [description, "dim"]),
  },
];

export function Plugins({ state, view, width, height }: PaneProps): ReactNode {
  const { plugins: filter } = view.filter;
  return (
    <Table
      columns={COLUMNS}
      rows={rowsIn(state, "plugins", filter)}
      cursor={view.cursor.plugins}
      width={width}
      height={height}
      none={state.plugins ? (filter ? "No plugin is like that." : "No plugins are there.") : "This server has no plugins."}
    />
  );
}
