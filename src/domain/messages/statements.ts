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
export const NAMES = `left join user_ a on a.id = m.author left join user_ r on r.id = m.reply_author`;
export const FROM = `from message m ${NAMES}`;
export const NUMBERS = ["n", "at", "edited_at", "reply_ping", "pinned_at"] as const;

export interface NewMessage {
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
}
const INTO = `insert into message (id, channel, place, author, content, at, reply_to, reply_author, reply_ping, embeds, extra, nonce)`;
export const insertMessage = write<NewMessage>(
  `${INTO}
   values (:id, :channel, :place, :author, :content, :at, :replyTo, :replyAuthor, :replyPing, :embeds, :extra, :nonce)`,
);
/** As `insertMessage`, but no row for an author who was banned since they were let through; to be required. */
export const postMessage = write<NewMessage & { community: string }>(
  `${INTO}
   select :id, :channel, :place, :author, :content, cast(:at as bigint), :replyTo, :replyAuthor, cast(:replyPing as bigint), :embeds, :extra, :nonce
   where not exists (select 1 from ban where community = :community and user_ = :author and (until is null or until > :at))`,
);
export const insertMention = write<{ message: string; kind: string; target: string; at: number }>(
  `insert into mention (message, kind, target, at) values (:message, :kind, :target, :at) on conflict do nothing`,
);

/** Accounts and roles that are gone are called by nobody: they have no name here. */
export const mentionsIn = read<
  { messages: readonly string[] },
  { message: string; kind: "user" | "role" | "reply"; target: string; name: string | null; realm: Realm | null }
>(
  `select x.message, x.kind, x.target, u.name, u.realm from mention x left join user_ u on u.id = x.target and x.kind <> 'role'
   where x.message in :messages[] order by x.message, x.kind, x.target`,
);

export const messageById = read<{ id: string }, MessageRow>(`select ${MESSAGE} ${FROM} where m.id = :id`, ...NUMBERS);
/** Where a message stands, with the name of its channel. */
export const placeOfMessage = read<{ id: string }, { channel: string; name: string; place: string }>(
  `select m.channel, c.name, m.place from message m join channel c on c.id = m.channel where m.id = :id`,
);
export const messagesByIds = read<{ ids: readonly string[] }, MessageRow>(
  `select ${MESSAGE} ${FROM} where m.id in :ids[] order by m.n desc`,
  ...NUMBERS,
);
export const messageByNonce = read<{ author: string; nonce: string }, MessageRow>(
  `select ${MESSAGE} ${FROM} where m.author = :author and m.nonce = :nonce`,
  ...NUMBERS,
);
/** Newest first, `skip` of the newest left out. They are stepped over in the index alone. */
export const newestMessages = read<{ place: string; skip: number; limit: number }, MessageRow>(
  `select ${MESSAGE} ${FROM} where m.n in (select n from message where place = :place order by n desc limit :limit offset :skip)
   order by m.n desc`,
  ...NUMBERS,
);
/** The nearest first. */
export const olderThan = read<{ place: string; n: number; limit: number }, MessageRow>(
  `select ${MESSAGE} ${FROM} where m.place = :place and m.n < :n order by m.n desc limit :limit`,
  ...NUMBERS,
);
/** The nearest first. */
export const newerThan = read<{ place: string; n: number; limit: number }, MessageRow>(
  `select ${MESSAGE} ${FROM} where m.place = :place and m.n > :n order by m.n limit :limit`,
  ...NUMBERS,
);
/** How many are older, counted no further than `most`. */
export const countBefore = read<{ place: string; n: number; most: number }, { before: number }>(
  `select count(*) as before from (select n from message where place = :place and n < :n limit :most) older`,
  "before",
);
export const repliesTo = read<{ place: string; id: string; limit: number }, MessageRow>(
  `select ${MESSAGE} ${FROM} where m.reply_to = :id and m.place = :place order by m.n limit :limit`,
  ...NUMBERS,
);
/** Newest first. */
export const pinnedMessages = read<{ place: string }, MessageRow>(
  `select ${MESSAGE} ${FROM} where m.place = :place and m.pinned_at is not null order by m.n desc`,
  ...NUMBERS,
);
/** Of the threads in a forum, newest first. */
export const pinnedInForum = read<{ forum: string; limit: number }, MessageRow>(
  `select ${MESSAGE} ${FROM} where m.place in (select t.id from thread t where t.channel = :forum) and m.pinned_at is not null
   order by m.n desc limit :limit`,
  ...NUMBERS,
);
export const countPinned = read<{ place: string }, { pinned: number }>(
  `select count(*) as pinned from message where place = :place and pinned_at is not null`,
  "pinned",
);

export const updateMessage = write<{ id: string; content: string; at: number; embeds: string | null }>(
  `update message set content = :content, edited_at = :at, embeds = :embeds where id = :id`,
);
export const dropMessage = write<{ id: string }>(`delete from message where id = :id`);
export const setPinned = write<{ id: string; at: number | null }>(`update message set pinned_at = :at where id = :id`);
/** Forgets whom a text called upon; the call upon the author replied to stands. */
export const dropTextMentions = write<{ message: string }>(
  `delete from mention where message = :message and kind in ('user', 'role')`,
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
/** Whether somebody has reacted with an emoji already (1 or 0), and how many other emoji the message bears. */
export const reactionStanding = read<{ message: string; emoji: string; user: string }, { mine: number; kinds: number }>(
  `select coalesce(max(case when emoji = :emoji and user_ = :user then 1 else 0 end), 0) as mine,
     count(distinct case when emoji <> :emoji then emoji end) as kinds
   from reaction where message = :message`,
  "mine",
  "kinds",
);
export const insertReaction = write<{ message: string; emoji: string; user: string; at: number }>(
  `insert into reaction (message, emoji, user_, at) values (:message, :emoji, :user, :at)`,
);
export const dropReaction = write<{ message: string; emoji: string; user: string }>(
  `delete from reaction where message = :message and emoji = :emoji and user_ = :user`,
);
