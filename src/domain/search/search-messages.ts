import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { channelFor } from "../channels/access.ts";
import { Message, Place } from "../messages/message.ts";
import { presentMessages } from "../messages/present.ts";
import { indexBehind } from "./index-words.ts";
import { fts5Query, MOST_WORDS, soughtIn, tsQuery } from "./query.ts";
import { messagesWithWords, newestThreads } from "./statements.ts";

const Input = z.object({ channel: z.string().min(1).max(200), query: z.string().min(1).max(500) });
/** Whatever the settings say (reference/originchats.md §2.1). */
const MOST_RESULTS = 50;
/** Threads of a forum that are searched; each is a term of the query. */
const MOST_THREADS = 100;

export const searchMessages = operation({
  name: "message.search",
  summary:
    "Messages of a channel, or of the newest threads of a forum, that hold words beginning like all those given, newest first.",
  input: Input,
  output: z.object({ place: Place, messages: z.array(Message) }),
  access: { in: channelFor("view", (input: z.output<typeof Input>) => input.channel, ["text", "forum"]) },
  pace: { burst: 10, perMinute: 60 },
  async run(call) {
    const { input, access, store, settings, actor } = call;
    const { channel } = access.in;
    const sought = soughtIn(input.query);
    if (sought.length > MOST_WORDS) throw new Refusal("too-large", "message.search-words", { max: MOST_WORDS });
    if (sought.length) await indexBehind(call);
    const places =
      channel.kind === "forum"
        ? (await store.all(newestThreads, { channel: channel.id, most: MOST_THREADS })).map(({ id }) => id)
        : [channel.id];
    const rows =
      sought.length && places.length
        ? await store.all(messagesWithWords, {
            places,
            fts: fts5Query(places, sought),
            words: tsQuery(sought),
            limit: Math.min(settings.limits.search_results, MOST_RESULTS),
          })
        : [];
    return { place: { channel: channel.id, name: channel.name }, messages: await presentMessages(call, rows, actor.id) };
  },
});
