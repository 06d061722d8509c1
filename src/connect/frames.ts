import { z } from "zod";

/** The frames of the originChats wire, as far as this client reads them (reference/originchats.md §2, §3). */
export type Frame = Readonly<Record<string, any>> & { readonly cmd: string };

const LONGEST_NAME = 200;
const LONGEST_TEXT = 20_000;
const MOST_FILES = 20;
const MOST_REACTIONS = 100;

/** Servers are strangers: what they say is cut to what can be shown, and what is not of its kind is not taken. */
const Name = z.string().transform((text) => text.slice(0, LONGEST_NAME));
const Text = z.string().transform((text) => text.slice(0, LONGEST_TEXT));
const Names = z.array(Name).catch([]);
const Seconds = z.number().min(0).max(8e12).catch(0);

export const WireAttachment = z.object({
  id: Name,
  name: Name.catch("file"),
  /** Bytes. */
  size: z.number().catch(0),
  url: Text.catch(""),
});
export type WireAttachment = z.output<typeof WireAttachment>;

export const WireMessage = z.object({
  id: Name,
  /** A username; `USR:local_…` for accounts of that server. */
  user: Name,
  content: Text.catch(""),
  /** Seconds since 1970. */
  timestamp: Seconds,
  reply_to: z.object({ id: Name, user: Name }).optional().catch(undefined),
  edited: z.boolean().optional().catch(undefined),
  pinned: z.boolean().optional().catch(undefined),
  ephemeral: z.boolean().optional().catch(undefined),
  reactions: z
    .record(Name, Names)
    .transform((all) => Object.fromEntries(Object.entries(all).slice(0, MOST_REACTIONS)))
    .optional()
    .catch(undefined),
  pings: z.object({ users: Names, roles: Names, replies: Names }).optional().catch(undefined),
  webhook: z.object({ name: Name.optional() }).optional().catch(undefined),
  attachments: z
    .array(WireAttachment)
    .transform((all) => all.slice(0, MOST_FILES))
    .optional()
    .catch(undefined),
});
export type WireMessage = z.output<typeof WireMessage>;

export const WireThread = z.object({
  id: Name,
  name: Name,
  parent_channel: Name,
  created_by: Name.catch(""),
  locked: z.boolean().catch(false),
  archived: z.boolean().catch(false),
  participants: Names,
  /** Seconds since 1970, null while nothing was said. */
  last_message: Seconds.nullish(),
});
export type WireThread = z.output<typeof WireThread>;

export const WireChannel = z.object({ name: Name.optional(), type: Name, threads: z.array(WireThread).catch([]) });
export type WireChannel = z.output<typeof WireChannel>;

export const WireCommand = z.object({
  name: Name,
  description: Name.catch(""),
  options: z
    .array(z.object({ name: Name }))
    .nullish()
    .catch(null),
});
export type WireCommand = z.output<typeof WireCommand>;

/** Where something happens: a thread, else a channel. */
const PLACE = { channel: Name.catch(""), thread_id: Name.nullish().catch(null) };
export const InPlace = z.object(PLACE);
export const MessageNew = z.object({ ...PLACE, message: WireMessage });
export const OfMessage = z.object({ ...PLACE, id: Name });
export const MessageEdited = z.object({ ...PLACE, id: Name, content: Text });
export const Reaction = z.object({ ...PLACE, id: Name, emoji: Name, from: Name });
export const Messages = z.object({ messages: z.array(WireMessage) });
export const Typing = z.object({ ...PLACE, user: Name });
export const ChannelList = z.object({ val: z.array(WireChannel) });
export const Unreads = z.object({ unreads: z.record(Name, z.object({ unread_count: z.number().catch(0) })) });
export const ReadMark = z.object({ ...PLACE, last_read: Name.nullish() });
export const People = z.object({ users: z.array(z.object({ username: Name })) });
export const Commands = z.object({ commands: z.array(WireCommand) });
export const CommandNames = z.object({ commands: Names });
export const ThreadFrame = z.object({ thread: WireThread });
export const ThreadLeft = z.object({ thread_id: Name, user: Name });
export const ThreadGone = z.object({ thread_id: Name });
export const DirectMessage = z.object({ from: Name, to: Name, content: Text });
export const Handshake = z.object({ val: z.object({ server: z.object({ name: Name.catch("") }) }) });
export const Ready = z.object({ user: z.object({ username: Name, roles: Names }) });
export const Joined = z.object({ user: z.object({ username: Name }) });

/** A username as people say it. */
export const spokenName = (username: string): string => username.replace(/^USR:local_/, "");
/** Who wrote a message: a webhook goes by its own name. */
export const authorName = ({ user, webhook }: WireMessage): string => webhook?.name ?? spokenName(user);
