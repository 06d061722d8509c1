import { keptRead, read, write } from "../../storage/store.ts";
import type { Realm } from "./user.ts";

export interface UserRow {
  id: string;
  realm: Realm;
  name: string;
  avatar: string | null;
  created_at: number;
}
const USER = "u.id, u.realm, u.name, u.avatar, u.created_at";

export const userById = read<{ id: string }, UserRow>(`select ${USER} from user_ u where u.id = :id`, "created_at");
/** Realms in the order in which a bare name is looked for. */
export const usersByName = read<{ key: string }, UserRow>(
  `select ${USER} from user_ u where u.name_key = :key order by case u.realm when 'rotur' then 0 when 'local' then 1 else 2 end`,
  "created_at",
);
export const userByRealmAndName = read<{ realm: string; key: string }, UserRow>(
  `select ${USER} from user_ u where u.realm = :realm and u.name_key = :key`,
  "created_at",
);
export const insertUser = write<{ id: string; realm: string; name: string; key: string; avatar: string | null; at: number }>(
  `insert into user_ (id, realm, name, name_key, avatar, created_at) values (:id, :realm, :name, :key, :avatar, :at)`,
);

export interface IdentityRow {
  user_: string;
  secret: string | null;
  version: number;
}
export const identityBySubject = read<{ kind: string; subject: string }, IdentityRow>(
  `select user_, secret, version from identity where kind = :kind and subject = :subject`,
  "version",
);
export const insertIdentity = write<{ kind: string; subject: string; user: string; secret: string | null; at: number }>(
  `insert into identity (kind, subject, user_, secret, created_at) values (:kind, :subject, :user, :secret, :at)`,
);
interface NewSecret {
  kind: string;
  user: string;
  secret: string;
  /** What the identity's was when it was read: of two changes at the same time the second finds another. */
  version: number;
}
export const replaceSecret = write<NewSecret>(
  `update identity set secret = :secret, version = version + 1 where kind = :kind and user_ = :user and version = :version`,
);
/** The same secret, hashed in another way. */
export const rehashSecret = write<NewSecret>(
  `update identity set secret = :secret where kind = :kind and user_ = :user and version = :version`,
);

export interface MemberRow {
  id: string;
  realm: Realm;
  name: string;
  avatar: string | null;
  nickname: string | null;
  status: string;
  status_text: string;
  timeout_until: number;
  timeout_reason: string | null;
}
const MEMBER = `u.id, u.realm, u.name, u.avatar, m.nickname, m.status, m.status_text, m.timeout_until, m.timeout_reason`;
const JOINED = `from member m join user_ u on u.id = m.user_ left join ban b on b.community = m.community and b.user_ = m.user_`;

/** `banned` 1 for somebody against whom there is a ban, over or not; without `banned_until` it has no end. */
export const memberById = keptRead<
  { community: string; user: string },
  MemberRow & { banned: number; banned_until: number | null }
>(
  `select ${MEMBER}, case when b.user_ is null then 0 else 1 end as banned, b.until as banned_until ${JOINED}
   where m.community = :community and m.user_ = :user`,
  "timeout_until",
  "banned",
  "banned_until",
);
/** Everybody who is not banned, oldest first. */
export const membersOf = read<{ community: string; now: number }, MemberRow>(
  `select ${MEMBER} ${JOINED} and (b.until is null or b.until > :now)
   where m.community = :community and b.user_ is null order by m.joined_at, m.user_`,
  "timeout_until",
);
const LEFT_WITH = `from departed_member d where d.community = :community and d.user_ = :user`;
/** A time-out that somebody left with is theirs again. */
export const insertMember = write<{ community: string; user: string; nickname: string | null; at: number }>(
  `insert into member (community, user_, nickname, status, status_text, timeout_until, timeout_reason, joined_at)
   values (:community, :user, :nickname, 'online', '', coalesce((select d.timeout_until ${LEFT_WITH}), 0),
     (select d.timeout_reason ${LEFT_WITH}), :at)`,
);
/** To be written before the member is deleted. */
export const keepTimeout = write<{ community: string; user: string }>(
  `insert into departed_member (community, user_, timeout_until, timeout_reason)
   select community, user_, timeout_until, timeout_reason from member where community = :community and user_ = :user
   on conflict (community, user_) do update set timeout_until = excluded.timeout_until, timeout_reason = excluded.timeout_reason`,
);

export const setNickname = write<{ community: string; user: string; nickname: string | null }>(
  `update member set nickname = :nickname where community = :community and user_ = :user`,
);
export const setStatusOf = write<{ community: string; user: string; status: string; text: string }>(
  `update member set status = :status, status_text = :text where community = :community and user_ = :user`,
);
export const setAvatar = write<{ user: string; avatar: string | null }>(`update user_ set avatar = :avatar where id = :user`);
export const renameUser = write<{ user: string; name: string; key: string }>(
  `update user_ set name = :name, name_key = :key where id = :user`,
);
/** The name by which a password is looked up follows the account's. */
export const renameIdentity = write<{ kind: string; user: string; subject: string }>(
  `update identity set subject = :subject where kind = :kind and user_ = :user`,
);
export const deleteMember = write<{ community: string; user: string }>(
  `delete from member where community = :community and user_ = :user`,
);
export const deleteUser = write<{ user: string }>(`delete from user_ where id = :user`);
/** What somebody wrote and made stays, under a name that no account can have; of two removed accounts of that name one reaction of a sort. */
export const disown = [
  `update message set author = :name, nonce = null where author = :user`,
  `update message set reply_author = :name where reply_author = :user`,
  `delete from reaction where user_ = :name and exists (
     select 1 from reaction o where o.message = reaction.message and o.emoji = reaction.emoji and o.user_ = :user)`,
  `update reaction set user_ = :name where user_ = :user`,
  `update thread set created_by = :name where created_by = :user`,
  `update webhook set created_by = :name where created_by = :user`,
].map((text) => write<{ user: string; name: string }>(text));
export const identityOf = read<{ kind: string; user: string }, IdentityRow>(
  `select user_, secret, version from identity where kind = :kind and user_ = :user`,
  "version",
);
export const banOn = read<{ community: string; user: string; now: number }, { user_: string }>(
  `select user_ from ban where community = :community and user_ = :user and (until is null or until > :now)`,
);
