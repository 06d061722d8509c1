import type { Frame, WireChannel, WireCommand, WireMessage } from "./frames.ts";
import { spokenName } from "./frames.ts";
import type { LinkNews } from "./link.ts";

/** Messages of a room that are kept; older ones are asked for again when somebody scrolls back to them. */
const MOST_MESSAGES = 2000;
const MOST_NOTICES = 100;
/** How long somebody is said to be typing after they were last heard of it. */
export const TYPING_MS = 6000;

export interface Room {
  readonly name: string;
  readonly type: string;
  readonly unread: number;
  /** Somebody called upon this user since they last looked. */
  readonly called: boolean;
  /** Oldest first. */
  readonly messages: readonly WireMessage[];
  /** Whether a page was ever asked for. */
  readonly loaded: boolean;
  /** Whether the first message of all is among them. */
  readonly beginning: boolean;
  /** Who is typing → until when. */
  readonly typing: ReadonlyMap<string, number>;
}
/** Something said to this user alone: by the server, by this client. It stands in the room after the message that was the newest. */
export interface Notice {
  readonly text: string;
  readonly good: boolean;
}

export interface ChatState {
  readonly link: LinkNews;
  readonly server: string;
  /** This user's username. */
  readonly me: string;
  readonly rooms: readonly Room[];
  /** The room that is looked at. */
  readonly room: string;
  readonly people: readonly string[];
  readonly commands: readonly WireCommand[];
  readonly notices: readonly Notice[];
}
export const NOBODY_YET: ChatState = {
  link: { is: "connecting" },
  server: "",
  me: "",
  rooms: [],
  room: "",
  people: [],
  commands: [],
  notices: [],
};

export type ChatInput =
  | { readonly type: "frame"; readonly frame: Frame; readonly at: number }
  | { readonly type: "link"; readonly news: LinkNews }
  | { readonly type: "enter"; readonly room: string }
  | { readonly type: "notice"; readonly text: string; readonly good: boolean }
  /**
   * A page of history: `older` ones before what is there, `newer` ones after it, the `newest` ones as they are now in the place of those
   * that are there, or `fresh` ones in the place of all.
   */
  | {
      readonly type: "page";
      readonly room: string;
      readonly messages: readonly WireMessage[];
      readonly as: "older" | "newer" | "newest" | "fresh";
      readonly beginning?: boolean;
    };

/** The state after an input; pure. */
export function chatAfter(state: ChatState, input: ChatInput): ChatState {
  switch (input.type) {
    case "link":
      return { ...state, link: input.news };
    case "notice":
      return { ...state, notices: [...state.notices, { text: input.text, good: input.good }].slice(-MOST_NOTICES) };
    case "enter":
      return inRoom({ ...state, room: input.room, notices: [] }, input.room, (room) => ({ ...room, unread: 0, called: false }));
    case "page":
      return inRoom(state, input.room, (room) => paged(room, input));
    case "frame": {
      const change = FRAMES[input.frame.cmd];
      return change ? change(state, input.frame, input.at) : state;
    }
  }
}

export const roomNamed = (state: ChatState, name: string): Room | undefined => state.rooms.find((room) => room.name === name);

const inRoom = (state: ChatState, name: string, change: (room: Room) => Room): ChatState => ({
  ...state,
  rooms: state.rooms.map((room) => (room.name === name ? change(room) : room)),
});

const EMPTY_ROOM = { unread: 0, called: false, messages: [], loaded: false, beginning: false, typing: new Map<string, number>() };

function paged(room: Room, { messages, as, beginning }: Extract<ChatInput, { type: "page" }>): Room {
  const given = new Set(messages.map(({ id }) => id));
  const known = new Set(room.messages.map(({ id }) => id));
  const added = messages.filter(({ id }) => !known.has(id));
  const overlap = room.messages.findIndex(({ id }) => given.has(id));
  const all = {
    older: () => [...added, ...room.messages].slice(0, MOST_MESSAGES),
    newer: () => [...room.messages, ...added].slice(-MOST_MESSAGES),
    newest: () => [...room.messages.slice(0, overlap === -1 ? undefined : overlap), ...messages].slice(-MOST_MESSAGES),
    fresh: () => messages,
  }[as]();
  return { ...room, loaded: true, messages: all, beginning: beginning ?? room.beginning };
}

const changed = (state: ChatState, frame: Frame, change: (message: WireMessage) => WireMessage): ChatState =>
  inRoom(state, frame["channel"], (room) => ({
    ...room,
    messages: room.messages.map((message) => (message.id === frame["id"] ? change(message) : message)),
  }));

/** Whether a message calls upon this user. */
export const callsUpon = ({ pings }: WireMessage, me: string): boolean =>
  !!pings && (pings.users.includes(me) || pings.replies.includes(me));

const FRAMES: Readonly<Record<string, (state: ChatState, frame: Frame, at: number) => ChatState>> = {
  handshake: (state, frame) => ({ ...state, server: String(frame["val"]?.server?.name ?? "") }),
  ready: (state, frame) => ({ ...state, me: String(frame["user"]?.username ?? "") }),
  channels_get: (state, frame) => {
    const rooms = (frame["val"] as readonly WireChannel[])
      .filter(({ type }) => type === "text" || type === "chat")
      .map(({ name, type }): Room => roomNamed(state, name) ?? { name, type, ...EMPTY_ROOM });
    return { ...state, rooms, room: rooms.some(({ name }) => name === state.room) ? state.room : (rooms[0]?.name ?? "") };
  },
  unreads_get: (state, frame) => ({
    ...state,
    rooms: state.rooms.map((room) => ({
      ...room,
      unread: room.name === state.room ? 0 : Number(frame["unreads"]?.[room.name]?.unread_count ?? 0),
    })),
  }),
  unreads_update: (state, frame) =>
    inRoom(state, frame["channel"], (room) =>
      frame["last_read"] === room.messages.at(-1)?.id ? { ...room, unread: 0, called: false } : room,
    ),
  users_list: (state, frame) => ({
    ...state,
    people: (frame["users"] as readonly { username: string }[]).map(({ username }) => spokenName(username)).toSorted(),
  }),
  slash_list: (state, frame) => ({ ...state, commands: frame["commands"] as readonly WireCommand[] }),
  slash_add: (state, frame) => {
    const added = frame["commands"] as readonly WireCommand[];
    const names = new Set(added.map(({ name }) => name));
    return { ...state, commands: [...state.commands.filter(({ name }) => !names.has(name)), ...added] };
  },
  slash_remove: (state, frame) => ({
    ...state,
    commands: state.commands.filter(({ name }) => !(frame["commands"] as readonly string[]).includes(name)),
  }),
  message_new: (state, frame) => {
    if (frame["thread_id"]) return state;
    const message = frame["message"] as WireMessage;
    return inRoom(state, frame["channel"], (room) => {
      if (room.messages.some(({ id }) => id === message.id)) return room;
      const typing = new Map(room.typing);
      typing.delete(message.user);
      const away = room.name !== state.room && message.user !== state.me;
      return {
        ...room,
        typing,
        // A room that was never looked at gets its page when it is: what came meanwhile is in it.
        messages: room.loaded ? [...room.messages, message].slice(-MOST_MESSAGES) : room.messages,
        unread: room.unread + (away ? 1 : 0),
        called: room.called || (away && callsUpon(message, state.me)),
      };
    });
  },
  message_edit: (state, frame) =>
    changed(state, frame, (message) => ({ ...message, content: String(frame["content"]), edited: true })),
  message_delete: (state, frame) =>
    inRoom(state, frame["channel"], (room) => ({ ...room, messages: room.messages.filter(({ id }) => id !== frame["id"]) })),
  message_react_add: (state, frame) =>
    changed(state, frame, (message) => {
      const by = message.reactions?.[frame["emoji"]] ?? [];
      return { ...message, reactions: { ...message.reactions, [frame["emoji"]]: [...new Set([...by, String(frame["from"])])] } };
    }),
  message_react_remove: (state, frame) =>
    changed(state, frame, (message) => {
      const { [frame["emoji"] as string]: by = [], ...others } = message.reactions ?? {};
      const left = by.filter((user) => user !== frame["from"]);
      return { ...message, reactions: left.length ? { ...others, [frame["emoji"]]: left } : others };
    }),
  typing: (state, frame, at) =>
    frame["user"] === state.me
      ? state
      : inRoom(state, frame["channel"], (room) => ({ ...room, typing: new Map(room.typing).set(frame["user"], at + TYPING_MS) })),
};
