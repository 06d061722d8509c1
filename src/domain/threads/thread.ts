import { z } from "zod";
import { eventType } from "../../kernel/event.ts";
import { longerThan } from "../messages/content.ts";
import { Place } from "../messages/message.ts";
import { Speaker } from "../users/user.ts";

export const ThreadName = z
  .string()
  .max(1000, "thread.name")
  .trim()
  .min(1, "thread.name-empty")
  .refine((name) => !longerThan(name, 100) && !/\p{Cc}/u.test(name), "thread.name");

/** A conversation of its own in a forum. */
export const Thread = z.lazy(() =>
  z.object({
    id: z.string(),
    name: z.string(),
    place: Place,
    author: Speaker,
    /** Milliseconds since the epoch. */
    at: z.number(),
    /** Nobody writes, edits, deletes, reacts or votes in it; it can be read. */
    locked: z.boolean(),
    /** Put away until somebody writes in it. */
    archived: z.boolean(),
    /** The first twenty who joined, and in any case who asks. */
    participants: z.array(Speaker),
    newest: z.object({ id: z.string(), at: z.number() }).nullable(),
  }),
);
export type Thread = z.output<typeof Thread>;

export const threadCreated = eventType({
  name: "thread.created",
  summary: "Somebody began a thread in a forum.",
  data: () => z.object({ thread: Thread }),
  durable: true,
});
export const threadUpdated = eventType({
  name: "thread.updated",
  summary: "A thread has another name, was locked or archived, or is so no longer.",
  data: () => z.object({ thread: Thread }),
  durable: true,
});
export const threadDeleted = eventType({
  name: "thread.deleted",
  summary: "A thread and all its messages are gone.",
  data: () => z.object({ place: Place, id: z.string(), name: z.string() }),
  durable: true,
});
export const threadJoined = eventType({
  name: "thread.joined",
  summary: "Somebody takes part in a thread.",
  data: () => z.object({ thread: Thread, user: Speaker }),
  durable: true,
});
export const threadLeft = eventType({
  name: "thread.left",
  summary: "Somebody takes part in a thread no longer.",
  data: () => z.object({ thread: Thread, user: Speaker }),
  durable: true,
});
