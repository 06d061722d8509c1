import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { longerThan } from "../messages/content.ts";
import type { Embed } from "../messages/embed.ts";
import { Message } from "../messages/message.ts";
import { messagePace } from "../messages/pace.ts";
import { publishMessage } from "../messages/publish-message.ts";
import { placeFor } from "../threads/access.ts";
import { Where } from "../threads/where.ts";
import { permitted } from "../users/access.ts";
import { PollAt } from "./poll.ts";
import type { PollStanding } from "./standing.ts";
import { insertPoll } from "./statements.ts";

const YEAR_MS = 366 * 86_400_000;
/** The last moment a clock can tell; what is too late for a poll is judged by the clock. */
const LATEST = 8.64e15;

const Input = () =>
  z.object({
    ...Where,
    question: z
      .string()
      .max(5000, "poll.question-length")
      .trim()
      .min(1, "poll.question")
      .refine((text) => !longerThan(text, 300), "poll.question-length"),
    options: z
      .array(
        z.object({
          id: z.string().min(1, "poll.option-id").max(50, "poll.option-id"),
          text: z.string().trim().min(1, "poll.option").max(100, "poll.option"),
          emoji: z.string().min(1).max(200, "poll.option").nullable().default(null),
        }),
      )
      .min(2, "poll.few-options")
      .max(10, "poll.many-options")
      .refine((options) => new Set(options.map(({ id }) => id)).size === options.length, "poll.option-id"),
    /** Whether one may choose several options. */
    multiple: z.boolean().default(false),
    /** When it ends by itself: at a moment or so many milliseconds from now; null for when somebody ends it. */
    ends: z
      .union([z.object({ at: z.int().min(1).max(LATEST) }), z.object({ afterMs: z.int().min(1).max(LATEST) })], "poll.expiry")
      .nullable()
      .default(null),
  });

export const createPoll = operation({
  name: "poll.create",
  summary: "Post a message that asks for a vote.",
  input: Input,
  output: () => PollAt.extend({ message: Message }),
  access: { by: permitted("send_messages"), to: placeFor("send") },
  pace: messagePace,
  async run(call) {
    const { input, now, id } = call;
    const { to } = call.access;
    const { question, options, multiple, ends } = input;
    const expiresAt = ends && ("at" in ends ? ends.at : now() + ends.afterMs);
    if (expiresAt !== null && (expiresAt <= now() || expiresAt > now() + YEAR_MS))
      throw new Refusal("invalid-input", "poll.expiry");
    const poll: PollStanding = {
      id: id(),
      question,
      options: options.map((option) => ({ ...option, votes: 0 })),
      multiple,
      expiresAt,
      endedAt: null,
    };
    const { message } = await publishMessage(
      call,
      to,
      { content: "", embeds: [embedOf(poll)], replyPing: false, poll },
      (batch, { id: bears }) =>
        batch.add(insertPoll, {
          id: poll.id,
          message: bears,
          question,
          options: JSON.stringify(options),
          multiple: multiple ? 1 : 0,
          expiresAt,
        }),
    );
    return { place: to.place, message, poll };
  },
});

/** What the message keeps of a poll for clients that only know embeds; how it stands is put in when it is shown (reference/originchats.md §2.13). */
const embedOf = ({ id, question, options, multiple, expiresAt }: PollStanding): Embed => ({
  type: "poll",
  title: [...question].slice(0, 256).join(""),
  poll: {
    id,
    question,
    options: options.map(({ id: option, text, emoji }) => ({ id: option, text, ...(emoji !== null && { emoji }) })),
    allow_multiselect: multiple,
    expires_at: expiresAt === null ? null : expiresAt / 1000,
  },
});
