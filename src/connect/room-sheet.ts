import type { Span } from "../terminal/line.tsx";
import { wrapped } from "../terminal/text.ts";
import { dayAndTime } from "./command.ts";
import type { WireMessage } from "./frames.ts";
import { type Room, threadsOf } from "./rooms.ts";
import { hitLines, messageLines, threadLine } from "./screen.ts";
import type { Row, Sheet } from "./scroll.ts";
import type { ChatState, Notice } from "./state.ts";

/** Something that is drawn: a message, a thread; the first of its lines stands out where it is chosen. */
interface Thing {
  readonly id: string;
  readonly lines: () => readonly (readonly Span[])[];
  /** Lines that part it from what is above. */
  readonly above?: () => readonly (readonly Span[])[];
}
const dayOf = (message: WireMessage): string => dayAndTime(message).slice(0, 10);

const noticeRows = ({ text, good }: Notice, width: number): Row[] =>
  wrapped(text, width - 2).map((line, index) => ({
    spans: [
      [index ? "  " : good ? "* " : "! ", good ? "accent" : "bad"],
      [line, good ? "plain" : "bad"],
    ],
  }));

/** What is said in the room that is looked at, with what was told to this user alone; of a forum its threads; or what was found. */
export function roomSheet(state: ChatState, room: Room | undefined, width: number): Sheet {
  const { selected, notices } = state;
  const marks = new Map(room?.marks.map((id, index) => [id, `%${index + 1}`]));
  const kept = new Map<string, readonly Row[]>();
  const sheet = (things: readonly Thing[]): Sheet => {
    const ids = things.map(({ id }) => id);
    const there = new Set(ids);
    const below = Map.groupBy(notices, ({ after }) => (after !== undefined && there.has(after) ? after : ids.at(-1)));
    const rows = (index: number): readonly Row[] => {
      const { id, lines, above } = things[index]!;
      const before = kept.get(id);
      if (before) return before;
      const made = [
        ...(above?.() ?? []).map((spans): Row => ({ spans })),
        ...lines().map((spans, line): Row => ({ spans, selected: id === selected && line === 0 })),
        ...(below.get(id) ?? []).flatMap((notice) => noticeRows(notice, width)),
      ];
      kept.set(id, made);
      return made;
    };
    if (ids.length) return { ids, rows };
    return notices.length ? { ids: [""], rows: () => notices.flatMap((notice) => noticeRows(notice, width)) } : { ids, rows };
  };
  if (state.found?.listed)
    return sheet(state.found.hits.map((hit) => ({ id: hit.message.id, lines: () => hitLines(hit, state, width) })));
  if (room?.kind === "forum")
    return sheet(
      threadsOf(state.rooms, room.name).map((one) => ({ id: one.key, lines: () => [threadLine(one, marks.get(one.key) ?? "")] })),
    );
  return sheet(
    (room?.messages ?? []).map((message, index, all) => {
      const before = all[index - 1];
      const sameDay = () => before !== undefined && dayOf(before) === dayOf(message);
      return {
        id: message.id,
        above: () => (sameDay() ? [] : [[[`── ${dayOf(message)} ──`, "dim"]]]),
        lines: () =>
          messageLines(message, state, width, {
            mark: marks.get(message.id),
            // Who wrote what was gone to, and when, stands beside it.
            before: sameDay() && message.id !== state.found?.last ? before : undefined,
            answered: message.reply_to && all.find(({ id }) => id === message.reply_to!.id),
          }),
      };
    }),
  );
}
