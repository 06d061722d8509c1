import type { Found } from "./found.ts";
import type { Frame } from "./frames.ts";
import { HEARD } from "./heard.ts";
import type { LinkNews } from "./link.ts";
import { NOTHING_KEPT, type Page, paged } from "./rooms.ts";
import { type ChatState, inRoom, isSeen, roomOf } from "./state.ts";

const MOST_NOTICES = 100;

export type ChatInput =
  | { readonly type: "frame"; readonly frame: Frame; readonly at: number }
  | { readonly type: "link"; readonly news: LinkNews; readonly at: number }
  | { readonly type: "enter"; readonly room: string }
  | { readonly type: "front"; readonly front: boolean }
  | { readonly type: "away"; readonly away: boolean }
  | { readonly type: "select"; readonly id: string | undefined }
  /** What was looked for is listed, the newest chosen; undefined ends that. */
  | { readonly type: "found"; readonly found: Found | undefined }
  /** A message is looked at where it was said. */
  | { readonly type: "jump"; readonly room: string; readonly id: string }
  /** Numbers for messages of the room that is looked at: the first is `%1`. */
  | { readonly type: "mark"; readonly ids: readonly string[] }
  | { readonly type: "notice"; readonly text: string; readonly good: boolean }
  | ({ readonly type: "page"; readonly room: string } & Page);

/** The state after an input; pure. @throws where a frame is not what its name says. */
export function chatAfter(state: ChatState, input: ChatInput): ChatState {
  switch (input.type) {
    case "link": {
      const { news, at } = input;
      const lost = news.is === "lost" && { trouble: news.why, retryAt: at + news.retryMs };
      const after = { ...state, link: news, ...(lost || (news.is !== "connecting" && { trouble: "" })) };
      return news.is === "open" && news.again ? forgetful(after) : after;
    }
    case "notice": {
      const after = roomOf(state, state.room)?.messages.at(-1)?.id;
      return { ...state, notices: [...state.notices, { text: input.text, good: input.good, after }].slice(-MOST_NOTICES) };
    }
    case "enter":
      return seen({ ...state, room: input.room, notices: [], selected: undefined, found: undefined });
    case "front":
      return seen({ ...state, front: input.front, selected: undefined, found: undefined });
    case "away":
      return seen({ ...state, away: input.away });
    case "select":
      return { ...state, selected: input.id };
    case "found": {
      const { found } = input;
      const selected = found && (found.last ?? found.hits.at(-1)?.message.id);
      return seen({ ...state, found, selected, notices: [] });
    }
    case "jump": {
      const found = state.found && { ...state.found, listed: false, last: input.id };
      return seen({ ...state, room: input.room, selected: input.id, notices: [], found });
    }
    case "mark":
      return inRoom(state, state.room, (room) => ({ ...room, marks: input.ids }));
    case "page":
      return seen(inRoom(state, input.room, (room) => paged(room, input)));
    case "frame":
      return HEARD[input.frame.cmd]?.(state, input.frame, input.at) ?? state;
  }
}

const seen = (state: ChatState): ChatState =>
  isSeen(state, state.room) ? inRoom(state, state.room, (room) => ({ ...room, unread: 0, called: false })) : state;

/** After a break: rooms that nobody looks at are asked for again when somebody does. */
const forgetful = (state: ChatState): ChatState => ({
  ...state,
  rooms: state.rooms.map((room) =>
    (state.front && state.room === room.key) || room.kind === "direct" ? room : { ...room, ...NOTHING_KEPT },
  ),
});
