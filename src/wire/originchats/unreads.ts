import { z } from "zod";
import type { Place } from "../../domain/messages/message.ts";
import { listPings } from "../../domain/unreads/list-pings.ts";
import { countUnread, listUnreads } from "../../domain/unreads/list-unreads.ts";
import { moveReadMark } from "../../domain/unreads/move-read-mark.ts";
import { binding } from "../wire.ts";
import { NUMBER, TEXT } from "./meant.ts";
import { type InPlace, threadId, whereOf, wireMessage } from "./messages.ts";
import { complain } from "./sentences.ts";

/** A thread is named by its id alone (reference/originchats.md §2.2). */
const either = (place: Place): object => (place.thread === undefined ? { channel: place.name } : threadId(place));

/** What a user has read, to each of their sessions (reference/originchats.md §2.2). */
export const unreadsUpdateFrame = ({ place, message }: { place: Place; message: string }) => ({
  cmd: "unreads_update",
  ...either(place),
  last_read: message,
});

const somewhere = ({ channel, thread_id }: { channel?: unknown; thread_id?: unknown }, context: z.RefinementCtx): void => {
  if (thread_id ? typeof thread_id !== "string" : typeof channel !== "string" || !channel)
    complain(context, "Channel or thread_id is required");
};

export const unreadsAck = binding({
  name: "unreads_ack",
  operation: moveReadMark,
  request: () =>
    z
      .looseObject({ channel: TEXT.optional(), thread_id: TEXT.optional(), message_id: z.string().nullish() })
      .superRefine(somewhere),
  toInput: (r) => ({ ...whereOf(r as InPlace), ...(r.message_id && { message: r.message_id }) }),
  toReply: ({ place, lastRead }) => ({ cmd: "unreads_ack", ...either(place), last_read: lastRead }),
});

export const unreadsGet = binding({
  name: "unreads_get",
  operation: listUnreads,
  request: () => z.looseObject({}),
  toInput: () => ({}),
  toReply: ({ unreads }) => ({
    cmd: "unreads_get",
    unreads: Object.fromEntries(
      unreads.map(({ place, lastRead, unread, total }) => [
        place.thread === undefined ? place.name : `thread:${place.thread}`,
        { last_read: lastRead, unread_count: unread, total_messages: total },
      ]),
    ),
  }),
});

export const unreadsCount = binding({
  name: "unreads_count",
  operation: countUnread,
  request: () => z.looseObject({ channel: TEXT.optional(), thread_id: TEXT.optional() }).superRefine(somewhere),
  toInput: (r) => whereOf(r as InPlace),
  toReply: ({ place, lastRead, unread, total }) => ({
    cmd: "unreads_count",
    ...either(place),
    unread_count: unread,
    last_read: lastRead,
    total_messages: total,
  }),
});

/** reference/originchats.md §2.1 */
export const pingsGet = binding({
  name: "pings_get",
  operation: listPings,
  request: () =>
    z.looseObject({ limit: NUMBER.default(50), offset: NUMBER.default(0) }).superRefine((r, context) => {
      const whole = (value: unknown, min: number, max: number) =>
        Number.isInteger(value) && (value as number) >= min && (value as number) <= max;
      if (!whole(r.limit, 1, 100)) complain(context, "Limit must be a number between 1 and 100");
      else if (!whole(r.offset, 0, 1_000_000_000)) complain(context, "Offset must be a non-negative number");
    }),
  toInput: (r) => ({ limit: r.limit as number, skip: r.offset as number }),
  toReply: ({ pings, total }, r) => ({
    cmd: "pings_get",
    messages: pings.map(({ place, message }) => ({ ...wireMessage(message), channel: place.name, ...threadId(place) })),
    offset: r.offset,
    limit: r.limit,
    total,
  }),
});

export const bindings = [unreadsAck, unreadsGet, unreadsCount, pingsGet] as const;
