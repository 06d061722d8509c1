import { Box, Text, useInput, usePaste, useWindowSize } from "ink";
import { type ReactNode, useRef, useState, useSyncExternalStore } from "react";

import type { Feed } from "./feed.ts";
import { FIRST_VIEW, type Key, press, type Pressed, type View } from "./keys.ts";
import type { Ask } from "./actions.ts";
import { Acts } from "./panes/acts.tsx";
import { Calls } from "./panes/calls.tsx";
import { DIALOG_ROWS, DialogBox } from "./panes/dialog.tsx";
import { Bottom, Tabs, Top } from "./panes/edges.tsx";
import { Help } from "./panes/help.tsx";
import { LogLines } from "./panes/log.tsx";
import { figureLines, newsLines, Overview } from "./panes/overview.tsx";
import type { PaneProps } from "./panes/pane.ts";
import { People } from "./panes/people.tsx";
import { Plugins } from "./panes/plugins.tsx";
import { Rooms } from "./panes/rooms.tsx";
import { Colours, Line } from "../terminal/line.tsx";
import type { Pane } from "./rows.ts";

export interface AppProps {
  readonly feed: Pick<Feed, "shown" | "subscribe">;
  /** Carries an action out; rejects with a sentence. */
  readonly call: (ask: Ask) => Promise<void>;
  readonly leave: (how: NonNullable<Pressed["leave"]>) => void;
  readonly now: () => number;
  /** Said under the figures: what the server told at its start. */
  readonly notices: readonly string[];
  readonly colours: boolean;
}

const SMALLEST = { columns: 40, rows: 10 };
/** From here on the figures stand beside every list. */
const WIDE = 120;
const SIDE = 46;
const EDGES = 4;

export function App(props: AppProps): ReactNode {
  const { feed, leave, now } = props;
  const state = useSyncExternalStore(feed.subscribe, feed.shown);
  const { columns, rows } = useWindowSize();
  const [view, setView] = useState(FIRST_VIEW);
  // Several keys may come before React shows what the first one did.
  const latest = useRef(view);
  const show = (next: View) => {
    latest.current = next;
    setView(next);
  };
  const body = rows - EDGES;

  const carryOut = async ({ asks, done }: NonNullable<Pressed["run"]>) => {
    try {
      for (const ask of asks) await props.call(ask);
      show({ ...latest.current, said: { text: done, good: true } });
    } catch (why) {
      show({ ...latest.current, said: { text: (why as Error).message, good: false } });
    }
  };
  const one = (input: string, key: Key) => {
    const pressed = press(latest.current, feed.shown(), input, key, Math.max(1, body - 2), now());
    show(pressed.view);
    if (pressed.leave) leave(pressed.leave);
    if (pressed.run) void carryOut(pressed.run);
  };
  useInput((input, key) => {
    if (input.length <= 1 || key.ctrl || key.meta) return one(input, key);
    // Typed faster than read: one key after the other.
    for (const letter of input)
      one(letter === "\r" || letter === "\n" ? "" : letter, { return: letter === "\r" || letter === "\n" });
  });
  usePaste((text) => {
    if (latest.current.dialog || latest.current.mode === "filter") one(text, {});
  });

  if (columns < SMALLEST.columns || rows < SMALLEST.rows)
    return <Text>{`Make the terminal ${SMALLEST.columns}×${SMALLEST.rows} or larger.`}</Text>;
  const dialog = view.dialog ? DIALOG_ROWS : 0;
  const side = columns >= WIDE && view.pane !== "overview" ? SIDE : 0;
  const size = { width: columns - (side && side + 2), height: body - dialog };
  return (
    <Colours.Provider value={props.colours}>
      <Box flexDirection="column" width={columns} height={rows}>
        <Top state={state} width={columns} now={now()} />
        <Tabs view={view} width={columns} />
        <Box width={columns} height={size.height} marginTop={1}>
          <Box width={size.width} height={size.height}>
            {view.mode === "help" ? (
              <Help {...size} />
            ) : view.pane === "overview" ? (
              <Overview state={state} {...size} notices={props.notices} />
            ) : (
              <ListPane pane={view.pane} state={state} view={view} {...size} />
            )}
          </Box>
          {side > 0 && (
            <Box flexDirection="column" width={side} height={size.height} marginLeft={2}>
              {[...figureLines(state, side), [], ...newsLines(state, size.height)].slice(0, size.height).map((spans, index) => (
                <Line key={index} spans={spans} width={side} />
              ))}
            </Box>
          )}
        </Box>
        {view.dialog && <DialogBox dialog={view.dialog} state={state} width={columns} />}
        <Bottom state={state} view={view} width={columns} />
      </Box>
    </Colours.Provider>
  );
}

const LISTS: Readonly<Record<Exclude<Pane, "overview">, (props: PaneProps) => ReactNode>> = {
  rooms: Rooms,
  people: People,
  calls: Calls,
  acts: Acts,
  plugins: Plugins,
  log: LogLines,
};
function ListPane({ pane, ...props }: PaneProps & { readonly pane: Exclude<Pane, "overview"> }): ReactNode {
  const List = LISTS[pane];
  return <List {...props} />;
}
