import { z } from "zod";
import { eventType } from "../../kernel/event.ts";
import { CHANNEL_ACTIONS, type ChannelRules } from "../roles/permissions.ts";

export const CHANNEL_KINDS = ["text", "voice", "separator", "forum"] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];

/** How long messages are kept: `forever`, `none` (only live), `last N`, `N days`. */
export const Retention = z.string().regex(/^(forever|none|last [1-9]\d{0,8}|[1-9]\d{0,4} days)$/, "channel.retention");

export const Rules = z.partialRecord(z.enum(CHANNEL_ACTIONS), z.array(z.string().min(1).max(101)).max(100));

export const Channel = z.object({
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
});
export type Channel = z.output<typeof Channel> & { rules: ChannelRules };

export const channelCreated = eventType({
  name: "channel.created",
  summary: "A channel was made.",
  data: z.object({ channel: Channel }),
  durable: true,
  reshapes: () => "everyone",
});
