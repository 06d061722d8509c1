import { Box, type Key, Text, useInput, usePaste, useWindowSize } from "ink";
import { type ReactNode, useEffect, useReducer, useRef, useState, useSyncExternalStore } from "react";

import { Colours, Line, type Span } from "../terminal/line.tsx";
import { ACTS, chosenAfter } from "./chosen.ts";
import { isGoodbye } from "./commands.ts";
import { completed } from "./completion.ts";
import type { Desk } from "./desk.ts";
import { edited, type EditLine, NOTHING_TYPED } from "./edit-line.ts";
import { TYPING_MS } from "./heard.ts";
import { chosenLine, helpLines, Input, Servers, Title, wantsPassword } from "./panes.tsx";
import { roomLines, roomSheet, typingLine } from "./screen.ts";
import { type Edge, scrolled, seenRows, showing } from "./scroll.ts";
import { listedRooms, roomOf } from "./state.ts";

const SMALLEST = { columns: 30, rows: 8 };
/** From here on the rooms stand beside the messages. */
const WIDE = 70;
const ROOMS = 22;
/** Title, servers, who is typing, the input. */
const EDGES = 4;
/** Older messages are asked for when fewer than this are above the screen. */
const AHEAD = 20;

export interface ChatAppProps {
  readonly desk: Pick<Desk, "view" | "subscribe" | "chat" | "bring">;
  /** What servers are called that have not said it yet. */
  readonly names: readonly string[];
  readonly now: () => number;
  readonly leave: () => void;
  readonly colours: boolean;
}

/** What the keys have made of the screen. */
interface View {
  readonly line: EditLine;
  readonly edge: Edge | undefined;
  /** Lines that the help is scrolled by; undefined where it is not shown. */
  readonly help: number | undefined;
}

export function ChatApp({ desk, names, now, leave, colours }: ChatAppProps): ReactNode {
  const shown = useSyncExternalStore(desk.subscribe, desk.view);
  const state = shown.states[shown.front]!;
  const { columns, rows } = useWindowSize();
  const [view, setView] = useState<View>({ line: NOTHING_TYPED, edge: undefined, help: undefined });
  // Several keys may come before React shows what the first one did.
  const latest = useRef(view);
  const show = (change: Partial<View>) => setView((latest.current = { ...latest.current, ...change }));

  const height = Math.max(1, rows - EDGES);
  const side = columns >= WIDE ? ROOMS : 0;
  const width = columns - (side && side + 1);
  const room = roomOf(state, state.room);
  const typing = typingLine(room, now());
  useForgetting(typing);
  const sheet = () => {
    const current = desk.chat.state();
    return roomSheet(current, roomOf(current, current.room), width);
  };
  const secret = wantsPassword(state);

  /** Moves the view, and sees to it that there is something to move to. */
  const look = (edge: Edge | undefined) => {
    show({ edge });
    const { chat } = desk;
    if (edge && seenRows(sheet(), edge, height).first < AHEAD) void chat.attempt(() => chat.older());
  };
  const scroll = (up: number) => {
    if (latest.current.help !== undefined) {
      const most = Math.max(0, helpLines(desk.chat.state(), columns).length - height);
      return show({ help: Math.min(most, Math.max(0, latest.current.help - up)) });
    }
    const edge = scrolled(sheet(), latest.current.edge, height, up);
    if (up < 0 && !edge) void desk.chat.attempt(() => desk.chat.newer());
    look(edge);
  };
  const choose = (direction: "up" | "down") => {
    const { chat } = desk;
    const seen = sheet();
    const start = seen.ids[seenRows(seen, latest.current.edge, height).last];
    const id = chosenAfter(chat.state(), direction, start);
    chat.select(id);
    look(
      id === undefined
        ? direction === "down"
          ? undefined
          : latest.current.edge
        : showing(seen, latest.current.edge, height, seen.ids.indexOf(id)),
    );
  };
  const forget = () => {
    desk.chat.select(undefined);
    show({ edge: undefined, help: undefined });
    void desk.chat.attempt(() => desk.chat.latest());
  };
  const enter = (step: 1 | -1) => {
    const { chat } = desk;
    const { room: here } = chat.state();
    const listed = listedRooms(chat.state());
    const next = listed[(listed.findIndex(({ key }) => key === here) + step + listed.length) % listed.length];
    if (!next || next.key === here) return;
    show({ edge: undefined, help: undefined });
    void chat.attempt(() => chat.enter(next.key));
  };
  const bring = (index: number) => {
    show({ edge: undefined, help: undefined });
    desk.bring(index);
  };
  const act = (input: string): boolean => {
    const { chat } = desk;
    const { selected } = chat.state();
    const message = chat.room?.messages.find(({ id }) => id === selected);
    const found = message && ACTS.find(({ key }) => key === input);
    if (!found) return false;
    if (found.begins) show({ line: { before: found.begins(message.content), after: "" } });
    if (found.says) void chat.say(found.says).then(() => chat.select(undefined));
    return true;
  };
  const submit = () => {
    const { chat } = desk;
    const typed = latest.current.line.before + latest.current.line.after;
    const { selected } = chat.state();
    if (wantsPassword(chat.state())) {
      show({ line: NOTHING_TYPED });
      return typed ? chat.signIn(typed) : undefined;
    }
    if (!typed && selected !== undefined) {
      if (chat.room?.kind !== "forum") return void act("r");
      show({ edge: undefined });
      return void chat.attempt(() => chat.enter(selected));
    }
    if (isGoodbye(typed)) return leave();
    show({ line: NOTHING_TYPED });
    if (typed.trim() === ":help") return show({ help: 0 });
    // What a line says of the chosen message is said before it is chosen no more.
    void chat.say(typed);
    forget();
  };
  const complete = () => {
    const { line } = latest.current;
    if (!secret) show({ line: { ...line, before: completed(desk.chat.state(), line.before) } });
  };
  const type = (input: string, key: Partial<Key>) => {
    const { line, help } = latest.current;
    const empty = !line.before && !line.after;
    if (help !== undefined) return show({ help: undefined });
    if (empty && !secret && input === "?") return show({ help: 0 });
    if (empty && !secret && act(input)) return;
    const next = edited(line, input, key);
    if (!secret && next.before.length > line.before.length && !/^[:/]/.test(next.before)) desk.chat.typing();
    show({ line: next });
  };
  const escape = () => {
    if (desk.chat.state().selected !== undefined || secret) show({ line: NOTHING_TYPED });
    forget();
  };
  const press = (input: string, key: Partial<Key>) => {
    if (key.ctrl && input === "c") return leave();
    if (key.ctrl && input === "o") return bring((desk.view().front + 1) % desk.view().states.length);
    if (key.meta && /^[1-9]$/.test(input)) return bring(Number(input) - 1);
    if (key.pageUp || key.pageDown) return scroll((key.pageUp ? 1 : -1) * Math.max(1, height - 2));
    if ((key.ctrl && input === "p") || (key.meta && key.upArrow)) return enter(-1);
    if ((key.ctrl && input === "n") || (key.meta && key.downArrow)) return enter(1);
    if (key.upArrow || key.downArrow) {
      if (latest.current.help !== undefined) return scroll(key.upArrow ? 1 : -1);
      return choose(key.upArrow ? "up" : "down");
    }
    if (key.escape) return escape();
    if (key.tab) return complete();
    if (key.return) return latest.current.help === undefined ? submit() : show({ help: undefined });
    type(input, key);
  };
  useInput((input, key) => {
    if (input.length <= 1) return press(input, key);
    // Typed faster than read: one key after the other.
    for (const part of keysIn(input)) press(...keyOf(part));
  });
  usePaste((text) => type(text, {}));

  if (columns < SMALLEST.columns || rows < SMALLEST.rows)
    return <Text>{`Make the terminal ${SMALLEST.columns}×${SMALLEST.rows} or larger.`}</Text>;
  const help = view.help === undefined ? undefined : helpLines(state, columns).slice(view.help, view.help + height);
  const lines = help?.map((spans) => ({ spans, selected: false })) ?? seenRows(sheet(), view.edge, height).rows;
  const below: readonly Span[] =
    view.help !== undefined
      ? [["↑ ↓ scroll, any other key goes back", "dim"]]
      : state.selected !== undefined
        ? chosenLine(room?.kind === "forum", view.line.before !== "")
        : [[view.edge ? "Older messages; PgDn goes on, Esc goes to the newest." : typing, "dim"]];
  return (
    <Colours.Provider value={colours}>
      <Box flexDirection="column" width={columns} height={rows}>
        <Title state={state} width={columns} />
        <Servers view={shown} names={names} width={columns} />
        <Box width={columns} height={height}>
          {side > 0 && !help && (
            <Box flexDirection="column" width={side} height={height} marginRight={1}>
              {roomLines(state, height, side).map((spans, index) => (
                <Line key={index} spans={spans} width={side} />
              ))}
            </Box>
          )}
          <Box
            flexDirection="column"
            width={help ? columns : width}
            height={height}
            justifyContent={help ? "flex-start" : "flex-end"}
          >
            {lines.map(({ spans, selected = false }, index) => (
              <Line key={index} spans={spans} width={help ? columns : width} selected={selected} />
            ))}
          </Box>
        </Box>
        <Line spans={below} width={columns} />
        <Input line={view.line} width={columns} secret={secret} />
      </Box>
    </Colours.Provider>
  );
}

/** Control characters one by one, and of text the first letter by itself: it may be a key. */
const keysIn = (input: string): string[] =>
  // oxlint-disable-next-line no-control-regex -- control characters are keys
  input.split(/(\r\n?|[\u0000-\u001F\u007F])/).flatMap((part) => {
    const first = /^\P{Cc}/u.exec(part)?.[0] ?? "";
    return [first, part.slice(first.length)].filter(Boolean);
  });
/** What Ink makes of a key, for one that came among others. */
function keyOf(part: string): readonly [input: string, key: Partial<Key>] {
  if (part === "\t") return ["", { tab: true }];
  if (/^[\r\n]/.test(part)) return ["", { return: true }];
  if (part === "\u007F" || part === "\b") return ["", { backspace: true }];
  const code = part.charCodeAt(0);
  return code < 27 ? [String.fromCharCode(code + 96), { ctrl: true }] : [part, {}];
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
