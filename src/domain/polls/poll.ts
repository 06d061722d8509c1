import { z } from "zod";
import { eventType } from "../../kernel/event.ts";
import { Place } from "../messages/message.ts";
import { Speaker } from "../users/user.ts";
import { PollStanding } from "./standing.ts";

export const PollRef = z.string().min(1).max(100);
/** Option id → who chose it; empty before the end. */
export const Voters = z.lazy(() => z.record(z.string(), z.array(Speaker)));

/** A poll where it stands. */
export const PollAt = z.object({ place: Place, message: z.string(), poll: PollStanding });

export const pollVoted = eventType({
  name: "poll.voted",
  summary:
    "The count of a poll changed. Told to the channel without saying by whom, and with `chosen` to the voter's own sessions.",
  data: () => PollAt,
  durable: false,
});
export const pollEnded = eventType({
  name: "poll.ended",
  summary: "A poll was ended, or its time was up; from now on everybody may know who chose what.",
  data: () => PollAt.extend({ voters: Voters }),
  durable: false,
});
