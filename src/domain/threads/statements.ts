import { read, write } from "../../storage/store.ts";
import type { Realm } from "../users/user.ts";

export interface ThreadRow {
  id: string;
  channel: string;
  name: string;
  created_by: string;
  author_name: string | null;
  author_realm: Realm | null;
  created_at: number;
  locked: number;
  archived: number;
  newest_id: string | null;
  newest_at: number | null;
}
const THREAD = `select t.id, t.channel, t.name, t.created_by, u.name as author_name, u.realm as author_realm, t.created_at, t.locked, t.archived,
    m.id as newest_id, m.at as newest_at
  from thread t left join user_ u on u.id = t.created_by
    left join message m on m.n = (select max(l.n) from message l where l.place = t.id)`;
const NUMBERS = ["created_at", "locked", "archived", "newest_at"] as const;

export const threadById = read<{ id: string }, ThreadRow>(`${THREAD} where t.id = :id`, ...NUMBERS);
/** Threads of a forum that a list shows, the newest; older ones are found by their id. */
export const MOST_LISTED = 500;
/** The newest of each channel, in the order in which they were begun. */
export const threadsIn = read<{ channels: readonly string[]; most: number }, ThreadRow>(
  `${THREAD} where t.id in (
     select id from (
       select id, row_number() over (partition by channel order by created_at desc, id desc) as nth from thread where channel in :channels[]) ranked
     where nth <= :most)
   order by t.created_at, t.id`,
  ...NUMBERS,
);
export const countThreads = read<{ channel: string }, { threads: number }>(
  `select count(*) as threads from thread where channel = :channel`,
  "threads",
);
export interface ParticipantRow {
  thread: string;
  id: string;
  name: string;
  realm: Realm;
}
/**
 * Who joined each thread first, up to the one after `skip` others, and `viewer` where they have. Each thread is read only so far, however many
 * take part in it.
 */
export const participantsOf = read<{ threads: readonly string[]; viewer: string; skip: number }, ParticipantRow>(
  `select thread, id, name, realm from (
     select p.thread, u.id, u.name, u.realm, p.nth from thread t join thread_member p on p.thread = t.id
       and p.nth <= coalesce((select e.nth from thread_member e where e.thread = t.id order by e.nth limit 1 offset :skip), 1000000000)
       join user_ u on u.id = p.user_ where t.id in :threads[]
     union
     select p.thread, u.id, u.name, u.realm, p.nth from thread_member p join user_ u on u.id = p.user_
     where p.user_ = :viewer and p.thread in :threads[]) shown
   order by thread, nth, id`,
);
export const participation = read<{ thread: string; user: string }, { user_: string }>(
  `select user_ from thread_member where thread = :thread and user_ = :user`,
);

export const insertThread = write<{ id: string; channel: string; name: string; by: string; at: number }>(
  `insert into thread (id, channel, name, created_by, created_at, locked, archived) values (:id, :channel, :name, :by, :at, 0, 0)`,
);
export const updateThread = write<{ id: string; name: string; locked: number; archived: number }>(
  `update thread set name = :name, locked = :locked, archived = :archived where id = :id`,
);
/** Touches the thread only while one may write in it and it is archived or not as was read; who writes brings it back from the archive. */
export const writeInThread = write<{ id: string; archived: number }>(
  `update thread set archived = 0 where id = :id and locked = 0 and archived = :archived`,
);
export const dropThread = write<{ id: string }>(`delete from thread where id = :id`);
/** As the last of those who take part; `nth` has holes where somebody left. */
export const insertParticipant = write<{ thread: string; user: string }>(
  `insert into thread_member (thread, user_, nth)
   select :thread, :user, coalesce(max(nth), 0) + 1 from thread_member where thread = :thread on conflict do nothing`,
);
export const dropParticipant = write<{ thread: string; user: string }>(
  `delete from thread_member where thread = :thread and user_ = :user`,
);

export const anyMessagesIn = read<{ place: string; skip: number }, { n: number }>(
  `select n from message where place = :place order by n limit 1 offset :skip`,
  "n",
);
/** A slice at a time: one statement over a million would hold everybody up. */
export const dropOldestIn = write<{ place: string; limit: number }>(
  `delete from message where n in (select n from message where place = :place order by n limit :limit)`,
);
export const dropAllIn = write<{ place: string }>(`delete from message where place = :place`);
/** Found by the channel, whose index they are in. */
export const dropMarksIn = write<{ channel: string; place: string }>(
  `delete from read_mark where channel = :channel and place = :place`,
);
