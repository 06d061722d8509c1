import type { Store } from "../../storage/store.ts";
import type { Speaker } from "../users/user.ts";
import type { PollStanding } from "./standing.ts";
import { choicesOf, type PollRow, pollsOnMessages, tallies, votersOf } from "./statements.ts";

/** Voters named after the end, over all options; how many may vote is not limited. */
const MOST_NAMED = 1000;

/** How polls stand, in the order of the rows. @param viewer whose choice is told with them. */
export async function presentPolls(store: Store, rows: readonly PollRow[], viewer?: string): Promise<PollStanding[]> {
  if (!rows.length) return [];
  const polls = rows.map(({ id }) => id);
  const counted = Map.groupBy(await store.all(tallies, { polls }), ({ poll }) => poll);
  const chosen =
    viewer === undefined ? undefined : Map.groupBy(await store.all(choicesOf, { polls, user: viewer }), ({ poll }) => poll);
  return rows.map((row) => {
    const votes = new Map(counted.get(row.id)?.map((tally) => [tally.choice, tally.votes]));
    const mine = new Set(chosen?.get(row.id)?.map(({ choice }) => choice));
    const options = JSON.parse(row.options) as { id: string; text: string; emoji: string | null }[];
    return {
      id: row.id,
      question: row.question,
      options: options.map((option) => ({ ...option, votes: votes.get(option.id) ?? 0 })),
      multiple: row.multiple === 1,
      expiresAt: row.expires_at,
      endedAt: row.ended_at,
      ...(chosen && { chosen: options.filter(({ id }) => mine.has(id)).map(({ id }) => id) }),
    };
  });
}

/** The polls that messages bear, by the id of the message. */
export async function pollsOn(store: Store, messages: readonly string[], viewer?: string): Promise<Map<string, PollStanding>> {
  const rows = await store.all(pollsOnMessages, { messages });
  const standings = await presentPolls(store, rows, viewer);
  return new Map(rows.map(({ message }, at) => [message, standings[at]!]));
}

/** Who chose which option, by its id. Before a poll has ended that is nobody's business. */
export async function votersAfterEnd(store: Store, { id, endedAt }: PollStanding): Promise<Record<string, Speaker[]>> {
  const voters: Record<string, Speaker[]> = {};
  if (endedAt === null) return voters;
  for (const { choice, ...who } of await store.all(votersOf, { poll: id, limit: MOST_NAMED })) (voters[choice] ??= []).push(who);
  return voters;
}
