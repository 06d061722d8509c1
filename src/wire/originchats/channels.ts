import { checked } from "../../kernel/checked.ts";
import { z } from "zod";
import { CHANNEL_KINDS, type Channel, type ChannelKind, type ListedChannel } from "../../domain/channels/channel.ts";
import { createChannel } from "../../domain/channels/create-channel.ts";
import { deleteChannel } from "../../domain/channels/delete-channel.ts";
import { listChannels } from "../../domain/channels/list-channels.ts";
import { moveChannel } from "../../domain/channels/move-channel.ts";
import { updateChannel } from "../../domain/channels/update-channel.ts";
import { CHANNEL_ACTIONS } from "../../domain/roles/permissions.ts";
import { binding } from "../wire.ts";
import { NUMBER, OBJECT, TEXT } from "./meant.ts";
import { complain } from "./sentences.ts";
import { wireThread } from "./threads.ts";
import { voiceState } from "./voice.ts";

/** A channel as this wire shows it (reference/originchats.md §5.6); what the reference has no field for only where it is set. */
export const wireChannel = (channel: Channel) => ({
  type: channel.kind,
  ...(channel.name !== "" && { name: channel.name }),
  ...(channel.description !== null && { description: channel.description }),
  ...(channel.displayName !== null && { display_name: channel.displayName }),
  ...(channel.icon !== null && { icon: channel.icon }),
  ...(channel.size !== null && { size: channel.size }),
  ...(channel.userLimit !== 0 && { user_limit: channel.userLimit }),
  ...(channel.slowMode !== 0 && { slow_mode: channel.slowMode }),
  ...(channel.retention !== "forever" && { retention: channel.retention }),
  ...(!channel.listed && { listed: false }),
  ...(channel.locked && { locked: true }),
  permissions: channel.rules,
});

/** What the list adds by kind (reference/originchats.md §2.3). */
const LIVELY: Record<ChannelKind, (channel: ListedChannel) => object> = {
  text: ({ newest }) => ({ last_message: newest && newest.at / 1000, last_message_id: newest?.id ?? null }),
  voice: ({ voice }) => ({ voice_state: voiceState(voice) }),
  forum: ({ threads }) => ({ threads: threads.map(wireThread) }),
  separator: () => ({}),
};

/** A channel as lists show it. */
export const listedChannel = (channel: ListedChannel) => ({ ...wireChannel(channel), ...LIVELY[channel.kind](channel) });

export const channelsGet = binding({
  name: "channels_get",
  operation: listChannels,
  request: () => z.looseObject({}),
  toInput: () => ({}),
  toReply: ({ channels }) => ({
    cmd: "channels_get",
    val: channels.map(listedChannel),
  }),
});

/** An empty list is no rule (reference/originchats.md §2.3). */
const Permissions = z.lazy(() =>
  z
    .record(z.string(), z.array(z.string().min(1).max(101)).max(100))
    .transform((lists) => Object.fromEntries(Object.entries(lists).filter(([, roles]) => roles.length)))
    .superRefine((lists, context) => {
      const unknown = Object.keys(lists).find((action) => !(CHANNEL_ACTIONS as readonly string[]).includes(action));
      if (unknown !== undefined) complain(context, `Unknown channel permission: ${unknown.slice(0, 100)}`);
    }),
);

const isKind = (type: unknown): type is ChannelKind => (CHANNEL_KINDS as readonly unknown[]).includes(type);
const text = z.string().nullish();
const orNull = (given: string | null | undefined): string | null => given || null;

export const channelCreate = binding({
  name: "channel_create",
  operation: createChannel,
  request: () =>
    z
      .looseObject({
        name: TEXT.optional(),
        type: TEXT.optional(),
        description: text,
        display_name: text,
        icon: text,
        size: z.number().nullish(),
        permissions: Permissions.nullish(),
      })
      .superRefine(({ name, type }, context) => {
        if (typeof name !== "string" || !name.trim()) complain(context, "Channel name is required");
        else if (!type) complain(context, "Channel type is required (text, voice, or separator)");
        else if (!isKind(type)) complain(context, "Invalid channel type, must be text, voice, separator, or forum");
      }),
  toInput: (r) => ({
    name: r.name as string,
    kind: r.type as ChannelKind,
    description: orNull(r.description),
    displayName: orNull(r.display_name),
    icon: orNull(r.icon),
    size: r.size ?? null,
    ...(r.permissions && { rules: r.permissions }),
  }),
  toReply: ({ channel }) => ({ cmd: "channel_create", channel: wireChannel(channel), created: true }),
});

const Updates = z.lazy(() =>
  z
    .strictObject({
      name: z.string(),
      type: z.string(),
      display_name: z.string().nullable(),
      description: z.string().nullable(),
      icon: z.string().nullable(),
      size: z.number().nullable(),
      permissions: Permissions,
      user_limit: z.number(),
      slow_mode: z.number(),
      retention: z.string(),
    })
    .partial(),
);

export const channelUpdate = binding({
  name: "channel_update",
  operation: updateChannel,
  request: () =>
    z.looseObject({ current_name: TEXT.optional(), updates: OBJECT.optional() }).transform((r, context) => {
      const refuse = (sentence: string) => {
        complain(context, sentence);
        return z.NEVER;
      };
      if (typeof r.current_name !== "string" || !r.current_name) return refuse("current_name is required");
      if (typeof r.updates !== "object" || r.updates === null || !Object.keys(r.updates).length)
        return refuse("updates object is required");
      const updates = checked(Updates, r.updates);
      if (!updates.success) {
        const [issue] = updates.flaws;
        if (issue?.code === "unrecognized_keys") return refuse(`Unknown field in updates: ${issue.keys?.[0]?.slice(0, 100)}`);
        return refuse(issue?.code === "custom" ? issue.message : `Invalid updates.${issue?.path.join(".")}: ${issue?.message}`);
      }
      const { type } = updates.data;
      if (type !== undefined && !isKind(type)) return refuse("Invalid channel type");
      return { channel: r.current_name, updates: { ...updates.data, type } };
    }),
  toInput: ({ channel, updates: u }) => ({
    channel,
    changes: {
      ...(u.name !== undefined && { name: u.name }),
      ...(u.type !== undefined && { kind: u.type }),
      ...(u.display_name !== undefined && { displayName: orNull(u.display_name) }),
      ...(u.description !== undefined && { description: orNull(u.description) }),
      ...(u.icon !== undefined && { icon: orNull(u.icon) }),
      ...(u.size !== undefined && { size: u.size }),
      ...(u.permissions !== undefined && { rules: u.permissions }),
      ...(u.user_limit !== undefined && { userLimit: u.user_limit }),
      ...(u.slow_mode !== undefined && { slowMode: u.slow_mode }),
      ...(u.retention !== undefined && { retention: u.retention }),
    },
  }),
  toReply: ({ channel, was }) => ({
    cmd: "channel_update",
    channel: wireChannel(channel),
    current_name: was,
    updated: true,
  }),
});

const named = (r: { name?: unknown }, context: z.RefinementCtx): void => {
  if (typeof r.name !== "string" || !r.name) complain(context, "Channel name is required");
};

export const channelMove = binding({
  name: "channel_move",
  operation: moveChannel,
  request: () =>
    z.looseObject({ name: TEXT.optional(), position: NUMBER.optional() }).superRefine((r, context) => {
      if (typeof r.name !== "string" || !r.name) named(r, context);
      else if (r.position === undefined || r.position === null) complain(context, "Position is required");
      else if (!Number.isSafeInteger(r.position) || (r.position as number) < 0)
        complain(context, "Position must be a non-negative integer");
    }),
  toInput: (r) => ({ channel: r.name as string, position: Math.min(r.position as number, 1_000_000) }),
  toReply: ({ name }, r) => ({ cmd: "channel_move", name, position: r.position, moved: true }),
});

export const channelDelete = binding({
  name: "channel_delete",
  operation: deleteChannel,
  request: () => z.looseObject({ name: TEXT.optional() }).superRefine(named),
  toInput: (r) => ({ channel: r.name as string }),
  toReply: ({ name }) => ({ cmd: "channel_delete", name, deleted: true }),
});

export const bindings = [channelsGet, channelCreate, channelUpdate, channelMove, channelDelete] as const;
