import { read, write } from "../../storage/store.ts";

export const keptForATime = read<{ community: string }, { id: string; name: string; retention: string }>(
  `select id, name, retention from channel where community = :community and retention <> 'forever' order by position`,
);

/** The message that has `skip` newer ones in its channel, the threads of a forum taken together. */
export const countedFromNewest = read<{ channel: string; skip: number }, { n: number }>(
  `select n from message where channel = :channel order by at desc, n desc limit 1 offset :skip`,
  "n",
);
/**
 * The oldest that are old enough. Never the first message of a channel or thread when that is the server's own: originChats' web client shows live messages
 * only where history was not empty (reference/originchats.md §10.5 rule 1).
 */
export const oldestExpired = read<
  { channel: string; before: number; upTo: number; system: string; limit: number },
  { id: string; n: number; place: string }
>(
  `select id, n, place from message where channel = :channel and at < :before and n <= :upTo
     and not (author = :system and n = (select min(f.n) from message f where f.place = message.place))
   order by at, n limit :limit`,
  "n",
);
export const deleteMessages = write<{ ids: readonly string[] }>(`delete from message where id in :ids[]`);
