import { bytes } from "../cli/table.ts";
import type { Span } from "../terminal/line.tsx";
import { fit, timeOfDay, wrapped } from "../terminal/text.ts";
import { dayAndTime } from "./command.ts";
import type { Hit } from "./found.ts";
import { authorName, spokenName, type WireMessage } from "./frames.ts";
import type { Room } from "./rooms.ts";
import { callsUpon, type ChatState, listedRooms } from "./state.ts";

const LONGEST_NAME = 24;
const LONGEST_QUOTE = 200;
const INDENT = 6;
const MOST_REACTIONS = 20;
const MOST_HIT_LINES = 2;
/** Seconds within which nobody's name is said again. */
const SAME_BREATH_S = 300;

/** Whether a message goes on with what the one before it says: the same person, a little later. */
const goesOn = (message: WireMessage, before: WireMessage | undefined): boolean =>
  before !== undefined &&
  authorName(message) === authorName(before) &&
  message.user === before.user &&
  message.timestamp - before.timestamp < SAME_BREATH_S &&
  !message.reply_to &&
  !message.edited &&
  !message.pinned &&
  !message.ephemeral === !before.ephemeral;

/** What a message is shown with. */
interface Beside {
  readonly mark?: string | undefined;
  /** The message above: where this one goes on with it, its time and name stand for both. */
  readonly before?: WireMessage | undefined;
  /** The message that is replied to, where it is there. */
  readonly answered?: WireMessage | undefined;
}

/** A message as lines of the screen: time and name, then what they said under each other, its files, its reactions. */
export function messageLines(
  message: WireMessage,
  state: Pick<ChatState, "me" | "roles">,
  width: number,
  { mark = "", before, answered }: Beside,
): Span[][] {
  const name = [...authorName(message)].slice(0, LONGEST_NAME).join("");
  const to = message.reply_to ? ` → ${[...spokenName(message.reply_to.user)].slice(0, LONGEST_NAME).join("")}` : "";
  const quote = answered ? `  ${answered.content.slice(0, LONGEST_QUOTE)}` : "";
  const marks = [message.edited && "changed", message.pinned && "pinned", message.ephemeral && "only you see this"];
  const calls = callsUpon(message, state);
  const reactions = Object.entries(message.reactions ?? {}).slice(0, MOST_REACTIONS);
  const indented = (text: string, tone: "plain" | "dim" | "warn" | "accent") =>
    wrapped(text, width - INDENT).map((line): Span[] => [" ".repeat(INDENT), [line, tone]]);
  const said = marks.filter(Boolean).join(", ");
  const header: Span[][] = [
    [
      [`${timeOfDay(message.timestamp * 1000).slice(0, 5)} `, "dim"],
      [mark && `${mark} `, "warn"],
      [name, message.user === state.me ? "accent" : "strong"],
      [to, "dim"],
      [said && ` (${said})`, "dim"],
      [quote, "dim"],
    ],
  ];
  const body: Span[][] = [
    ...(message.content ? indented(message.content, calls ? "warn" : "plain") : []),
    ...(message.attachments ?? []).flatMap(({ name: file, size, url }) => [
      ...indented(`[${file}, ${bytes(size)}]`, "accent"),
      ...indented(url, "dim"),
    ]),
    ...(reactions.length
      ? [[" ".repeat(INDENT), [reactions.map(([emoji, by]) => `${emoji} ${by.length}`).join("  "), "dim"]] as Span[]]
      : []),
  ];
  return body.length && !mark && goesOn(message, before) ? body : [...header, ...body];
}

/** A thread as a line of its forum. */
export function threadLine({ name, thread, unread, called }: Room, mark: string): Span[] {
  const { by = "", at = 0, locked, archived } = thread ?? {};
  const states = [locked && "locked", archived && "put away"].filter(Boolean).join(", ");
  return [
    [`${mark.padStart(3)} `, "warn"],
    [called ? "@ " : unread ? "• " : "  ", called ? "warn" : "good"],
    [name, unread ? "strong" : "plain"],
    [unread ? ` ${unread}` : "", "dim"],
    [`  ${spokenName(by)}${at ? `, ${dayAndTime({ timestamp: at })}` : ""}${states && ` (${states})`}`, "dim"],
  ];
}

/** What was found as some lines: when, who and where, and how it begins. */
export function hitLines({ message, title }: Hit, state: Pick<ChatState, "me" | "roles">, width: number): Span[][] {
  const name = [...authorName(message)].slice(0, LONGEST_NAME).join("");
  const files = (message.attachments ?? []).map(({ name: file }) => `[${file}]`);
  const said = wrapped([message.content, ...files].filter(Boolean).join(" "), width - INDENT);
  const tone = callsUpon(message, state) ? "warn" : "plain";
  return [
    [
      [`${dayAndTime(message)} `, "dim"],
      [name, message.user === state.me ? "accent" : "strong"],
      [`  ${title}`, "dim"],
    ],
    ...said
      .slice(0, MOST_HIT_LINES)
      .map((line, index): Span[] => [
        " ".repeat(INDENT),
        [index === MOST_HIT_LINES - 1 && said.length > MOST_HIT_LINES ? fit(`${line} …`, width - INDENT) : line, tone],
      ]),
  ];
}

/** The rooms, with what is unread in them; the one that is looked at stands out. */
export function roomLines(state: Pick<ChatState, "rooms" | "room">, height: number, width: number): Span[][] {
  const rooms = listedRooms(state);
  const at = Math.max(
    0,
    rooms.findIndex(({ key }) => key === state.room),
  );
  const first = Math.max(0, Math.min(at - Math.floor(height / 2), rooms.length - height));
  return rooms.slice(first, first + height).map(({ key, name, kind, unread, called }): Span[] => {
    const count = unread ? ` ${unread}` : "";
    const title = fit(
      `${kind === "thread" ? "  " : kind === "direct" ? "@" : ""}${name}${kind === "forum" ? " …" : ""}`,
      width - 2 - count.length,
    );
    if (key === state.room)
      return [
        [`› ${title}`, "accent"],
        [count, "dim"],
      ];
    const mark = called ? "@" : unread ? "•" : " ";
    return [
      [`${mark} `, called ? "warn" : "good"],
      [title, unread ? "strong" : "dim"],
      [count, "dim"],
    ];
  });
}

/** Who is typing now, in words; empty when nobody is. */
export function typingLine(room: Room | undefined, now: number): string {
  const names = [...(room?.typing ?? [])].filter(([, until]) => until > now).map(([user]) => spokenName(user));
  if (names.length === 0) return "";
  return names.length > 3 ? "Several people are typing…" : `${names.join(", ")} ${names.length === 1 ? "is" : "are"} typing…`;
}
