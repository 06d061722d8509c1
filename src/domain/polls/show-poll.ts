import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { speaker } from "../messages/present.ts";
import { Speaker } from "../users/user.ts";
import { pollFor } from "./access.ts";
import { PollAt, PollRef, Voters } from "./poll.ts";
import { presentPolls, votersAfterEnd } from "./present-polls.ts";

export const showPoll = operation({
  name: "poll.show",
  summary: "A poll, how it stands, and what the asking user chose.",
  input: () => z.object({ poll: PollRef }),
  output: () => PollAt.extend({ author: Speaker, at: z.number() }),
  access: { of: pollFor },
  async run({ store, actor, access: { of } }) {
    const { message, place } = of;
    const [poll] = await presentPolls(store, [of.row], actor.id);
    const author = speaker(message.author, message.author_name, message.author_realm);
    return { place, message: message.id, poll: poll!, author, at: message.at };
  },
});

export const showPollResults = operation({
  name: "poll.results",
  summary: "How a poll stands, and once it has ended who chose what.",
  input: () => z.object({ poll: PollRef }),
  output: () => PollAt.extend({ voters: Voters }),
  access: { of: pollFor },
  async run({ store, actor, access: { of } }) {
    const [poll] = await presentPolls(store, [of.row], actor.id);
    return { place: of.place, message: of.message.id, poll: poll!, voters: await votersAfterEnd(store, poll!) };
  },
});
