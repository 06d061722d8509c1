import { spokenName, type WireChannel, type WireMessage, type WireThread } from "./frames.ts";

/** Messages of a room that are kept; others are asked for again when somebody scrolls to them. */
export const MOST_MESSAGES = 2000;

/**
 * Where messages are: a text channel, a thread of a forum, or what two people say to each other. A forum is a room too, which shows its
 * threads.
 */
export interface Room {
  /** A channel by its name, a thread by its id: what read marks call them. A direct conversation by the other. */
  readonly key: string;
  /** What people call it. */
  readonly name: string;
  readonly kind: "text" | "forum" | "thread" | "direct";
  /** The channel that frames name: of a thread its forum, of a direct conversation none. */
  readonly channel: string;
  /** Of a direct conversation only: the other's username. */
  readonly other?: string;
  /** Of a thread only. */
  readonly thread?: Thread;
  readonly unread: number;
  /** Somebody called upon this user since they last looked. */
  readonly called: boolean;
  /** Oldest first. */
  readonly messages: readonly WireMessage[];
  /** Whether a page was ever asked for. */
  readonly loaded: boolean;
  /** Whether the first message of all is among them. */
  readonly beginning: boolean;
  /** Whether the newest message of all is among them; what comes is added only then. */
  readonly upToDate: boolean;
  /** Messages by the numbers that were given to them, from `%1`. */
  readonly marks: readonly string[];
  /** Who is typing → until when. */
  readonly typing: ReadonlyMap<string, number>;
}
export interface Thread {
  readonly id: string;
  readonly by: string;
  readonly locked: boolean;
  readonly archived: boolean;
  /** Whether this user takes part in it. */
  readonly mine: boolean;
  /** Seconds since 1970 of the newest message, 0 where there is none. */
  readonly at: number;
}

export const NOTHING_KEPT = { messages: [], loaded: false, beginning: false, upToDate: true, marks: [] };
const EMPTY = { unread: 0, called: false, ...NOTHING_KEPT, typing: new Map<string, number>() };

/** The key of what a frame names. */
export const keyOf = ({ channel, thread_id }: { channel: string; thread_id?: string | null | undefined }): string =>
  thread_id ? `thread:${thread_id}` : channel;
/** How frames name a room. */
export const placeOf = ({ channel, thread }: Room): { channel: string; thread_id?: string } =>
  thread ? { channel, thread_id: thread.id } : { channel };
/** `#general`, `#ideas/A better logo`, `@bob`. */
export const titleOf = ({ kind, channel, name }: Room): string =>
  kind === "thread" ? `#${channel}/${name}` : kind === "direct" ? `@${name}` : `#${name}`;

export function threadRoom(thread: WireThread, me: string, known: Room | undefined): Room {
  const { id, name, parent_channel: channel, created_by: by, locked, archived } = thread;
  // Only the first twenty are told.
  const mine = thread.participants.includes(me) || known?.thread?.mine === true;
  const at = Math.max(thread.last_message ?? 0, known?.thread?.at ?? 0);
  const key = keyOf({ channel, thread_id: id });
  return { ...EMPTY, ...known, key, name, kind: "thread", channel, thread: { id, by, locked, archived, mine, at } };
}

export const directKey = (other: string): string => `direct:${other}`;
/** The conversation with somebody, before its first message. All of it is here: no history has it. */
export const directRoom = (other: string): Room => ({
  ...EMPTY,
  key: directKey(other),
  name: spokenName(other),
  kind: "direct",
  channel: "",
  other,
  loaded: true,
  beginning: true,
});

/** The rooms of a list of channels, each forum followed by its threads, and direct conversations; what was known of them is kept. */
export function roomsOf(channels: readonly WireChannel[], me: string, known: readonly Room[]): Room[] {
  const before = new Map(known.map((room) => [room.key, room]));
  const listed = channels.flatMap(({ name, type, threads }): Room[] => {
    if (!name) return [];
    const channel = (kind: "text" | "forum"): Room => ({ ...EMPTY, ...before.get(name), key: name, name, kind, channel: name });
    if (type === "text" || type === "chat") return [channel("text")];
    if (type !== "forum") return [];
    return [channel("forum"), ...threads.map((thread) => threadRoom(thread, me, before.get(`thread:${thread.id}`)))];
  });
  return [...listed, ...known.filter(({ kind }) => kind === "direct")];
}

/** The threads of a forum, the one that was spoken in last at the end. */
export const threadsOf = (rooms: readonly Room[], forum: string): readonly Room[] =>
  rooms
    .filter(({ kind, channel }) => kind === "thread" && channel === forum)
    .toSorted((a, b) => (a.thread?.at ?? 0) - (b.thread?.at ?? 0));

/**
 * Where a page of history belongs: before what is there, after it, as it is now in the place of the newest, or in the place of all: `fresh`
 * ends with the newest message of all, `around` is from anywhere.
 */
export interface Page {
  readonly messages: readonly WireMessage[];
  readonly as: "older" | "newer" | "newest" | "fresh" | "around";
  /** Whether the first message of all is in it; not of newer pages. */
  readonly beginning?: boolean;
  /** Whether the newest message of all is in it; of newer pages, and of those from anywhere. */
  readonly upToDate?: boolean;
}

/** A room with a page of history. */
export function paged(room: Room, { messages, as, beginning, upToDate }: Page): Room {
  const given = new Set(messages.map(({ id }) => id));
  const known = new Set(room.messages.map(({ id }) => id));
  const added = messages.filter(({ id }) => !known.has(id));
  if (as === "older") {
    const all = [...added, ...room.messages];
    const kept = all.slice(0, MOST_MESSAGES);
    return {
      ...room,
      messages: kept,
      beginning: beginning ?? room.beginning,
      upToDate: room.upToDate && kept.length === all.length,
    };
  }
  const overlap = room.messages.findIndex(({ id }) => given.has(id));
  const all = {
    newer: () => [...room.messages, ...added],
    newest: () => [...room.messages.slice(0, overlap === -1 ? undefined : overlap), ...messages],
    fresh: () => messages,
    around: () => messages,
  }[as]();
  const anew = as === "fresh" || as === "around";
  return {
    ...room,
    loaded: true,
    ...newestOf(all, anew ? (beginning ?? false) : room.beginning),
    upToDate: as === "newer" || as === "around" ? (upToDate ?? room.upToDate) : true,
  };
}

/** A room with a message that was just said. */
export const withMessage = (room: Room, message: WireMessage): Room =>
  room.loaded && room.upToDate ? { ...room, ...newestOf([...room.messages, message], room.beginning) } : room;

const newestOf = (all: readonly WireMessage[], beginning: boolean) => ({
  messages: all.slice(-MOST_MESSAGES),
  beginning: beginning && all.length <= MOST_MESSAGES,
});
