import type { ReactNode } from "react";

import { counted } from "../../cli/table.ts";
import { type CallRow, rowsIn } from "../rows.ts";
import type { PaneProps } from "./pane.ts";
import { type Column, Table } from "./table.tsx";

export function Calls({ state, view, width, height }: PaneProps): ReactNode {
  const columns: Column<CallRow>[] = [
    { head: "Room, and who is in it", cell: ({ room, seat }) => (seat ? `  ${seat.user.name}` : [room.name, "strong"]) },
    {
      head: "",
      width: 16,
      cell: ({ seat, count, room: { userLimit } }) => {
        if (seat) return seat.muted ? ["muted", "warn"] : ["may be heard", "good"];
        return [
          userLimit ? `${count} of ${userLimit}` : count ? counted(count, "person").replace("persons", "people") : "empty",
          "dim",
        ];
      },
    },
  ];
  const { calls: filter } = view.filter;
  return (
    <Table
      columns={columns}
      rows={rowsIn(state, "calls", filter)}
      cursor={view.cursor.calls}
      width={width}
      height={height}
      none={filter ? "No call is like that." : "There are no voice rooms."}
    />
  );
}
