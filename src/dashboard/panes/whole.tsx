import { Box, Text } from "ink";
import type { ReactNode } from "react";

import { plain } from "../../cli/table.ts";
import { Line } from "../../terminal/line.tsx";

const LINES = 3;
/** A list shorter than this needs all its lines. */
const SHORTEST = 10;

/** A list, and under it the selected row as a whole, since the list cuts it. */
export function Whole(of: {
  readonly text: string | undefined;
  readonly width: number;
  readonly height: number;
  readonly list: (height: number) => ReactNode;
}): ReactNode {
  const { text, width, height } = of;
  if (text === undefined || height <= SHORTEST) return of.list(height);
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Box height={height - LINES - 1}>{of.list(height - LINES - 1)}</Box>
      <Line spans={[["─".repeat(width), "dim"]]} width={width} />
      <Box width={width} height={LINES} overflow="hidden">
        <Text wrap="hard">{plain(text)}</Text>
      </Box>
    </Box>
  );
}
