import { Box } from "ink";
import type { ReactNode } from "react";

import { Line } from "../../terminal/line.tsx";
import { wrapped } from "../../terminal/text.ts";

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
      {wrapped(text, width)
        .slice(0, LINES)
        .map((line, index) => (
          <Line key={index} spans={[line]} width={width} />
        ))}
    </Box>
  );
}
