import { z } from "zod";
import { searchMessages } from "../../domain/search/search-messages.ts";
import { binding } from "../wire.ts";
import { TEXT } from "./meant.ts";
import { wireMessage } from "./messages.ts";
import { complain } from "./sentences.ts";

/** reference/originchats.md §2.1 */
export const messagesSearch = binding({
  name: "messages_search",
  operation: searchMessages,
  request: () =>
    z.looseObject({ channel: TEXT.optional(), query: TEXT.optional() }).superRefine(({ channel, query }, context) => {
      if (typeof channel !== "string" || !channel || typeof query !== "string" || !query)
        complain(context, "Channel name and query are required");
    }),
  toInput: (r) => ({ channel: r.channel as string, query: r.query as string }),
  toReply: ({ messages, place }, r) => ({
    cmd: "messages_search",
    channel: place.name,
    query: r.query,
    results: messages.map(wireMessage),
  }),
});

export const bindings = [messagesSearch] as const;
