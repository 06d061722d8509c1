import { read, write } from "../../storage/store.ts";
import type { Realm } from "../users/user.ts";

export const putBan = write<{
  community: string;
  user: string;
  reason: string | null;
  by: string;
  at: number;
  until: number | null;
}>(
  `insert into ban (community, user_, reason, banned_by, at, until) values (:community, :user, :reason, :by, :at, :until)
   on conflict (community, user_) do update set reason = :reason, banned_by = :by, at = :at, until = :until`,
);
export const deleteBan = write<{ community: string; user: string }>(
  `delete from ban where community = :community and user_ = :user`,
);

export interface BanRow {
  user_: string;
  name: string;
  realm: Realm;
  reason: string | null;
  banned_by: string;
  at: number;
  until: number | null;
}
const BAN = `select b.user_, u.name, u.realm, b.reason, b.banned_by, b.at, b.until from ban b join user_ u on u.id = b.user_
   where b.community = :community and (b.until is null or b.until > :now)`;
export const banOf = read<{ community: string; user: string; now: number }, BanRow>(`${BAN} and b.user_ = :user`, "at", "until");
/** Newest first. */
export const bansOf = read<{ community: string; now: number; limit: number }, BanRow>(
  `${BAN} order by b.at desc, b.user_ limit :limit`,
  "at",
  "until",
);

export const setTimeoutOf = write<{ community: string; user: string; until: number; reason: string | null }>(
  `update member set timeout_until = :until, timeout_reason = :reason where community = :community and user_ = :user`,
);

/** Newest first. */
export const writtenSince = read<
  { community: string; author: string; since: number; limit: number },
  { id: string; channel: string; place: string; name: string }
>(
  `select m.id, m.channel, m.place, c.name from message m join channel c on c.id = m.channel
   where c.community = :community and m.author = :author and m.at >= :since order by m.n desc limit :limit`,
);
export const deleteMessages = write<{ ids: readonly string[] }>(`delete from message where id in :ids[]`);

export interface EntryRow {
  id: string;
  at: number;
  action: string;
  category: string;
  actor: string;
  actor_name: string;
  actor_realm: Realm | null;
  target: string | null;
  target_name: string | null;
  target_realm: Realm | null;
  reason: string | null;
  details: string;
}
/** `''` filters nothing. */
export interface EntryFilter {
  community: string;
  category: string;
  action: string;
  actor: string;
  target: string;
  after: number;
}
const CHOSEN = `e.community = :community and e.at > :after and (:category = '' or e.category = :category) and (:action = '' or e.action = :action)
   and (:actor = '' or e.actor = :actor) and (:target = '' or e.target = :target)`;
/** Newest first. */
export const entriesOf = read<EntryFilter & { skip: number; limit: number }, EntryRow>(
  `select e.id, e.at, e.action, e.category, e.actor, e.actor_name, a.realm as actor_realm, e.target, e.target_name, t.realm as target_realm,
     e.reason, e.details
   from modlog e left join user_ a on a.id = e.actor left join user_ t on t.id = e.target
   where ${CHOSEN} order by e.at desc, e.id desc limit :limit offset :skip`,
  "at",
);
export const countEntries = read<EntryFilter, { n: number }>(`select count(*) as n from modlog e where ${CHOSEN}`, "n");
export const countActions = read<{ community: string; limit: number }, { category: string; action: string; n: number }>(
  `select category, action, count(*) as n
   from (select category, action from modlog where community = :community order by at desc, id desc limit :limit) newest
   group by category, action order by category, action`,
  "n",
);
/** By community, as the index over time is. */
const OLD = `select id from modlog where community in (select id from community) and at < :before`;
/** The oldest entries of one kind, or of all kinds but the named, that were written before a moment. */
export const entriesBefore = read<{ category: string; before: number; limit: number }, { id: string }>(
  `${OLD} and category = :category order by at limit :limit`,
);
export const otherEntriesBefore = read<{ categories: readonly string[]; before: number; limit: number }, { id: string }>(
  `${OLD} and category not in :categories[] order by at limit :limit`,
);
export const deleteEntries = write<{ ids: readonly string[] }>(`delete from modlog where id in :ids[]`);
