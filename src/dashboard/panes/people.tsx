import type { ReactNode } from "react";

import type { MemberView } from "../../domain/users/user.ts";
import { type PersonRow, rowsIn } from "../rows.ts";
import type { PaneProps } from "./pane.ts";
import { type Column, Table } from "./table.tsx";
import type { Tone } from "../../terminal/line.tsx";

const TONES: Readonly<Record<MemberView["status"]["status"], Tone>> = {
  online: "good",
  idle: "warn",
  dnd: "bad",
  offline: "dim",
  invisible: "dim",
};

/** `originchats ×2, linechat`. */
const wiresInWords = (wires: ReadonlyMap<string, number>): string =>
  [...wires].map(([wire, count]) => (count === 1 ? wire : `${wire} ×${count}`)).join(", ");

export function People({ state, view, width, height }: PaneProps): ReactNode {
  const columns: Column<PersonRow>[] = [
    { head: "Person", cell: ({ member, wires }) => (wires.size ? member.user.name : [member.user.name, "dim"]) },
    ...(width >= 100
      ? [
          {
            head: "Called",
            width: 20,
            cell: ({ member: { nickname, user } }: PersonRow) =>
              [nickname && nickname !== user.name ? nickname : "", "dim"] as const,
          },
        ]
      : []),
    { head: "Status", width: 9, cell: ({ member: { status } }) => [status.status, TONES[status.status]] },
    { head: "Sessions", width: 22, spare: true, cell: ({ wires }) => wiresInWords(wires) },
    {
      head: "Roles",
      width: Math.max(14, Math.floor(width / 5)),
      spare: true,
      cell: ({ member }) => [member.roles.join(", "), "dim"],
    },
  ];
  const { people: filter } = view.filter;
  return (
    <Table
      columns={columns}
      rows={rowsIn(state, "people", filter)}
      cursor={view.cursor.people}
      width={width}
      height={height}
      none={filter ? "Nobody is like that." : "Nobody is here yet."}
    />
  );
}
