import type { ReactNode } from "react";

import { spoken } from "../../cli/duration.ts";
import { rowsIn } from "../rows.ts";
import type { SeenChannel } from "../store.ts";
import { figure, timeOfDay } from "../../terminal/text.ts";
import type { PaneProps } from "./pane.ts";
import { type Column, Table } from "./table.tsx";

export function Rooms({ state, view, width, height }: PaneProps): ReactNode {
  const newest = (room: SeenChannel) => Math.max(state.traffic.get(room.id)?.newest ?? 0, room.newest?.at ?? 0);
  const columns: Column<SeenChannel>[] = [
    { head: "Room", cell: ({ name }) => name },
    { head: "Type", width: 9, spare: true, cell: ({ kind }) => [kind, "dim"] },
    { head: "Messages", width: 8, side: "right", cell: ({ id }) => figure(state.traffic.get(id)?.messages ?? 0) },
    { head: "Newest", width: 8, spare: true, cell: (room) => (newest(room) ? timeOfDay(newest(room)) : ["–", "dim"]) },
    { head: "Slow mode", width: 9, spare: true, cell: ({ slowMode }) => (slowMode ? [spoken(slowMode), "warn"] : ["–", "dim"]) },
    { head: "Kept", width: 10, spare: true, cell: ({ retention }) => [retention, "dim"] },
  ];
  const { rooms: filter } = view.filter;
  return (
    <Table
      columns={columns}
      rows={rowsIn(state, "rooms", filter)}
      cursor={view.cursor.rooms}
      width={width}
      height={height}
      none={filter ? "No room is like that." : "There are no rooms."}
    />
  );
}
