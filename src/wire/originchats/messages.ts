import { z } from "zod";
import { listMessages } from "../../domain/messages/list-messages.ts";
import type { Message, Pings } from "../../domain/messages/message.ts";
import { sendMessage } from "../../domain/messages/send-message.ts";
import { binding } from "../wire.ts";
import { username } from "./names.ts";
import { missing } from "./sentences.ts";

/** A message as this wire shows it, in history and live (reference/originchats.md §5.7). */
export const wireMessage = (message: Message) => ({
  user: username(message.author),
  content: message.content,
  timestamp: message.at / 1000,
  id: message.id,
  ...(message.embeds.length && { embeds: message.embeds }),
  ...(message.replyTo && { reply_to: { id: message.replyTo.id, user: username(message.replyTo.author) } }),
  ...(message.replyTo && !message.replyTo.ping && { ping: false }),
  ...(message.editedAt !== null && { edited: true }),
  ...(message.reactions.length && {
    reactions: Object.fromEntries(message.reactions.map(({ emoji, by }) => [emoji, by.map(username)])),
  }),
  ...(message.extra.webhook && { webhook: message.extra.webhook }),
  pinned: message.pinned,
  type: "message",
  interaction: message.extra.interaction
    ? { command: message.extra.interaction.command, username: username(message.extra.interaction.by) }
    : null,
});

export const wirePings = (pings: Pings) => ({
  users: pings.users.map(username),
  roles: pings.roles,
  replies: pings.replies.map(username),
});

/** The live frame: what the sender gets as the answer and everybody else as news. */
export const messageFrame = ({ message, pings, place }: { message: Message; pings: Pings; place: { name: string } }) => ({
  cmd: "message_new",
  message: { ...wireMessage(message), pings: wirePings(pings) },
  channel: place.name,
  thread_id: null,
  global: true,
});

export const messageNew = binding({
  name: "message_new",
  operation: sendMessage,
  answer: "message.created",
  request: z
    .looseObject({
      channel: z.string().optional(),
      content: z.string().optional(),
      reply_to: z.string().nullish(),
      ping: z.unknown().optional(),
      embeds: z.array(z.unknown()).nullish(),
      nonce: z.string().optional(),
    })
    .superRefine((r, context) =>
      missing(context, [!r.channel && "channel or thread_id", !r.content && !r.embeds?.length && "content or attachments"]),
    ),
  toInput: (r) => ({
    channel: r.channel!,
    content: r.content ?? "",
    replyPing: r.ping === undefined || Boolean(r.ping),
    ...(r.reply_to && { replyTo: r.reply_to }),
    ...(r.embeds && { embeds: r.embeds as any }),
    ...(r.nonce !== undefined && { nonce: r.nonce }),
  }),
  toReply: messageFrame,
});

/** Page size: 0 and absent mean 100, more than 200 means 200 (reference/originchats.md §2.1). */
const pageSize = (limit: number | undefined): number => Math.min(limit || 100, 200);

export const messagesGet = binding({
  name: "messages_get",
  operation: listMessages,
  request: z
    .looseObject({
      channel: z.string().optional(),
      start: z.number().int().optional(),
      limit: z.number().int().min(0).optional(),
    })
    .superRefine((r, context) => missing(context, [!r.channel && "channel or thread_id"])),
  toInput: (r) => {
    const skip = Math.max(0, r.start ?? 0);
    return { channel: r.channel!, skip, limit: pageSize(r.limit), read: skip === 0 };
  },
  toReply: ({ messages, place }, r) => {
    const start = r.start ?? 0;
    return {
      cmd: "messages_get",
      channel: place.name,
      messages: messages.map(wireMessage),
      range: { start, end: start + (r.limit || 100) },
    };
  },
});

export const bindings = [messageNew, messagesGet] as const;
