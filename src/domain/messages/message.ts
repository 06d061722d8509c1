import { z } from "zod";
import { eventType } from "../../kernel/event.ts";
import { PollStanding } from "../polls/standing.ts";
import { Attachment } from "../attachments/attachment.ts";
import { Speaker } from "../users/user.ts";
import { Embed } from "./embed.ts";

/** People and roles a message calls upon. */
export const Pings = z.lazy(() =>
  z.object({
    users: z.array(Speaker),
    /** Role names as written. */
    roles: z.array(z.string()),
    /** The author of the message replied to, unless the sender asked not to disturb them. */
    replies: z.array(Speaker),
  }),
);
export type Pings = z.output<typeof Pings>;

export const Reaction = z.lazy(() => z.object({ emoji: z.string(), by: z.array(Speaker) }));
export type Reaction = z.output<typeof Reaction>;

/** What only some messages carry. Kept as one JSON text beside the message. */
const Extra = z.object({
  webhook: z.object({ id: z.string(), name: z.string(), avatar: z.string().nullable() }).optional(),
  interaction: z.object({ command: z.string(), by: Speaker }).optional(),
});
export type Extra = z.output<typeof Extra>;

export const Message = z.lazy(() =>
  z.object({
    id: z.string(),
    channel: z.string(),
    author: Speaker,
    content: z.string(),
    /** Milliseconds since the epoch. */
    at: z.number(),
    editedAt: z.number().nullable(),
    replyTo: z.object({ id: z.string(), author: Speaker, ping: z.boolean() }).nullable(),
    pinned: z.boolean(),
    embeds: z.array(Embed),
    /** In the order in which the sender gave them. */
    attachments: z.array(Attachment),
    extra: Extra,
    reactions: z.array(Reaction),
    /** Whom a message that was asked for calls upon; absent when that is nobody, and where an event tells it beside the message. */
    pings: Pings.optional(),
    /** How the vote stands that the message asks for. */
    poll: PollStanding.optional(),
  }),
);
export type Message = z.output<typeof Message>;

/** Where a message is read: a channel, or the thread in it. `name` is the channel's: it spares wires that address channels by name a look-up. */
export const Place = z.lazy(() => z.object({ channel: z.string(), name: z.string(), thread: z.string().optional() }));
export type Place = z.output<typeof Place>;
/** The id under which the messages, pins and read marks of a place are kept. */
export const keptUnder = (place: Place): string => place.thread ?? place.channel;

/** Which message; what it says may be edited or deleted, and then stands nowhere any more. */
const logged = ({ message }: { message: Message }) => ({ id: message.id });

export const messageCreated = eventType({
  name: "message.created",
  summary: "A message was posted.",
  data: () => z.object({ place: Place, message: Message, pings: Pings, nonce: z.string().nullable() }),
  durable: true,
  logged,
});

export const messageEdited = eventType({
  name: "message.edited",
  summary: "The author changed a message.",
  /** `pings` are whom the text calls upon as it stands now. */
  data: () => z.object({ place: Place, message: Message, pings: Pings }),
  durable: true,
  logged,
});

export const messageDeleted = eventType({
  name: "message.deleted",
  summary: "A message was deleted, by its author or a moderator.",
  data: () => z.object({ place: Place, id: z.string(), author: Speaker, by: Speaker }),
  durable: true,
});

export const messagePinned = eventType({
  name: "message.pinned",
  summary: "A message came onto the channel's list of pinned messages, or left it.",
  data: () => z.object({ place: Place, id: z.string(), pinned: z.boolean(), by: Speaker }),
  durable: true,
});

const Reacted = () => z.object({ place: Place, id: z.string(), emoji: z.string(), by: Speaker });

export const reactionAdded = eventType({
  name: "reaction.added",
  summary: "Somebody reacted to a message.",
  data: Reacted,
  durable: true,
});

export const reactionRemoved = eventType({
  name: "reaction.removed",
  summary: "Somebody took back their reaction to a message.",
  data: Reacted,
  durable: true,
});

export const typingStarted = eventType({
  name: "typing.started",
  summary: "Somebody is writing a message.",
  data: () => z.object({ place: Place, user: Speaker }),
  durable: false,
});
