import { z } from "zod";
import { eventType } from "../../kernel/event.ts";
import { Seat } from "../voice/voice.ts";
import { Thread } from "../threads/thread.ts";
import { CHANNEL_ACTIONS, type ChannelRules } from "../roles/permissions.ts";

export const CHANNEL_KINDS = ["text", "voice", "separator", "forum"] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];

/** How long messages are kept: `forever`, `none` (only live), `last N`, `N days`. */
const Retention = z.string().regex(/^(forever|none|last [1-9]\d{0,8}|[1-9]\d{0,4} days)$/, "channel.retention");

export const Rules = z.partialRecord(z.enum(CHANNEL_ACTIONS), z.array(z.string().min(1).max(101)).max(100));

export const Channel = z.lazy(() =>
  z.object({
    id: z.string(),
    kind: z.enum(CHANNEL_KINDS),
    name: z.string(),
    displayName: z.string().nullable(),
    description: z.string().nullable(),
    icon: z.string().nullable(),
    /** Height of a separator. */
    size: z.number().nullable(),
    /** 0 is the first in the list. */
    position: z.number(),
    rules: Rules,
    /** Most people in a voice channel; 0 for no limit. */
    userLimit: z.number(),
    /** Seconds a member waits between two messages; 0 for none. */
    slowMode: z.number(),
    retention: z.string(),
    /** Whether it stands in the list of rooms of the line chat. */
    listed: z.boolean(),
    /** Whether it has a password: only those who have given it, and those who manage channels, see it. */
    locked: z.boolean(),
  }),
);
export type Channel = z.output<typeof Channel> & { rules: ChannelRules };

/** What a reader of the list sees of a channel: also its newest message, where it holds messages itself, who is in its call, and its threads. */
export const ListedChannel = z.lazy(() =>
  Channel.unwrap().extend({
    newest: z.object({ id: z.string(), at: z.number() }).nullable(),
    voice: z.array(Seat),
    /** Those of a forum, the newest 500 in the order in which they were begun. */
    threads: z.array(Thread),
  }),
);
export type ListedChannel = z.output<typeof ListedChannel> & { rules: ChannelRules };

/** Refuses what a client could not show in one line or what reorders the text around it. */
const UNSHOWABLE = /[\p{Cc}\p{Cs}\p{Co}\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u;
const SHOWABLE = /[\p{L}\p{N}\p{P}\p{S}]/u;
const LIKE_AN_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Names never become paths here, but they do in what people script around the command line, and in other programs' exports. */
const LIKE_A_PATH = /[/\\]|^\.+$/;

export const ChannelName = z
  .string()
  .trim()
  .min(1, "channel.name")
  .max(100, "channel.name")
  .refine((name) => {
    const folded = name.normalize("NFKC");
    return SHOWABLE.test(folded) && !UNSHOWABLE.test(folded) && !LIKE_AN_ID.test(folded) && !LIKE_A_PATH.test(folded);
  }, "channel.name");

const line = (max: number) => z.string().trim().max(max).nullable();

/** What may be said of a channel when it is made, and changed later. */
export const Settable = {
  displayName: line(100),
  description: line(1000),
  icon: line(2000),
  size: z.number().min(0).max(1000).nullable(),
  rules: Rules,
  userLimit: z.int().min(0).max(1000),
  slowMode: z.int().min(0).max(21_600),
  retention: Retention,
  listed: z.boolean(),
};

const everyone = () => "everyone" as const;

export const channelCreated = eventType({
  name: "channel.created",
  summary: "A channel was made. Told to the whole community: each viewer may see only what `view` allows them.",
  data: () => z.object({ channel: Channel }),
  durable: true,
  reshapes: everyone,
});
export const channelUpdated = eventType({
  name: "channel.updated",
  summary:
    "Name, rules or settings of a channel changed. `was` is the name it had; `relisted` where it is another entry of lists now, or others may view it.",
  data: () => z.object({ channel: Channel, was: z.string(), relisted: z.boolean() }),
  durable: true,
  reshapes: everyone,
});
export const channelMoved = eventType({
  name: "channel.moved",
  summary: "A channel took another place in the list.",
  data: () => z.object({ id: z.string(), name: z.string(), position: z.number() }),
  durable: true,
});
export const channelDeleted = eventType({
  name: "channel.deleted",
  summary: "A channel and all its messages are gone.",
  data: () => z.object({ id: z.string(), name: z.string() }),
  durable: true,
  reshapes: everyone,
});
