import type { ReactNode } from "react";

import { moment } from "../../cli/table.ts";
import type { ModlogEntry } from "../../domain/moderation/modlog.ts";
import { rowsIn } from "../rows.ts";
import { timeOfDay } from "../../terminal/text.ts";
import type { PaneProps } from "./pane.ts";
import type { Column } from "./table.tsx";
import { Whole } from "./whole.tsx";

/** `user_ban` as `user ban`. */
export const actInWords = ({ action }: ModlogEntry): string => action.replaceAll("_", " ");
/** Why it was done, else what changed. */
export const actFacts = ({ reason, details }: ModlogEntry): string =>
  reason ??
  Object.entries(details)
    .map(([name, value]) => `${name} ${JSON.stringify(value)}`)
    .join(", ");

const actInFull = (entry: ModlogEntry): string =>
  `${moment(entry.at)}  ${actInWords(entry)} ${entry.target?.name ?? ""} by ${entry.actor.name}  ${actFacts(entry)}`;

export function Acts({ state, view, width, height }: PaneProps): ReactNode {
  const wide = width >= 100;
  const columns: Column<ModlogEntry>[] = [
    { head: "When", width: wide ? 19 : 8, spare: true, cell: ({ at }) => [wide ? moment(at) : timeOfDay(at), "dim"] },
    { head: "What", width: 18, cell: (entry) => actInWords(entry) },
    { head: "To", width: 16, cell: ({ target }) => target?.name ?? "" },
    { head: "By", width: 12, spare: true, cell: ({ actor }) => [actor.name, "accent"] },
    { head: "Why", cell: (entry) => [actFacts(entry), "dim"] },
  ];
  const { acts: filter } = view.filter;
  const rows = rowsIn(state, "acts", filter);
  return (
    <Whole
      columns={columns}
      rows={rows}
      cursor={view.cursor.acts}
      inFull={actInFull}
      width={width}
      height={height}
      none={filter ? "No act is like that." : "Nothing had to be done yet."}
    />
  );
}
