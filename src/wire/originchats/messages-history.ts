import { z } from "zod";
import { getMessage } from "../../domain/messages/get-message.ts";
import { listAround } from "../../domain/messages/list-around.ts";
import { listMessages, MOST_SKIPPED } from "../../domain/messages/list-messages.ts";
import { listPinned } from "../../domain/messages/list-pinned.ts";
import { listReplies } from "../../domain/messages/list-replies.ts";
import { binding } from "../wire.ts";
import { wireEmbeds } from "./poll-embed.ts";
import { checkPlace, pageSize, PLACE, threadId, whereOf, wireMessage } from "./messages.ts";

const whole = z.number().int().nullish();

export const messagesGet = binding({
  name: "messages_get",
  operation: listMessages,
  request: () =>
    z
      .looseObject({ ...PLACE, start: z.number().int().max(MOST_SKIPPED).nullish(), limit: whole })
      .superRefine((r, context) =>
        checkPlace(context, r.channel || r.thread_id ? undefined : "Missing fields: channel or thread_id"),
      ),
  toInput: (r) => {
    const skip = Math.max(0, r.start ?? 0);
    return { ...whereOf(r), skip, limit: pageSize(r.limit), read: skip === 0 };
  },
  toReply: ({ messages, place }, r) => {
    const start = r.start ?? 0;
    return {
      cmd: "messages_get",
      channel: place.name,
      ...threadId(place),
      messages: messages.map(wireMessage),
      range: { start, end: start + (r.limit || 100) },
    };
  },
});

/** 50 when absent, 200 at most. */
const side = (count: number | null | undefined): number => Math.max(0, Math.min(count ?? 50, 200));

/** Here `above` are the newer ones and `below` the older (reference/originchats.md §2.1). */
export const messagesAround = binding({
  name: "messages_around",
  operation: listAround,
  request: () =>
    z
      .looseObject({
        ...PLACE,
        around: z.string().nullish(),
        bounds: z.looseObject({ above: whole, below: whole }).nullish(),
      })
      .superRefine((r, context) =>
        checkPlace(
          context,
          !r.channel && !r.thread_id
            ? "Missing fields: channel or thread_id"
            : !r.around
              ? "around (message ID) is required"
              : undefined,
        ),
      ),
  toInput: (r) => ({ ...whereOf(r), id: r.around!, newer: side(r.bounds?.above), older: side(r.bounds?.below) }),
  toReply: ({ messages, place, start }) => ({
    cmd: "messages_around",
    channel: place.name,
    thread_id: place.thread ?? null,
    messages: messages.map(wireMessage),
    range: { start, end: start + messages.length },
  }),
});

const one = () =>
  z
    .looseObject({ ...PLACE, id: z.string().nullish() })
    .superRefine((r, context) =>
      checkPlace(context, (r.channel || r.thread_id) && r.id ? undefined : "Channel/thread and message ID are required"),
    );

export const messageGet = binding({
  name: "message_get",
  operation: getMessage,
  request: one,
  toInput: (r) => ({ ...whereOf(r), id: r.id! }),
  toReply: ({ message, place }) => ({
    cmd: "message_get",
    channel: place.name,
    ...threadId(place),
    message: wireMessage(message),
  }),
});

export const embedsList = binding({
  name: "embeds_list",
  operation: getMessage,
  request: one,
  toInput: (r) => ({ ...whereOf(r), id: r.id! }),
  toReply: ({ message }) => ({ cmd: "embeds_list", id: message.id, embeds: wireEmbeds(message) }),
});

export const messageReplies = binding({
  name: "message_replies",
  operation: listReplies,
  request: () =>
    z
      .looseObject({ ...PLACE, id: z.string().nullish(), limit: whole })
      .superRefine((r, context) =>
        checkPlace(context, (r.channel || r.thread_id) && r.id ? undefined : "Channel name and message ID are required"),
      ),
  toInput: (r) => ({ ...whereOf(r), id: r.id!, limit: Math.max(1, Math.min(r.limit || 50, 200)) }),
  toReply: ({ messages, place }, r) => ({
    cmd: "message_replies",
    channel: place.name,
    ...threadId(place),
    message_id: r.id,
    replies: messages.map(wireMessage),
  }),
});

export const messagesPinned = binding({
  name: "messages_pinned",
  operation: listPinned,
  request: () =>
    z
      .looseObject(PLACE)
      .superRefine((r, context) => checkPlace(context, r.channel || r.thread_id ? undefined : "Channel name not provided")),
  toInput: whereOf,
  toReply: ({ messages, place }) => ({
    cmd: "messages_pinned",
    channel: place.name,
    ...threadId(place),
    messages: messages.map(wireMessage),
  }),
});

export const bindings = [messagesGet, messagesAround, messageGet, embedsList, messageReplies, messagesPinned] as const;
