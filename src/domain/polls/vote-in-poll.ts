import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { Batch } from "../../storage/store.ts";
import { refuseTimedOut } from "../messages/access.ts";
import { refuseClosed } from "../threads/access.ts";
import { pollFor } from "./access.ts";
import { finishPoll } from "./end-poll.ts";
import { PollAt, PollRef, pollVoted } from "./poll.ts";
import { presentPolls } from "./present-polls.ts";
import type { PollStanding } from "./standing.ts";
import { dropVotes, insertVote, voteIn } from "./statements.ts";

export const voteInPoll = operation({
  name: "poll.vote",
  summary: "Choose options of a poll: all that one chooses, whatever one chose before; none to take the vote back.",
  input: () => z.object({ poll: PollRef, options: z.array(z.string().max(50)).max(10) }),
  output: () => PollAt,
  access: { in: pollFor },
  pace: { burst: 20, perMinute: 120 },
  async run(call) {
    const { store, actor } = call;
    const at = call.access.in;
    const { row, place, message } = at;
    if (actor.kind !== "user") throw new Refusal("invalid-input", "poll.users-only");
    refuseTimedOut(call, at.member);
    refuseClosed(at);
    if (row.ended_at !== null) throw new Refusal("conflict", "poll.ended");
    const now = call.now();
    if (row.expires_at !== null && row.expires_at <= now) {
      await finishPoll(call, place, row);
      throw new Refusal("conflict", "poll.expired");
    }
    const present = async () => (await presentPolls(store, [row], actor.id))[0]!;
    const before = await present();
    const chosen = [...new Set(call.input.options)];
    const unknown = chosen.find((option) => !before.options.some(({ id }) => id === option));
    if (unknown !== undefined) throw new Refusal("invalid-input", "poll.option-unknown", { option: unknown });
    if (chosen.length > 1 && !before.multiple) throw new Refusal("invalid-input", "poll.single");
    if (chosen.toSorted().join("\0") === before.chosen!.toSorted().join("\0"))
      return { place, message: message.id, poll: before };
    const batch = new Batch().require(voteIn, { id: row.id }).add(dropVotes, { poll: row.id, user: actor.id });
    for (const choice of chosen) batch.add(insertVote, { poll: row.id, user: actor.id, choice, at: now });
    await store.commit(batch);
    // Counted after the commit, so that of two votes at once the last one told has both.
    const poll = await present();
    const { chosen: _, ...tally } = poll satisfies PollStanding;
    call.announce(pollVoted, { channel: place.channel }, { place, message: message.id, poll: tally });
    call.announce(pollVoted, { user: actor.id }, { place, message: message.id, poll });
    return { place, message: message.id, poll };
  },
});
