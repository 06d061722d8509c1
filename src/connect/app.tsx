import { Box, Text, useInput, usePaste, useStdout, useWindowSize } from "ink";
import { type ReactNode, useEffect, useLayoutEffect, useReducer, useState, useSyncExternalStore } from "react";

import { Colours, Line } from "../terminal/line.tsx";
import { TELL_FOCUS, TELL_NO_FOCUS } from "./attention.ts";
import type { Desk } from "./desk.ts";
import { TYPING_MS } from "./heard.ts";
import { FIRST_VIEW, Keys, type View } from "./keys.ts";
import { belowLine, type Door, helpLines, Input, Servers, Title } from "./panes.tsx";
import { roomSheet } from "./room-sheet.ts";
import { roomLines, typingLine } from "./screen.ts";
import { type Row, seenRows } from "./scroll.ts";
import { roomOf, wantsPassword } from "./state.ts";
import { keysIn } from "./typed-keys.ts";

const SMALLEST = { columns: 30, rows: 8 };
/** From here on the rooms stand beside the messages. */
const WIDE = 70;
const ROOMS = 22;
/** Title, servers, who is typing, the input. */
const EDGES = 4;

export interface ChatAppProps {
  readonly desk: Pick<Desk, "view" | "subscribe" | "chat" | "bring" | "leave">;
  /** What servers are called that have not said it yet, and who signs in there. */
  readonly doors: readonly Door[];
  readonly now: () => number;
  readonly leave: () => void;
  readonly colours: boolean;
}

export function ChatApp({ desk, doors, now, leave, colours }: ChatAppProps): ReactNode {
  const all = useSyncExternalStore(desk.subscribe, desk.view);
  const state = all.states[all.front]!;
  const { columns, rows } = useWindowSize();
  const [view, setView] = useState<View>(FIRST_VIEW);
  const [keys] = useState(() => new Keys({ desk, leave, drawn: setView }));

  const helped = view.help !== undefined;
  const height = Math.max(1, rows - EDGES);
  const side = columns >= WIDE ? ROOMS : 0;
  const width = columns - (side && side + 1);
  keys.sizes = { width, height, columns };
  const room = roomOf(state, state.room);
  const typing = typingLine(room, now());
  useForgetting(typing);
  useSeconds(state.link.is === "lost");
  useFocus(useStdout().stdout);
  useInput((input, key) => {
    // Whoever types is there, whatever the terminal said.
    desk.leave(false);
    if (input.length <= 1) keys.press(input, key);
    else for (const [letters, one] of keysIn(input)) keys.press(letters, one);
  });
  usePaste((text) => keys.type(text, {}));

  if (columns < SMALLEST.columns || rows < SMALLEST.rows)
    return <Text>{`Make the terminal ${SMALLEST.columns}×${SMALLEST.rows} or larger.`}</Text>;
  const lines: readonly Row[] = helped
    ? helpLines(state, columns)
        .slice(view.help, view.help! + height)
        .map((spans) => ({ spans }))
    : seenRows(roomSheet(state, room, width), view.edge, height).rows;
  const wide = helped ? columns : width;
  return (
    <Colours.Provider value={colours}>
      <Box flexDirection="column" width={columns} height={rows}>
        <Title state={state} door={doors[all.front]!} width={columns} now={now()} />
        <Servers view={all} doors={doors} width={columns} />
        <Box width={columns} height={height}>
          {side > 0 && !helped && (
            <Box flexDirection="column" width={side} height={height} marginRight={1}>
              {roomLines(state, height, side).map((spans, index) => (
                <Line key={index} spans={spans} width={side} />
              ))}
            </Box>
          )}
          <Box flexDirection="column" width={wide} height={height} justifyContent={helped ? "flex-start" : "flex-end"}>
            {lines.map(({ spans, selected = false }, index) => (
              <Line key={index} spans={spans} width={wide} selected={selected} />
            ))}
          </Box>
        </Box>
        <Line spans={belowLine(state, view, typing)} width={columns} />
        <Input line={view.line} width={columns} secret={wantsPassword(state)} name={doors[all.front]!.name} />
      </Box>
    </Colours.Provider>
  );
}

/** Asks the terminal whether its window has the keyboard, as long as this is on the screen; also the end by a signal takes it back. */
function useFocus(stdout: Pick<NodeJS.WritableStream, "write">): void {
  useLayoutEffect(() => {
    stdout.write(TELL_FOCUS);
    return () => void stdout.write(TELL_NO_FOCUS);
  }, [stdout]);
}

/** Draws again each second while something is counted down. */
function useSeconds(counting: boolean): void {
  const [second, draw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    if (!counting) return;
    const timer = setTimeout(draw, 1000);
    return () => clearTimeout(timer);
  }, [counting, second]);
}

/** Draws again when it is time to no longer say that somebody types. */
function useForgetting(typing: string): void {
  const [, draw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    if (!typing) return;
    const timer = setTimeout(draw, TYPING_MS);
    return () => clearTimeout(timer);
  }, [typing]);
}
