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
  | { readonly type: "select"; readonly id: string | undefined }
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
      return seen({ ...state, room: input.room, notices: [], selected: undefined });
    case "front":
      return seen({ ...state, front: input.front, selected: undefined });
    case "select":
      return { ...state, selected: input.id };
    case "mark":
      return inRoom(state, state.room, (room) => ({ ...room, marks: input.ids }));
    case "page":
      return inRoom(state, input.room, (room) => paged(room, input));
    case "frame":
      return HEARD[input.frame.cmd]?.(state, input.frame, input.at) ?? state;
  }
}

const seen = (state: ChatState): ChatState =>
  state.front ? inRoom(state, state.room, (room) => ({ ...room, unread: 0, called: false })) : state;

/** After a break: rooms that nobody looks at are asked for again when somebody does. */
const forgetful = (state: ChatState): ChatState => ({
  ...state,
  rooms: state.rooms.map((room) => (isSeen(state, room.key) || room.kind === "direct" ? room : { ...room, ...NOTHING_KEPT })),
});
