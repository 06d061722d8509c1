import { createPoll } from "./create-poll.ts";
import { endDuePolls, endPoll } from "./end-poll.ts";
import { pollEnded, pollVoted } from "./poll.ts";
import { showPoll, showPollResults } from "./show-poll.ts";
import { voteInPoll } from "./vote-in-poll.ts";

export const operations = [createPoll, voteInPoll, endPoll, endDuePolls, showPoll, showPollResults] as const;
export const events = [pollVoted, pollEnded] as const;
