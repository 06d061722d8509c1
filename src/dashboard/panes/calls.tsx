import type { ReactNode } from "react";

import { counted } from "../../cli/table.ts";
import type { Span } from "../../terminal/line.tsx";
import { figure } from "../../terminal/text.ts";
import type { FlowRate } from "../../wire/control/protocol.ts";
import { type CallRow, rowsIn } from "../rows.ts";
import type { PaneProps } from "./pane.ts";
import { type Column, Table } from "./table.tsx";

/** What is not known, or goes past the server. */
const NONE: Span = ["–", "dim"];
/** Percent from which on people begin to hear it. */
const AUDIBLE = 2;

const rate = ({ perSecond }: FlowRate): Span => (perSecond === null ? NONE : figure(perSecond));
const loss = ({ lost }: FlowRate): Span => (lost === null ? NONE : [`${lost} %`, lost >= AUDIBLE ? "bad" : "plain"]);

/** A column about what is relayed of a participant. */
const flowing = (head: string, width: number, of: (row: NonNullable<CallRow["flow"]>) => Span): Column<CallRow> => ({
  head,
  width,
  side: "right",
  spare: true,
  cell: ({ seat, flow }) => (flow ? of(flow) : seat ? NONE : ""),
});

function standing({ seat, flow, count, room: { userLimit } }: CallRow): Span {
  if (!seat) {
    const people = count ? counted(count, "person").replace("persons", "people") : "empty";
    return [userLimit ? `${count} of ${userLimit}` : people, "dim"];
  }
  if (seat.muted) return ["muted", "warn"];
  return flow?.speaking ? ["▶ speaks", "accent"] : ["may be heard", "good"];
}

export function Calls({ state, view, width, height }: PaneProps): ReactNode {
  const columns: Column<CallRow>[] = [
    { head: "Room, and who is in it", cell: ({ room, seat }) => (seat ? `  ${seat.user.name}` : [room.name, "strong"]) },
    { head: "", width: 12, cell: standing },
    flowing("in/s", 5, (flow) => rate(flow.in)),
    flowing("lost", 6, (flow) => loss(flow.in)),
    flowing("out/s", 6, (flow) => rate(flow.out)),
    flowing("lost", 6, (flow) => loss(flow.out)),
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
