import type { z } from "zod";
import {
  ChannelList,
  CommandNames,
  Commands,
  DirectMessage,
  type Frame,
  Handshake,
  Joined,
  MessageEdited,
  MessageNew,
  OfMessage,
  People,
  Reaction,
  ReadMark,
  Ready,
  spokenName,
  ThreadFrame,
  ThreadGone,
  ThreadLeft,
  Typing,
  Unreads,
  type WireMessage,
} from "./frames.ts";
import { without } from "./found.ts";
import { directKey, directRoom, keyOf, roomsOf, threadRoom, withMessage } from "./rooms.ts";
import { callsUpon, type ChatState, inRoom, isSeen, roomOf } from "./state.ts";

/** How long somebody is said to be typing after they were last heard of it. */
export const TYPING_MS = 6000;
/** Direct conversations that are kept; the oldest go first. */
const MOST_DIRECT = 100;

type Hear = (state: ChatState, frame: Frame, at: number) => ChatState;
const on =
  <S extends z.ZodType>(schema: S, change: (state: ChatState, frame: z.output<S>, at: number) => ChatState): Hear =>
  (state, frame, at) =>
    change(state, schema.parse(frame), at);

type Place = Parameters<typeof keyOf>[0];
const changed = (state: ChatState, frame: Place & { id: string }, change: (message: WireMessage) => WireMessage): ChatState =>
  inRoom(state, keyOf(frame), (room) => ({
    ...room,
    messages: room.messages.map((message) => (message.id === frame.id ? change(message) : message)),
  }));
const pinned = (is: boolean): Hear =>
  on(OfMessage, (state, frame) => changed(state, frame, (message) => ({ ...message, pinned: is })));

const thread: Hear = on(ThreadFrame, (state, { thread: given }) => {
  const known = roomOf(state, keyOf({ channel: "", thread_id: given.id }));
  const room = threadRoom(given, state.me, known);
  if (known) return inRoom(state, room.key, () => room);
  const forum = state.rooms.findIndex(({ kind, name }) => kind === "forum" && name === room.channel);
  return forum === -1 ? state : { ...state, rooms: state.rooms.toSpliced(forum + 1, 0, room) };
});

/** What each frame makes of the state; of others nothing becomes anything. */
export const HEARD: Readonly<Record<string, Hear | undefined>> = {
  __proto__: null as never,
  handshake: on(Handshake, (state, { val }) => ({ ...state, server: val.server.name })),
  ready: on(Ready, (state, { user }) => ({ ...state, me: user.username, roles: user.roles })),
  channels_get: on(ChannelList, (state, { val }) => {
    const rooms = roomsOf(val, state.me, state.rooms);
    return { ...state, rooms, room: rooms.some(({ key }) => key === state.room) ? state.room : (rooms[0]?.key ?? "") };
  }),
  unreads_get: on(Unreads, (state, { unreads }) => ({
    ...state,
    rooms: state.rooms.map((room) => ({ ...room, unread: isSeen(state, room.key) ? 0 : (unreads[room.key]?.unread_count ?? 0) })),
  })),
  unreads_update: on(ReadMark, (state, frame) =>
    inRoom(state, keyOf(frame), (room) =>
      !room.loaded || frame.last_read === room.messages.at(-1)?.id ? { ...room, unread: 0, called: false } : room,
    ),
  ),
  users_list: on(People, (state, { users }) => ({
    ...state,
    people: users.map(({ username }) => spokenName(username)).toSorted(),
  })),
  user_join: on(Joined, (state, { user }) => ({
    ...state,
    people: [...new Set([...state.people, spokenName(user.username)])].toSorted(),
  })),
  slash_list: on(Commands, (state, { commands }) => ({ ...state, commands })),
  slash_add: on(Commands, (state, { commands }) => {
    const names = new Set(commands.map(({ name }) => name));
    return { ...state, commands: [...state.commands.filter(({ name }) => !names.has(name)), ...commands] };
  }),
  slash_remove: on(CommandNames, (state, { commands }) => ({
    ...state,
    commands: state.commands.filter(({ name }) => !commands.includes(name)),
  })),
  message_new: on(MessageNew, (state, frame) => {
    const { message } = frame;
    const key = keyOf(frame);
    const known = roomOf(state, key);
    if (!known || known.messages.some(({ id }) => id === message.id)) return state;
    const away = !isSeen(state, key) && message.user !== state.me;
    const called = away && callsUpon(message, state);
    return inRoom({ ...state, calls: state.calls + Number(called) }, key, (room) => {
      const typing = new Map(room.typing);
      typing.delete(message.user);
      // Threads that somebody takes no part in are not counted, as the server does not count them.
      const counts = away && (!room.thread || room.thread.mine || called);
      return {
        ...withMessage(room, message),
        typing,
        ...(room.thread && { thread: { ...room.thread, at: message.timestamp, archived: false } }),
        unread: room.unread + (counts ? 1 : 0),
        called: room.called || called,
      };
    });
  }),
  direct_message_new: on(DirectMessage, (state, { from, to, content }, at) => {
    const other = from === state.me ? to : from;
    const key = directKey(other);
    const directs = state.directs + 1;
    const known = state.rooms.filter(({ kind, key: one }) => kind === "direct" && one !== key && one !== state.room);
    const dropped = new Set(known.slice(0, Math.max(0, known.length + 1 - MOST_DIRECT)));
    const rooms = state.rooms.filter((room) => !dropped.has(room));
    const all = roomOf(state, key) ? rooms : [...rooms, directRoom(other)];
    const away = from !== state.me && !isSeen(state, key);
    return inRoom({ ...state, rooms: all, directs, calls: state.calls + Number(away) }, key, (room) => ({
      ...withMessage(room, { id: `direct:${directs}`, user: from, content, timestamp: at / 1000 }),
      unread: room.unread + (away ? 1 : 0),
      called: room.called || away,
    }));
  }),
  message_edit: on(MessageEdited, (state, frame) =>
    changed(state, frame, (message) => ({ ...message, content: frame.content, edited: true })),
  ),
  message_delete: on(OfMessage, (state, frame) => {
    const key = keyOf(frame);
    const before = roomOf(state, key)?.messages ?? [];
    const above = before[before.findIndex(({ id }) => id === frame.id) - 1]?.id;
    return {
      ...inRoom(state, key, (room) => ({ ...room, messages: room.messages.filter(({ id }) => id !== frame.id) })),
      selected: state.selected === frame.id ? undefined : state.selected,
      found: without(state.found, frame.id),
      notices: state.notices.map((notice) => (notice.after === frame.id ? { ...notice, after: above } : notice)),
    };
  }),
  message_pin: pinned(true),
  message_unpin: pinned(false),
  message_react_add: on(Reaction, (state, frame) =>
    changed(state, frame, (message) => {
      const by = message.reactions?.[frame.emoji] ?? [];
      return { ...message, reactions: { ...message.reactions, [frame.emoji]: [...new Set([...by, frame.from])] } };
    }),
  ),
  message_react_remove: on(Reaction, (state, frame) =>
    changed(state, frame, (message) => {
      const { [frame.emoji]: by = [], ...others } = message.reactions ?? {};
      const left = by.filter((user) => user !== frame.from);
      return { ...message, reactions: left.length ? { ...others, [frame.emoji]: left } : others };
    }),
  ),
  typing: on(Typing, (state, frame, at) =>
    frame.user === state.me
      ? state
      : inRoom(state, keyOf(frame), (room) => {
          const still = [...room.typing].filter(([, until]) => until > at);
          return { ...room, typing: new Map(still).set(frame.user, at + TYPING_MS) };
        }),
  ),
  thread_create: thread,
  thread_update: thread,
  thread_join: thread,
  thread_leave: on(ThreadLeft, (state, frame) =>
    frame.user === state.me
      ? inRoom(state, keyOf({ channel: "", thread_id: frame.thread_id }), (room) => ({
          ...room,
          ...(room.thread && { thread: { ...room.thread, mine: false } }),
        }))
      : state,
  ),
  thread_delete: on(ThreadGone, (state, { thread_id }) => {
    const key = keyOf({ channel: "", thread_id });
    const forum = roomOf(state, key)?.channel ?? "";
    return {
      ...state,
      rooms: state.rooms.filter((room) => room.key !== key),
      room: state.room === key ? forum : state.room,
    };
  }),
};
