import { z } from "zod";
import { type Made, operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { channelFor } from "../channels/access.ts";
import { Message, Place } from "../messages/message.ts";
import { presentMessages } from "../messages/present.ts";
import { findMessages } from "./find-messages.ts";
import { indexBehind } from "./index-words.ts";
import { MOST_WORDS, soughtIn } from "./words.ts";

const Input = () => z.object({ channel: z.string().min(1).max(200), query: z.string().min(1).max(500) });
/** Whatever the settings say (reference/originchats.md §2.1). */
const MOST_RESULTS = 50;

export const searchMessages = operation({
  name: "message.search",
  summary: "Messages of a channel, or of all threads of a forum, that hold words beginning like all those given, newest first.",
  input: Input,
  output: () => z.object({ place: Place, messages: z.array(Message) }),
  access: { in: channelFor("view", (input: Made<typeof Input>) => input.channel, ["text", "forum"]) },
  pace: { burst: 10, perMinute: 60 },
  async run(call) {
    const { input, access, store, settings, actor } = call;
    const { channel } = access.in;
    const sought = soughtIn(input.query);
    if (sought.reduce((sum, { words }) => sum + words.length, 0) > MOST_WORDS)
      throw new Refusal("too-large", "message.search-words", { max: MOST_WORDS });
    const most = Math.min(settings.limits.search_results, MOST_RESULTS);
    const rows = sought.length ? await findMessages(store, channel.id, sought, (await indexBehind(call)).newest, most) : [];
    return { place: { channel: channel.id, name: channel.name }, messages: await presentMessages(call, rows, actor.id) };
  },
});
