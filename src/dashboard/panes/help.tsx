import { Box } from "ink";
import type { ReactNode } from "react";

import { ACTIONS, type Target } from "../actions.ts";
import { cell } from "../../terminal/text.ts";
import { Line, type Span } from "../../terminal/line.tsx";

const KEYS: readonly (readonly [keys: string, does: string])[] = [
  ["1 … 7, Tab, ← →", "another pane"],
  ["↑ ↓, PgUp PgDn, g G", "select"],
  ["/", "show only what has this text; Esc shows all"],
  ["q", "leave the dashboard"],
  ["Ctrl-C", "leave it; of chat serve --dashboard, end the server"],
];
const ON: Readonly<Record<Target["kind"], string>> = {
  room: "On a room",
  person: "On a person",
  plugin: "On a plugin",
  server: "Anywhere",
};

const line = (keys: string, does: string): Span[] => [[`  ${cell(keys, 22)}`, "accent"], does];

export function Help({ width, height }: { width: number; height: number }): ReactNode {
  const lines: Span[][] = [
    ...KEYS.map(([keys, does]) => line(keys, does)),
    ...(Object.keys(ON) as Target["kind"][]).flatMap((on): Span[][] => [
      [[ON[on], "strong"]],
      ...ACTIONS.filter((action) => action.on === on).map(({ key, does }) => line(key, does)),
    ]),
  ];
  return (
    <Box flexDirection="column" width={width} height={height}>
      {lines.slice(0, height).map((spans, index) => (
        <Line key={index} spans={spans} width={width} />
      ))}
    </Box>
  );
}
