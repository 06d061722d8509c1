import { z } from "zod";
import type { EventData } from "../../domain/index.ts";
import type { Message, Pings, Place } from "../../domain/messages/message.ts";
import { sendMessage } from "../../domain/messages/send-message.ts";
import { startTyping } from "../../domain/messages/start-typing.ts";
import type { Where } from "../../domain/threads/where.ts";
import { binding } from "../wire.ts";
import { checkAttachments, wireAttachment } from "./attachments.ts";
import { OBJECTS, YES_OR_NO } from "./meant.ts";
import { username } from "./names.ts";
import { wireEmbeds } from "./poll-embed.ts";
import { complain, missing } from "./sentences.ts";

/** A message as this wire shows it, in history and live (reference/originchats.md §5.7). */
export const wireMessage = (message: Message) => ({
  user: username(message.author),
  content: message.content,
  timestamp: message.at / 1000,
  id: message.id,
  ...(message.embeds.length && { embeds: wireEmbeds(message) }),
  ...(message.attachments.length && { attachments: message.attachments.map(wireAttachment) }),
  ...(message.replyTo && { reply_to: { id: message.replyTo.id, user: username(message.replyTo.author) } }),
  ...(message.replyTo && !message.replyTo.ping && { ping: false }),
  ...(message.editedAt !== null && { edited: true }),
  ...(message.reactions.length && {
    reactions: Object.fromEntries(message.reactions.map(({ emoji, by }) => [emoji, by.map(username)])),
  }),
  ...(message.pings && { pings: wirePings(message.pings) }),
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

/** What an answer adds where a thread is meant. */
export const threadId = ({ thread }: Place): { thread_id?: string } => (thread === undefined ? {} : { thread_id: thread });

/** Where a request's message stands: in the thread, else in the channel. */
export const PLACE = { channel: z.string().optional(), thread_id: z.string().nullish() };
export interface InPlace {
  readonly channel?: string | undefined;
  readonly thread_id?: string | null | undefined;
}

/** The place in the operations' words; the channel beside a thread says nothing. */
export const whereOf = ({ channel, thread_id }: InPlace): Where => (thread_id ? { thread: thread_id } : { channel });

/** Says what is missing in the wire's words. */
export const checkPlace = (context: z.RefinementCtx, sentence: string | undefined): void => {
  if (sentence !== undefined) complain(context, sentence);
};

/** Page size: 0 and absent mean 100, more than 200 means 200, less than 0 nothing (reference/originchats.md §2.1). */
export const pageSize = (limit: number | null | undefined): number => Math.max(0, Math.min(limit || 100, 200));

/** Embeds as the wire lets them arrive; what is in each is the operation's to judge. */
export const EMBEDS = { embeds: OBJECTS.optional() };
/** The list, absent when none was sent. */
export const embedsOf = (r: { readonly embeds?: unknown }): any[] | undefined => (Array.isArray(r.embeds) ? r.embeds : undefined);
export function checkEmbeds({ embeds }: { readonly embeds?: unknown }, context: z.RefinementCtx): void {
  if (embeds === undefined || embeds === null) return;
  if (!Array.isArray(embeds)) complain(context, "Embeds must be an array");
  else if (embeds.length > 10) complain(context, "Cannot have more than 10 embeds");
}

/** The live frame: what the sender gets as the answer and everybody else as news. */
export const messageFrame = ({ message, pings, place }: { message: Message; pings: Pings; place: Place }) => ({
  cmd: "message_new",
  message: { ...wireMessage(message), pings: wirePings(pings) },
  channel: place.name,
  thread_id: place.thread ?? null,
  global: true,
});

const isEmpty = (list: unknown): boolean => list === undefined || list === null || (Array.isArray(list) && !list.length);

export const messageNew = binding({
  name: "message_new",
  operation: sendMessage,
  answer: "message.created",
  request: () =>
    z
      .looseObject({
        ...PLACE,
        ...EMBEDS,
        content: z.string().nullish(),
        reply_to: z.string().nullish(),
        ping: YES_OR_NO.optional(),
        attachments: OBJECTS.optional(),
        nonce: z.string().optional(),
      })
      .superRefine((r, context) => {
        missing(context, [
          !r.channel && !r.thread_id && "channel or thread_id",
          !r.content && isEmpty(r.embeds) && isEmpty(r.attachments) && "content or attachments",
        ]);
        checkEmbeds(r, context);
        checkAttachments(r, context);
      }),
  toInput: (r) => ({
    ...whereOf(r),
    content: r.content ?? "",
    replyPing: r.ping === undefined || Boolean(r.ping),
    ...(r.reply_to && { replyTo: r.reply_to }),
    embeds: embedsOf(r),
    ...(Array.isArray(r.attachments) && { attachments: r.attachments.map(({ id }) => id) }),
    ...(r.nonce !== undefined && { nonce: r.nonce }),
  }),
  toReply: messageFrame,
});

export const typingFrame = ({ place, user }: EventData<"typing.started">) => ({
  cmd: "typing",
  channel: place.name,
  user: username(user),
  thread_id: place.thread ?? null,
  global: true,
});

export const typing = binding({
  name: "typing",
  operation: startTyping,
  answer: "typing.started",
  request: () =>
    z
      .looseObject(PLACE)
      .superRefine((r, context) =>
        checkPlace(context, r.channel || r.thread_id ? undefined : "Channel name or thread_id not provided"),
      ),
  toInput: whereOf,
  toReply: () => undefined,
});

export const bindings = [messageNew, typing] as const;
