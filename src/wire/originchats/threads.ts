import { z } from "zod";
import type { EventData } from "../../domain/index.ts";
import { listMessages, MOST_SKIPPED } from "../../domain/messages/list-messages.ts";
import { createThread } from "../../domain/threads/create-thread.ts";
import { deleteThread } from "../../domain/threads/delete-thread.ts";
import { joinThread, leaveThread } from "../../domain/threads/join-thread.ts";
import { showThread } from "../../domain/threads/show-thread.ts";
import type { Thread } from "../../domain/threads/thread.ts";
import { updateThread } from "../../domain/threads/update-thread.ts";
import { binding } from "../wire.ts";
import { TEXT } from "./meant.ts";
import { pageSize, wireMessage } from "./messages.ts";
import { username } from "./names.ts";
import { complain } from "./sentences.ts";

/** A thread as this wire shows it (reference/originchats.md §2.4). */
export const wireThread = (thread: Thread) => ({
  id: thread.id,
  name: thread.name,
  parent_channel: thread.place.name,
  created_by: username(thread.author),
  created_at: thread.at / 1000,
  locked: thread.locked,
  archived: thread.archived,
  participants: thread.participants.map(username),
  last_message: thread.newest && thread.newest.at / 1000,
  last_message_id: thread.newest?.id ?? null,
});

export const threadCreateFrame = ({ thread }: { thread: Thread }) => ({
  cmd: "thread_create",
  thread: wireThread(thread),
  channel: thread.place.name,
  global: true,
});
export const threadUpdateFrame = ({ thread }: { thread: Thread }) => ({ ...threadCreateFrame({ thread }), cmd: "thread_update" });
export const threadDeleteFrame = ({ id, place }: Pick<EventData<"thread.deleted">, "id" | "place">) => ({
  cmd: "thread_delete",
  thread_id: id,
  channel: place.name,
  global: true,
});
export const participantFrame = (cmd: "thread_join" | "thread_leave", { thread, user }: EventData<"thread.joined">) => ({
  cmd,
  thread: wireThread(thread),
  thread_id: thread.id,
  user: username(user),
  global: true,
});

export const threadCreate = binding({
  name: "thread_create",
  operation: createThread,
  answer: "thread.created",
  request: () =>
    z.looseObject({ channel: TEXT.optional(), name: TEXT.optional() }).superRefine((r, context) => {
      if (typeof r.channel !== "string" || !r.channel || typeof r.name !== "string" || !r.name)
        complain(context, "Channel and thread name are required");
    }),
  toInput: (r) => ({ channel: r.channel as string, name: r.name as string }),
  toReply: threadCreateFrame,
});

/** Names a thread. An id is looked up, never a path (reference/originchats.md §11.1). */
const THREAD = {
  thread_id: TEXT.transform((id, context) => {
    if (typeof id === "string" && id !== "") return id.slice(0, 100);
    complain(context, "Thread ID is required");
    return z.NEVER;
  }),
};
const request = () => z.looseObject(THREAD);

export const threadGet = binding({
  name: "thread_get",
  operation: showThread,
  request,
  toInput: (r) => ({ thread: r.thread_id }),
  toReply: ({ thread }) => ({ cmd: "thread_get", thread: wireThread(thread) }),
});

/** Unlike `messages_get` it leaves the read mark where it is. */
export const threadMessages = binding({
  name: "thread_messages",
  operation: listMessages,
  request: () =>
    z.looseObject({
      ...THREAD,
      start: z.number().int().max(MOST_SKIPPED).nullish(),
      limit: z.number().int().nullish(),
    }),
  toInput: (r) => ({ thread: r.thread_id, skip: Math.max(0, r.start ?? 0), limit: pageSize(r.limit) }),
  toReply: ({ messages }, r) => ({ cmd: "thread_messages", thread_id: r.thread_id, messages: messages.map(wireMessage) }),
});

export const threadUpdate = binding({
  name: "thread_update",
  operation: updateThread,
  answer: "thread.updated",
  request: () =>
    z.looseObject({
      ...THREAD,
      name: z.string().nullish(),
      locked: z.boolean().nullish(),
      archived: z.boolean().nullish(),
    }),
  toInput: ({ thread_id, name, locked, archived }) => ({
    thread: thread_id,
    changes: {
      ...(typeof name === "string" && { name }),
      ...(typeof locked === "boolean" && { locked }),
      ...(typeof archived === "boolean" && { archived }),
    },
  }),
  toReply: threadUpdateFrame,
});

export const threadDelete = binding({
  name: "thread_delete",
  operation: deleteThread,
  answer: "thread.deleted",
  request,
  toInput: (r) => ({ thread: r.thread_id }),
  toReply: threadDeleteFrame,
});

export const threadJoin = binding({
  name: "thread_join",
  operation: joinThread,
  answer: "thread.joined",
  request,
  toInput: (r) => ({ thread: r.thread_id }),
  toReply: (output) => participantFrame("thread_join", output),
});

export const threadLeave = binding({
  name: "thread_leave",
  operation: leaveThread,
  answer: "thread.left",
  request,
  toInput: (r) => ({ thread: r.thread_id }),
  toReply: (output) => participantFrame("thread_leave", output),
});

export const bindings = [threadCreate, threadGet, threadMessages, threadUpdate, threadDelete, threadJoin, threadLeave] as const;
