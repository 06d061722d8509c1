import type { Message } from "../../domain/messages/message.ts";
import type { PollStanding } from "../../domain/polls/standing.ts";
import type { Speaker } from "../../domain/users/user.ts";
import { username } from "./names.ts";

/** Options with their votes; voters as usernames, whom the server names after the end only. */
const options = (poll: PollStanding, voters: Readonly<Record<string, readonly Speaker[]>> = {}) =>
  poll.options.map((option) => ({ ...option, voters: voters[option.id]?.map(username) ?? [] }));
const moment = (ms: number | null): number | null => (ms === null ? null : ms / 1000);

/** What the standing of a poll adds to what was asked; `total_votes` counts votes, not voters. */
const standing = (poll: PollStanding, voters?: Readonly<Record<string, readonly Speaker[]>>) => ({
  ended: poll.endedAt !== null,
  ended_at: moment(poll.endedAt),
  total_votes: poll.options.reduce((sum, { votes }) => sum + votes, 0),
  results: options(poll, voters),
  ...(poll.chosen && { user_votes: poll.chosen }),
});

/** `results` in the frames about polls (reference/originchats.md §2.13). */
export const pollResults = (poll: PollStanding, voters?: Readonly<Record<string, readonly Speaker[]>>) => ({
  poll_id: poll.id,
  question: poll.question,
  allow_multiselect: poll.multiple,
  ...standing(poll, voters),
});

/** A message's embeds; in the one that is its poll, how that stands (reference/originchats.md §2.13). */
export const wireEmbeds = ({ embeds, poll }: Message): readonly object[] =>
  poll
    ? embeds.map((embed) => (embed.type === "poll" ? { ...embed, poll: { ...embed.poll, ...standing(poll) } } : embed))
    : embeds;
