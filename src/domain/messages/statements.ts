import { read, write } from "../../storage/store.ts";
import type { Realm } from "../users/user.ts";

/** A message with the names of those it speaks of. */
export interface MessageRow {
  n: number;
  id: string;
  channel: string;
  place: string;
  author: string;
  author_name: string | null;
  author_realm: Realm | null;
  content: string;
  at: number;
  edited_at: number | null;
  reply_to: string | null;
  reply_author: string | null;
  reply_name: string | null;
  reply_realm: Realm | null;
  reply_ping: number;
  pinned_at: number | null;
  embeds: string | null;
  extra: string | null;
}
export const MESSAGE = `m.n, m.id, m.channel, m.place, m.author, a.name as author_name, a.realm as author_realm, m.content, m.at, m.edited_at,
  m.reply_to, m.reply_author, r.name as reply_name, r.realm as reply_realm, m.reply_ping, m.pinned_at, m.embeds, m.extra`;
export const FROM = `from message m left join user_ a on a.id = m.author left join user_ r on r.id = m.reply_author`;
export const NUMBERS = ["n", "at", "edited_at", "reply_ping", "pinned_at"] as const;

export const insertMessage = write<{
  id: string;
  channel: string;
  place: string;
  author: string;
  content: string;
  at: number;
  replyTo: string | null;
  replyAuthor: string | null;
  replyPing: number;
  embeds: string | null;
  extra: string | null;
  nonce: string | null;
}>(
  `insert into message (id, channel, place, author, content, at, reply_to, reply_author, reply_ping, embeds, extra, nonce)
   values (:id, :channel, :place, :author, :content, :at, :replyTo, :replyAuthor, :replyPing, :embeds, :extra, :nonce)`,
);
export const insertMention = write<{ message: string; kind: string; target: string; at: number }>(
  `insert into mention (message, kind, target, at) values (:message, :kind, :target, :at) on conflict do nothing`,
);

export const messageById = read<{ id: string }, MessageRow>(`select ${MESSAGE} ${FROM} where m.id = :id`, ...NUMBERS);
export const messagesByIds = read<{ ids: readonly string[] }, MessageRow>(
  `select ${MESSAGE} ${FROM} where m.id in :ids[] order by m.n desc`,
  ...NUMBERS,
);
export const messageByNonce = read<{ author: string; nonce: string }, MessageRow>(
  `select ${MESSAGE} ${FROM} where m.author = :author and m.nonce = :nonce`,
  ...NUMBERS,
);
/** Newest first, `skip` of the newest left out. */
export const newestMessages = read<{ place: string; skip: number; limit: number }, MessageRow>(
  `select ${MESSAGE} ${FROM} where m.place = :place order by m.n desc limit :limit offset :skip`,
  ...NUMBERS,
);

export interface ReactionRow {
  message: string;
  emoji: string;
  user_: string;
  name: string | null;
  realm: Realm | null;
}
export const reactionsTo = read<{ messages: readonly string[] }, ReactionRow>(
  `select x.message, x.emoji, x.user_, u.name, u.realm from reaction x left join user_ u on u.id = x.user_
   where x.message in :messages[] order by x.at, x.user_`,
);
