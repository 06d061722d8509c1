import { z } from "zod";
import type { EventData } from "../../domain/index.ts";
import { createPoll } from "../../domain/polls/create-poll.ts";
import { endPoll } from "../../domain/polls/end-poll.ts";
import { showPoll, showPollResults } from "../../domain/polls/show-poll.ts";
import type { PollStanding } from "../../domain/polls/standing.ts";
import { voteInPoll } from "../../domain/polls/vote-in-poll.ts";
import { binding } from "../wire.ts";
import { OBJECTS, TEXT, YES_OR_NO } from "./meant.ts";
import { PLACE, whereOf } from "./messages.ts";
import { username } from "./names.ts";
import { pollResults } from "./poll-embed.ts";
import { complain } from "./sentences.ts";

/** What was asked, as `poll_create` and `poll_get` tell it. */
const asked = ({ question, options, multiple, expiresAt }: PollStanding) => ({
  question,
  options: options.map(({ id, text, emoji }) => ({ id, text, ...(emoji !== null && { emoji }) })),
  allow_multiselect: multiple,
  expires_at: expiresAt === null ? null : expiresAt / 1000,
});
const stands = ({ message, place }: Pick<EventData<"poll.voted">, "message" | "place">) => ({
  message_id: message,
  channel: place.name,
  thread_id: place.thread ?? null,
});

/** To everybody without saying who chose what; to the voter's own sessions with their choice, which the web client takes from `results`. */
export const pollVoteFrame = (data: EventData<"poll.voted">) => ({
  cmd: "poll_vote_update",
  poll_id: data.poll.id,
  ...stands(data),
  ...(data.poll.chosen && { option_ids: data.poll.chosen }),
  results: pollResults(data.poll),
});
export const pollEndFrame = (data: EventData<"poll.ended">) => ({
  cmd: "poll_end",
  poll_id: data.poll.id,
  ...stands(data),
  results: pollResults(data.poll, data.voters),
});

interface Option {
  readonly id?: unknown;
  readonly text?: unknown;
  readonly emoji?: unknown;
}
/** Each a text, or an object with one; without an id its index is its id (reference/originchats.md §2.13). */
const optionsOf = (options: readonly unknown[]): Option[] =>
  options.map((option, at) => {
    const { id = String(at), text, emoji } = typeof option === "string" ? { text: option } : ((option ?? {}) as Option);
    return { id: typeof id === "number" ? String(id) : id, text, ...(Boolean(emoji) && { emoji }) };
  });
const LONGEST_HOURS = 1_000_000;

export const pollCreate = binding({
  name: "poll_create",
  operation: createPoll,
  request: () =>
    z
      .looseObject({
        ...PLACE,
        question: TEXT.optional(),
        options: OBJECTS.optional(),
        allow_multiselect: YES_OR_NO.optional(),
        expires_at: z.number().max(1e11).nullish(),
        duration_hours: z.number().max(LONGEST_HOURS).nullish(),
      })
      .superRefine((r, context) => {
        if (!r.channel && !r.thread_id) complain(context, "Channel or thread_id is required");
        else if (typeof r.question !== "string" || !r.question.trim()) complain(context, "Question is required");
        else if (!Array.isArray(r.options) || r.options.length < 2) complain(context, "At least 2 options are required");
        else if (r.options.length > 10) complain(context, "Cannot have more than 10 options");
        else {
          const empty = optionsOf(r.options).findIndex(({ text }) => typeof text !== "string" || !text.trim());
          if (empty >= 0) complain(context, `Option ${empty} must have 'text'`);
        }
      }),
  toInput: (r) => ({
    ...whereOf(r),
    question: r.question as string,
    options: optionsOf(r.options as unknown[]) as { id: string; text: string; emoji?: string }[],
    multiple: Boolean(r.allow_multiselect),
    ends: r.expires_at
      ? { at: Math.round(r.expires_at * 1000) }
      : r.duration_hours
        ? { afterMs: Math.round(r.duration_hours * 3_600_000) }
        : null,
  }),
  toReply: ({ place, message, poll }) => ({
    cmd: "poll_create",
    poll_id: poll.id,
    ...stands({ place, message: message.id }),
    ...asked(poll),
  }),
});

/** Names a poll by its own id or its message's. */
const POLL = { poll_id: z.string().nullish(), message_id: z.string().nullish() };
type Named = { readonly poll_id?: string | null | undefined; readonly message_id?: string | null | undefined };
const pollOf = ({ poll_id, message_id }: Named): string => poll_id || message_id!;
const named = (r: Named, context: z.RefinementCtx): boolean => {
  if (r.poll_id || r.message_id) return true;
  complain(context, "poll_id or message_id is required");
  return false;
};

/** `option_ids` is all that one chooses; the web client sends it so (reference/originchats.md §2.13). */
export const pollVote = binding({
  name: "poll_vote",
  operation: voteInPoll,
  request: () =>
    z
      .looseObject({
        ...POLL,
        option_ids: z.union([z.array(z.string()), z.string()]).nullish(),
        option_id: z.string().nullish(),
      })
      .superRefine((r, context) => {
        if (named(r, context) && !r.option_ids && !r.option_id) complain(context, "option_id or option_ids is required");
      }),
  toInput: (r) => ({ poll: pollOf(r), options: [r.option_ids || r.option_id!].flat() }),
  toReply: ({ poll }) => ({ cmd: "poll_vote", poll_id: poll.id, option_ids: poll.chosen, results: pollResults(poll) }),
});

const request = () => z.looseObject(POLL).superRefine((r, context) => void named(r, context));

export const pollEnd = binding({
  name: "poll_end",
  operation: endPoll,
  answer: "poll.ended",
  request,
  toInput: (r) => ({ poll: pollOf(r) }),
  toReply: pollEndFrame,
});

export const pollResultsGet = binding({
  name: "poll_results",
  operation: showPollResults,
  request,
  toInput: (r) => ({ poll: pollOf(r) }),
  toReply: ({ poll, message, voters }) => {
    const results = pollResults(poll, voters);
    return {
      cmd: "poll_results",
      poll_id: poll.id,
      message_id: message,
      results: {
        ...results,
        results: results.results.map((option) => ({ ...option, voted: poll.chosen?.includes(option.id) ?? false })),
      },
    };
  },
});

export const pollGet = binding({
  name: "poll_get",
  operation: showPoll,
  request,
  toInput: (r) => ({ poll: pollOf(r) }),
  toReply: ({ place, message, poll, author, at }) => ({
    cmd: "poll_get",
    poll: {
      id: poll.id,
      ...stands({ place, message }),
      ...asked(poll),
      created_by: username(author),
      created_at: at / 1000,
      ended: poll.endedAt !== null,
      ended_at: poll.endedAt === null ? null : poll.endedAt / 1000,
      user_votes: poll.chosen,
    },
  }),
});

export const bindings = [pollCreate, pollVote, pollEnd, pollResultsGet, pollGet] as const;
