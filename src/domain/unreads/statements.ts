import { read, write } from "../../storage/store.ts";

export const markOf = read<{ user: string; place: string }, { message: string; n: number }>(
  `select message, n from read_mark where user_ = :user and place = :place`,
  "n",
);
export const putMark = write<{ user: string; place: string; channel: string; message: string; n: number; at: number }>(
  `insert into read_mark (user_, place, channel, message, n, at) values (:user, :place, :channel, :message, :n, :at)
   on conflict (user_, place) do update set message = :message, n = :n, at = :at`,
);
export const newestIn = read<{ place: string }, { id: string; n: number }>(
  `select id, n from message where place = :place order by n desc limit 1`,
  "n",
);
export const positionOf = read<{ place: string; id: string }, { id: string; n: number }>(
  `select id, n from message where place = :place and id = :id`,
  "n",
);

export interface UnreadRow {
  id: string;
  last_read: string | null;
  unread: number;
  total: number;
}
/** Counts stop at `most`, so that they cost the same in a place of a million messages. */
const COUNTED = `select c.id, r.message as last_read,
     (select count(*) from (select 1 from message m where m.place = c.id and m.n > coalesce(r.n, 0) limit :most) as after) as unread,
     (select count(*) from (select 1 from message m where m.place = c.id limit :most) as whole) as total
   from (PLACES) c left join read_mark r on r.place = c.id and r.user_ = :user`;
const counted = <P>(places: string) =>
  read<P & { user: string; most: number }, UnreadRow>(COUNTED.replace("PLACES", places), "unread", "total");

export const unreadsIn = counted<{ channels: readonly string[] }>(`select id from channel where id in :channels[]`);
/** The newest threads that somebody takes part in. */
export const joinedThreads = read<{ user: string; channels: readonly string[]; most: number }, { id: string; channel: string }>(
  `select t.id, t.channel from thread_member p join thread t on t.id = p.thread
   where p.user_ = :user and t.channel in :channels[] order by t.created_at desc, t.id limit :most`,
);
export const unreadsInThreads = counted<{ threads: readonly string[] }>(`select id from thread where id in :threads[]`);

/** The newest calls on somebody by name (`user`, `reply`) or by role, in channels that they may view. */
export const callsOn = read<
  { kind: string; target: string; channels: readonly string[]; most: number },
  { id: string; n: number }
>(
  `select m.id, m.n from mention x join message m on m.id = x.message
   where x.kind = :kind and x.target = :target and m.channel in :channels[] order by x.at desc limit :most`,
  "n",
);
