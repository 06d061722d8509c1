import type { ReactNode } from "react";

import { rowsIn } from "../rows.ts";
import type { SeenPlugin } from "../store.ts";
import type { PaneProps } from "./pane.ts";
import type { Column } from "./table.tsx";
import type { Tone } from "../../terminal/line.tsx";
import { Whole } from "./whole.tsx";

const TONES: Readonly<Record<SeenPlugin["state"], Tone>> = { running: "good", stopped: "bad", off: "dim", asleep: "dim" };

const from = ({ source, linked }: SeenPlugin): string => (linked ? `${source} (linked)` : source);

/** Those that come with the chat run in the server itself, all others each in a thread of its own. */
const inFull = (plugin: SeenPlugin): string => {
  const { name, version, source, state, reason, description, handles } = plugin;
  const where = source === "bundled" ? "in the server" : "in a thread of its own";
  const does = handles.length ? `  Listens to ${handles.join(", ")}.` : "";
  return `${name} ${version}, ${from(plugin)}, ${state === "running" ? `runs ${where}` : state}: ${reason ?? description}${does}`;
};

export function Plugins({ state, view, width, height }: PaneProps): ReactNode {
  const { plugins: filter } = view.filter;
  const rows = rowsIn(state, "plugins", filter);
  const columns: Column<SeenPlugin>[] = [
    { head: "Plugin", width: 22, cell: ({ name }) => name },
    { head: "Version", width: 9, spare: true, cell: ({ version }) => [version, "dim"] },
    { head: "State", width: 8, cell: (plugin) => [plugin.state, TONES[plugin.state]] },
    ...(width >= 100 ? [{ head: "From", width: 24, cell: (plugin: SeenPlugin) => [from(plugin), "dim"] as const }] : []),
    {
      head: "What it is for, or why it stopped",
      cell: ({ description, reason }) => (reason ? [reason, "bad"] : [description, "dim"]),
    },
  ];
  return (
    <Whole
      columns={columns}
      rows={rows}
      cursor={view.cursor.plugins}
      inFull={inFull}
      width={width}
      height={height}
      none={state.plugins ? (filter ? "No plugin is like that." : "No plugins are there.") : "This server has no plugins."}
    />
  );
}
