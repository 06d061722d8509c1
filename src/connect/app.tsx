import { Box, Text, useInput, usePaste, useWindowSize } from "ink";
import { type ReactNode, useEffect, useReducer, useRef, useState, useSyncExternalStore } from "react";

import { Colours, Line, type Span } from "../terminal/line.tsx";
import { fit, wrapped } from "../terminal/text.ts";
import { completed, isGoodbye } from "./commands.ts";
import type { Conversation } from "./conversation.ts";
import { edited, type EditLine, NOTHING_TYPED } from "./edit-line.ts";
import { historyLines, movedAnchor, roomLines, typingLine } from "./screen.ts";
import { type ChatState, TYPING_MS } from "./store.ts";

const SMALLEST = { columns: 30, rows: 8 };
/** From here on the rooms stand beside the messages. */
const WIDE = 70;
const ROOMS = 22;
/** Title, a rule, who is typing, the input. */
const EDGES = 4;

export interface ChatAppProps {
  readonly chat: Conversation;
  readonly now: () => number;
  readonly leave: () => void;
  readonly colours: boolean;
}

export function ChatApp({ chat, now, leave, colours }: ChatAppProps): ReactNode {
  const state = useSyncExternalStore(chat.subscribe, chat.state);
  const { columns, rows } = useWindowSize();
  const [line, setLine] = useState<EditLine>(NOTHING_TYPED);
  const [anchor, setAnchor] = useState<string>();
  const [quiet, setQuiet] = useState(0);
  const latest = useRef({ line, anchor });
  const write = (next: EditLine) => setLine((latest.current.line = next));
  const look = (next: string | undefined) => setAnchor((latest.current.anchor = next));

  const room = state.rooms.find(({ name }) => name === state.room);
  useForgetting(typingLine(room, now()));
  const height = rows - EDGES;
  const side = columns >= WIDE ? ROOMS : 0;
  const width = columns - (side && side + 1);
  const notices = state.notices.slice(quiet).flatMap(({ text, good }) =>
    wrapped(text, width - 2).map((one): Span[] => [
      [good ? "* " : "! ", good ? "accent" : "bad"],
      [one, good ? "plain" : "bad"],
    ]),
  );
  const told = anchor === undefined ? notices.slice(-Math.floor(height * 0.8)) : [];
  const history = room ? historyLines(room, state.me, anchor, width, height - told.length) : { lines: [], shown: [] };
  const lines = [...history.lines, ...told];

  const enter = (step: 1 | -1) => {
    const { rooms, room: here } = chat.state();
    const at = rooms.findIndex(({ name }) => name === here);
    const next = rooms[(at + step + rooms.length) % rooms.length];
    if (!next || next.name === here) return;
    look(undefined);
    setQuiet(0);
    void chat.say(`:join ${next.name}`);
  };
  const move = (direction: "up" | "down") => {
    const here = chat.room;
    if (!here) return;
    const next = movedAnchor(here, latest.current.anchor, history.shown.length, direction);
    if (direction === "up" && next === here.messages[Math.max(0, history.shown.length - 1)]?.id) void chat.say(":more");
    look(next);
  };
  const submit = () => {
    const { before, after } = latest.current.line;
    write(NOTHING_TYPED);
    if (isGoodbye(before + after)) return leave();
    look(undefined);
    void chat.say(before + after);
  };
  const complete = () => write({ ...latest.current.line, before: completed(chat, latest.current.line.before) });
  const type = (input: string, key: Parameters<typeof edited>[2]) => {
    const next = edited(latest.current.line, input, key);
    if (next.before.length > latest.current.line.before.length && !/^[:/]/.test(next.before)) chat.typing();
    write(next);
  };
  useInput((input, key) => {
    if (key.ctrl && input === "c") return leave();
    if (key.pageUp) return move("up");
    if (key.pageDown) return move("down");
    if ((key.ctrl && input === "p") || (key.meta && key.upArrow)) return enter(-1);
    if ((key.ctrl && input === "n") || (key.meta && key.downArrow)) return enter(1);
    if (key.upArrow || key.downArrow) return move(key.upArrow ? "up" : "down");
    if (key.escape) {
      look(undefined);
      return setQuiet(chat.state().notices.length);
    }
    if (key.tab) return complete();
    if (key.return) return submit();
    if (input.length <= 1) return type(input, key);
    // Typed faster than read: one key after the other.
    for (const part of input.split(/(\t|\r\n?|\n)/)) {
      if (part === "\t") complete();
      else if (/^[\r\n]/.test(part)) submit();
      else if (part) type(part, {});
    }
  });
  usePaste((text) => type(text, {}));

  if (columns < SMALLEST.columns || rows < SMALLEST.rows)
    return <Text>{`Make the terminal ${SMALLEST.columns}×${SMALLEST.rows} or larger.`}</Text>;
  const typing = typingLine(room, now());
  return (
    <Colours.Provider value={colours}>
      <Box flexDirection="column" width={columns} height={rows}>
        <Title state={state} width={columns} />
        <Line spans={[["─".repeat(columns), "dim"]]} width={columns} />
        <Box width={columns} height={height}>
          {side > 0 && (
            <Box flexDirection="column" width={side} height={height} marginRight={1}>
              {roomLines(state, height).map((spans, index) => (
                <Line key={index} spans={spans} width={side} />
              ))}
            </Box>
          )}
          <Box flexDirection="column" width={width} height={height} justifyContent="flex-end">
            {lines.map((spans, index) => (
              <Line key={index} spans={spans} width={width} />
            ))}
          </Box>
        </Box>
        <Line
          spans={[[anchor === undefined ? typing : "Older messages; PgDn goes on, Esc goes to the newest.", "dim"]]}
          width={columns}
        />
        <Input line={line} width={columns} />
      </Box>
    </Colours.Provider>
  );
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

function Title({ state, width }: { state: ChatState; width: number }): ReactNode {
  const { link, server, room, me } = state;
  const status: Span =
    link.is === "open"
      ? ["● ", "good"]
      : link.is === "connecting"
        ? ["○ ", "warn"]
        : [`○ ${link.why}${link.is === "lost" ? "; trying again… " : " "}`, "bad"];
  const unread = state.rooms.reduce((sum, one) => sum + one.unread, 0);
  return (
    <Line
      spans={[
        status,
        [fit(server, 40), "strong"],
        ["  #", "dim"],
        room,
        ["  ", "dim"],
        [me.replace(/^USR:local_/, ""), "accent"],
        [unread ? `  ${unread} unread` : "", "warn"],
        ["  :help", "dim"],
      ]}
      width={width}
    />
  );
}

/** The end of the line up to the cursor, and what fits after it. */
function Input({ line, width }: { line: EditLine; width: number }): ReactNode {
  const shown = (text: string) => text.replaceAll("\n", "⏎");
  let before = shown(line.before);
  while (Bun.stringWidth(before) > width - 4) before = [...before].slice(1).join("");
  const [under = " ", ...after] = [...shown(line.after)];
  return (
    <Text wrap="truncate-end">
      {"> "}
      {before}
      <Text inverse>{under}</Text>
      {fit(after.join(""), Math.max(0, width - 4 - Bun.stringWidth(before)))}
    </Text>
  );
}
