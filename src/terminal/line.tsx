import { Text } from "ink";
import { createContext, type ReactNode, useContext } from "react";

import { fit } from "./text.ts";

/** How a piece of text stands out; without colours by weight alone. */
export type Tone = "plain" | "dim" | "strong" | "good" | "warn" | "bad" | "accent";
export type Span = string | readonly [text: string, tone: Tone];

/** Whether colours may be used. */
export const Colours = createContext(true);

const LOOKS: Readonly<Record<Tone, { color?: string; bold?: boolean; dimColor?: boolean }>> = {
  plain: {},
  dim: { dimColor: true },
  strong: { bold: true },
  good: { color: "green" },
  warn: { color: "yellow" },
  bad: { color: "red", bold: true },
  accent: { color: "cyan" },
};

/** One line of the screen, cut at its width. */
export function Line({
  spans,
  width,
  selected = false,
}: {
  spans: readonly Span[];
  width: number;
  selected?: boolean;
}): ReactNode {
  const colours = useContext(Colours);
  let left = width;
  const pieces: [string, Tone][] = [];
  for (const span of spans) {
    const [text, tone] = typeof span === "string" ? ([span, "plain"] as const) : span;
    const cut = fit(text, left);
    left -= Bun.stringWidth(cut);
    if (cut) pieces.push([cut, tone]);
    if (left <= 0) break;
  }
  if (selected && left > 0) pieces.push([" ".repeat(left), "plain"]);
  return (
    <Text wrap="truncate-end" inverse={selected}>
      {pieces.length === 0
        ? " "
        : pieces.map(([text, tone], index) => {
            const { color, ...weight } = LOOKS[tone];
            if (tone === "plain" || (selected && !weight.bold)) return text;
            return (
              <Text key={index} {...weight} {...(colours && color && !selected ? { color } : {})}>
                {text}
              </Text>
            );
          })}
    </Text>
  );
}
