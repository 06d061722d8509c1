import { Text } from "ink";
import type { ReactNode } from "react";

import { plain } from "../cli/table.ts";
import { Line, type Span } from "../terminal/line.tsx";
import { cell, fit, wrapped } from "../terminal/text.ts";
import { ACTS } from "./chosen.ts";
import { CLIENT_COMMANDS, HINTS } from "./commands.ts";
import { hint } from "./completion.ts";
import type { DeskView } from "./desk.ts";
import type { EditLine } from "./edit-line.ts";
import { spokenName } from "./frames.ts";
import type { View } from "./keys.ts";
import { titleOf } from "./rooms.ts";
import { type ChatState, roomOf, unreadOf, wantsPassword } from "./state.ts";

/** A server by its address, and who signs in there. */
export interface Door {
  readonly label: string;
  readonly name: string;
}

const light = ({ link }: ChatState): Span =>
  link.is === "open" ? ["● ", "good"] : link.is === "refused" ? ["○ ", "bad"] : ["○ ", "warn"];

/** What becomes of the connection, where it is not there. */
function awaited({ link, trouble, retryAt }: ChatState, now: number): string {
  if (link.is === "lost") return `trying again in ${Math.max(1, Math.ceil((retryAt - now) / 1000))} s, Enter at once`;
  return link.is === "connecting" ? (trouble ? "trying again…" : "connecting…") : "";
}

export function Title({ state, door, width, now }: { state: ChatState; door: Door; width: number; now: number }): ReactNode {
  const { link, server, me, found } = state;
  const { unread, called } = unreadOf(state);
  const room = roomOf(state, state.room);
  const waits = awaited(state, now);
  return (
    <Line
      spans={[
        light(state),
        [waits && `${waits}  `, "warn"],
        [link.is === "refused" ? `${link.why}  ` : "", "bad"],
        [fit(server || door.label, 40), "strong"],
        ["  ", "dim"],
        [fit(found?.listed ? found.what : room ? titleOf(room) : "", 60), "plain"],
        ["  ", "dim"],
        [spokenName(me) || door.name, "accent"],
        [unread ? `  ${called ? "@ " : ""}${unread} unread` : "", "warn"],
        ["  ? helps", "dim"],
      ]}
      width={width}
    />
  );
}

/** The servers with their numbers and what is unread there; a rule where there is but one. */
export function Servers({ view, doors, width }: { view: DeskView; doors: readonly Door[]; width: number }): ReactNode {
  if (view.states.length === 1) return <Line spans={[["─".repeat(width), "dim"]]} width={width} />;
  const items = view.states.map((state, index): Span[] => {
    const { unread, called } = unreadOf(state);
    // Servers that go by the same name are told apart by their addresses.
    const alone = view.states.filter(({ server }) => server === state.server).length === 1;
    const name = fit((alone && state.server) || doors[index]!.label, 20);
    return [
      index ? "   " : "",
      light(state),
      [`${index + 1} ${name}`, index === view.front ? "accent" : unread ? "strong" : "dim"],
      [called ? " @" : unread ? " •" : "", called ? "warn" : "good"],
      [unread ? `${unread}` : "", "dim"],
      [wantsPassword(state) ? " password" : state.trouble ? " down" : "", "warn"],
    ];
  });
  // The one in front is always seen.
  const upTo = (first: number) => items.slice(first, view.front + 1).flat();
  let first = 0;
  while (first < view.front && columnsOf(upTo(first)) > width) first++;
  return <Line spans={items.slice(first).flat()} width={width} />;
}
const columnsOf = (spans: readonly Span[]): number =>
  spans.reduce((sum, span) => sum + Bun.stringWidth(typeof span === "string" ? span : span[0]), 0);

/** The end of the line up to the cursor, and what fits after it; a password is not shown. */
export function Input({
  line,
  width,
  secret,
  name,
}: {
  line: EditLine;
  width: number;
  secret: boolean;
  name: string;
}): ReactNode {
  const shown = (text: string) => (secret ? "•".repeat([...text].length) : plain(text.replaceAll("\n", "⏎")));
  const prompt = secret ? `Password of ${fit(name, 20)}: ` : "> ";
  const room = width - Bun.stringWidth(prompt) - 2;
  let before = shown(line.before);
  while (Bun.stringWidth(before) > room) before = [...before].slice(1).join("");
  const [under = " ", ...after] = [...shown(line.after)];
  return (
    <Text wrap="truncate-end">
      {prompt}
      {before}
      <Text inverse>{under}</Text>
      {fit(after.join(""), Math.max(0, room - Bun.stringWidth(before)))}
    </Text>
  );
}

const KEYS: readonly (readonly [keys: string, does: string])[] = [
  ["Tab", "complete a command, a room, a name"],
  ["PgUp PgDn", "scroll"],
  ["↑ ↓", `choose a message: ${ACTS.map(({ key, does }) => `${key} ${does}`).join(", ")}; Enter replies, in a forum it opens`],
  ["Ctrl-N Ctrl-P", "the next room, the one before"],
  ["Alt-A", "the next room or server where somebody called you, else where something is unread"],
  ["Ctrl-O, Alt-1…9", "the next server, that server"],
  ["Enter", "of what was found goes to the chosen message, where it was said; Esc comes back"],
  ["Esc", "back to the newest, nothing chosen; then an empty line"],
  ["Ctrl-C", "leave"],
];

const HELP_INDENT = 32;

/** Keys, this client's commands, the server's. */
export function helpLines(state: ChatState, width: number): Span[][] {
  const lines = (what: string, does: string): Span[][] =>
    wrapped(does, Math.max(10, width - HELP_INDENT)).map((part, index) => [
      [cell(index ? "" : `  ${what}`, HELP_INDENT - 1), "accent"],
      [` ${part}`, "plain"],
    ]);
  return [
    [["Keys", "strong"]],
    ...KEYS.flatMap(([keys, does]) => lines(keys, does)),
    [["Commands", "strong"]],
    ...CLIENT_COMMANDS.flatMap(({ name, takes, does }) => lines(`:${name} ${takes}`, does)),
    ...HINTS.flatMap((text) => wrapped(text, width - 2).map((part): Span[] => ["  ", [part, "dim"]])),
    ...(state.commands.length ? [[["The server's", "strong"]] as Span[]] : []),
    ...state.commands.flatMap(({ name, description }) => lines(`/${name}`, description)),
  ];
}

const keyed = (keys: readonly (readonly [key: string, does: string])[]): Span[] =>
  keys.flatMap(([key, does]): Span[] => [
    [key, "accent"],
    [` ${does}  `, "dim"],
  ]);

/** What stands above the input: what the keys do just now, why there is no connection, else who is typing. */
export function belowLine(state: ChatState, { help, edge, line }: View, typing: string): readonly Span[] {
  const dim = (text: string): Span[] => [[text, "dim"]];
  const room = roomOf(state, state.room);
  if (help !== undefined) return dim("↑ ↓ scroll, any other key goes back");
  const command = wantsPassword(state) ? "" : hint(state, line.before);
  if (command && !(state.selected !== undefined && line.before.includes("%"))) return dim(command);
  if (state.trouble) return [[state.trouble, "bad"]];
  if (state.found?.listed)
    return line.before
      ? dim("Enter says it where you were, Esc empties the line")
      : keyed([
          ["↑ ↓", "choose"],
          ["Enter", "goes there"],
          ["Esc", "back to where you were"],
        ]);
  if (room?.kind === "forum") return dim("↑ ↓ choose a thread, Enter opens it; :thread <title> begins one");
  if (state.selected !== undefined && line.before) return dim("% is the chosen message. Enter sends, Esc goes back");
  if (state.selected !== undefined) return keyed([...ACTS.map(({ key, does }) => [key, does] as const), ["Esc", "back"]]);
  if (state.found && !line.before) return dim("Esc goes back to what was found");
  const since = room?.unread ? ` ${room.unread} new below;` : "";
  return dim(edge || room?.upToDate === false ? `Older messages;${since} PgDn goes on, Esc goes to the newest.` : typing);
}
