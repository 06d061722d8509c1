import type { Span } from "../terminal/line.tsx";
import { timeOfDay, wrapped } from "../terminal/text.ts";
import { authorName, spokenName, type WireMessage } from "./frames.ts";
import { callsUpon, type ChatState, type Room } from "./store.ts";

const LONGEST_NAME = 24;
const INDENT = 6;

/** A message as lines of the screen: time and name, then what they said under each other. */
export function messageLines(message: WireMessage, me: string, width: number): Span[][] {
  const name = [...authorName(message)].slice(0, LONGEST_NAME).join("");
  const time = timeOfDay(message.timestamp * 1000).slice(0, 5);
  const to = message.reply_to ? ` → ${spokenName(message.reply_to.user)}` : "";
  const marks = [message.edited && "changed", message.ephemeral && "only you see this"].filter(Boolean).join(", ");
  const calls = callsUpon(message, me);
  const reactions = Object.entries(message.reactions ?? {}).map(([emoji, by]) => `${emoji} ${by.length}`);
  return [
    [
      [`${time} `, "dim"],
      [name, message.user === me ? "accent" : "strong"],
      [to, "dim"],
      [marks && ` (${marks})`, "dim"],
    ],
    ...wrapped(message.content, width - INDENT).map((line): Span[] => [" ".repeat(INDENT), calls ? [line, "warn"] : line]),
    ...(reactions.length ? [[" ".repeat(INDENT), [reactions.join("  "), "dim"]] as Span[]] : []),
  ];
}

/** The lines that end with the message at `anchor` (else the newest), and the messages among them. */
export function historyLines(
  room: Room,
  me: string,
  anchor: string | undefined,
  width: number,
  height: number,
): { readonly lines: Span[][]; readonly shown: readonly WireMessage[] } {
  const at = anchor === undefined ? -1 : room.messages.findIndex(({ id }) => id === anchor);
  const last = at === -1 ? room.messages.length - 1 : at;
  const lines: Span[][] = [];
  let first = last + 1;
  while (first > 0 && lines.length < height) lines.unshift(...messageLines(room.messages[--first]!, me, width));
  return { lines: lines.slice(-height), shown: room.messages.slice(first, last + 1) };
}

/** Where the view goes when it is moved by a page: the message it then ends with; undefined at the newest. */
export function movedAnchor(room: Room, anchor: string | undefined, shown: number, direction: "up" | "down"): string | undefined {
  const at = anchor === undefined ? -1 : room.messages.findIndex(({ id }) => id === anchor);
  const last = at === -1 ? room.messages.length - 1 : at;
  const step = Math.max(1, shown - 1);
  const next = direction === "up" ? Math.max(Math.min(shown, room.messages.length) - 1, last - step) : last + step;
  return next >= room.messages.length - 1 ? undefined : room.messages[next]?.id;
}

/** The rooms, with what is unread in them; the one that is looked at stands out. */
export function roomLines({ rooms, room }: ChatState, height: number): Span[][] {
  const at = Math.max(
    0,
    rooms.findIndex(({ name }) => name === room),
  );
  const first = Math.max(0, Math.min(at - Math.floor(height / 2), rooms.length - height));
  return rooms.slice(first, first + height).map(({ name, unread, called }): Span[] => {
    if (name === room) return [[`› ${name}`, "accent"]];
    const mark = called ? "@" : unread ? "•" : " ";
    return [
      [`${mark} `, called ? "warn" : "good"],
      [name, unread ? "strong" : "dim"],
      [unread ? ` ${unread}` : "", "dim"],
    ];
  });
}

/** Who is typing now, in words; empty when nobody is. */
export function typingLine(room: Room | undefined, now: number): string {
  const names = [...(room?.typing ?? [])].filter(([, until]) => until > now).map(([user]) => spokenName(user));
  if (names.length === 0) return "";
  return names.length > 3 ? "Several people are typing…" : `${names.join(", ")} ${names.length === 1 ? "is" : "are"} typing…`;
}
