import { read, write } from "../../storage/store.ts";

/** Who and what of a kind is in the database already: what has been imported once is left as it is. */
const among = (table: string) => read<{ ids: readonly string[] }, { id: string }>(`select id from ${table} where id in :ids[]`);
export const presentRoles = among("role");
export const presentThreads = among("thread");
export const presentPolls = among("poll");
export const presentWebhooks = among("webhook");
export const presentEntries = among("modlog");
export const presentAttachments = among("attachment");
export const presentMessages = read<{ ids: readonly string[] }, { id: string; place: string }>(
  `select id, place from message where id in :ids[]`,
);

export const allUsers = read<Record<never, never>, { id: string; realm: string; name_key: string }>(
  `select id, realm, name_key from user_`,
);
export const allRoles = read<{ community: string }, { id: string; name: string; name_key: string; position: number }>(
  `select id, name, name_key, position from role where community = :community order by position`,
  "position",
);
export const allChannels = read<
  { community: string },
  { id: string; name: string; name_key: string; kind: string; position: number }
>(`select id, name, name_key, kind, position from channel where community = :community order by position`, "position");
/** Whether anybody has come or written since the community was founded. */
export const inUse = read<{ system: string }, { used: number }>(
  `select (case when exists (select 1 from user_) or exists (select 1 from message where author <> :system) then 1 else 0 end) as used`,
  "used",
);

export const dropChannels = write<{ ids: readonly string[] }>(`delete from channel where id in :ids[]`);
export const dropRoles = write<{ ids: readonly string[] }>(`delete from role where id in :ids[]`);
/** Clients see roles by their revision. */
export const reviseRoles = write<{ community: string }>(
  `update community set roles_revision = roles_revision + 1 where id = :community`,
);
/** One that was set here stays. */
export const setPicture = {
  icon: write<{ id: string; url: string }>(`update community set icon = :url where id = :id and icon is null`),
  banner: write<{ id: string; url: string }>(`update community set banner = :url where id = :id and banner is null`),
};
export const nameCommunity = write<{ id: string; name: string }>(`update community set name = :name where id = :id`);

export const putRole = write<{
  id: string;
  community: string;
  name: string;
  key: string;
  description: string | null;
  color: string | null;
  hoisted: number;
  selfAssignable: number;
  category: string | null;
  position: number;
  permissions: string;
}>(
  `insert into role (id, community, name, name_key, description, color, hoisted, self_assignable, category, position, permissions)
   values (:id, :community, :name, :key, :description, :color, :hoisted, :selfAssignable, :category, :position, :permissions)`,
);
/** Roles the import did not bring follow those it did. */
export const placeRole = write<{ id: string; position: number }>(`update role set position = :position where id = :id`);

export const putUser = write<{ id: string; realm: string; name: string; key: string; avatar: string | null; at: number }>(
  `insert into user_ (id, realm, name, name_key, avatar, created_at) values (:id, :realm, :name, :key, :avatar, :at)`,
);
export const putIdentity = write<{ kind: string; subject: string; user: string; secret: string | null; at: number }>(
  `insert into identity (kind, subject, user_, secret, created_at) values (:kind, :subject, :user, :secret, :at) on conflict do nothing`,
);
export const putMember = write<{
  community: string;
  user: string;
  nickname: string | null;
  status: string;
  statusText: string;
  at: number;
}>(
  `insert into member (community, user_, nickname, status, status_text, timeout_until, joined_at)
   values (:community, :user, :nickname, :status, :statusText, 0, :at)`,
);
export const putMemberRole = write<{ community: string; user: string; role: string; place: number }>(
  `insert into member_role (community, user_, role, place) values (:community, :user, :role, :place)`,
);
export const putBan = write<{ community: string; user: string; reason: string | null; by: string; at: number }>(
  `insert into ban (community, user_, reason, banned_by, at, until) values (:community, :user, :reason, :by, :at, null)
   on conflict do nothing`,
);

export const putChannel = write<{
  id: string;
  community: string;
  kind: string;
  name: string;
  key: string;
  displayName: string | null;
  description: string | null;
  icon: string | null;
  size: number | null;
  position: number;
  rules: string;
  at: number;
}>(
  `insert into channel (id, community, kind, name, name_key, display_name, description, icon, size, position, rules, user_limit, slow_mode,
     retention, created_at)
   values (:id, :community, :kind, :name, :key, :displayName, :description, :icon, :size, :position, :rules, 0, 0, 'forever', :at)`,
);

export interface PutMessage {
  readonly id: string;
  readonly channel: string;
  readonly place: string;
  readonly author: string;
  readonly content: string;
  readonly at: number;
  readonly editedAt: number | null;
  readonly replyTo: string | null;
  readonly replyAuthor: string | null;
  readonly replyPing: number;
  readonly pinnedAt: number | null;
  readonly embeds: string | null;
  readonly extra: string | null;
}
export const putMessage = write<PutMessage>(
  `insert into message (id, channel, place, author, content, at, edited_at, reply_to, reply_author, reply_ping, pinned_at, embeds, extra)
   values (:id, :channel, :place, :author, :content, :at, :editedAt, :replyTo, :replyAuthor, :replyPing, :pinnedAt, :embeds, :extra)`,
);
export const putReaction = write<{ message: string; emoji: string; user: string; at: number }>(
  `insert into reaction (message, emoji, user_, at) values (:message, :emoji, :user, :at) on conflict do nothing`,
);
export const putMention = write<{ message: string; kind: string; target: string; at: number }>(
  `insert into mention (message, kind, target, at) values (:message, :kind, :target, :at) on conflict do nothing`,
);
export const newestOf = read<{ place: string }, { at: number }>(
  `select at from message where place = :place order by n desc limit 1`,
  "at",
);

export const putThread = write<{
  id: string;
  channel: string;
  name: string;
  by: string;
  at: number;
  locked: number;
  archived: number;
}>(
  `insert into thread (id, channel, name, created_by, created_at, locked, archived)
   values (:id, :channel, :name, :by, :at, :locked, :archived)`,
);
/** `nth` is the order in which they joined. */
export const putParticipant = write<{ thread: string; user: string; nth: number }>(
  `insert into thread_member (thread, user_, nth) values (:thread, :user, :nth) on conflict do nothing`,
);

export const putPoll = write<{
  id: string;
  message: string;
  question: string;
  options: string;
  multiple: number;
  expiresAt: number | null;
  endedAt: number | null;
}>(
  `insert into poll (id, message, question, options, multiple, expires_at, ended_at)
   values (:id, :message, :question, :options, :multiple, :expiresAt, :endedAt) on conflict do nothing`,
);
export const putVote = write<{ poll: string; user: string; choice: string; at: number }>(
  `insert into poll_vote (poll, user_, choice, at) values (:poll, :user, :choice, :at) on conflict do nothing`,
);

export const messageNumbers = read<{ ids: readonly string[] }, { id: string; n: number; place: string; channel: string }>(
  `select id, n, place, channel from message where id in :ids[]`,
  "n",
);
export const marksOf = read<{ users: readonly string[] }, { user_: string; place: string }>(
  `select user_, place from read_mark where user_ in :users[]`,
);
export const putMark = write<{ user: string; place: string; channel: string; message: string; n: number; at: number }>(
  `insert into read_mark (user_, place, channel, message, n, at) values (:user, :place, :channel, :message, :n, :at) on conflict do nothing`,
);

export const putWebhook = write<{
  id: string;
  community: string;
  channel: string;
  name: string;
  avatar: string | null;
  token: string;
  by: string;
  at: number;
}>(
  `insert into webhook (id, community, channel, name, avatar, token, secret, created_by, created_at)
   values (:id, :community, :channel, :name, :avatar, :token, null, :by, :at)`,
);
export const webhookTokens = read<{ tokens: readonly string[] }, { token: string }>(
  `select token from webhook where token in :tokens[]`,
);

export const allEmoji = read<{ community: string }, { id: number; name_key: string | null }>(
  `select id, name_key from emoji where community = :community`,
  "id",
);
export const putEmoji = write<{
  community: string;
  id: number;
  name: string;
  key: string;
  hash: string;
  type: string;
  extension: string;
  size: number;
  at: number;
}>(
  `insert into emoji (community, id, name, name_key, hash, type, extension, size, at)
   values (:community, :id, :name, :key, :hash, :type, :extension, :size, :at)`,
);
export const putAsset = write<{ community: string; kind: string; hash: string; type: string; size: number; at: number }>(
  `insert into asset (community, kind, hash, type, size, at) values (:community, :kind, :hash, :type, :size, :at) on conflict do nothing`,
);

export const putAttachment = write<{
  id: string;
  community: string;
  channel: string;
  message: string;
  place: number;
  uploader: string;
  name: string;
  type: string;
  size: number;
  hash: string | null;
  thumbnail: string | null;
  placeholder: string | null;
  width: number | null;
  height: number | null;
  origin: string;
  at: number;
  expiresAt: number;
  permanent: number;
}>(
  `insert into attachment (id, community, channel, message, place, uploader, name, type, size, hash, thumbnail, placeholder, width, height, origin,
     at, expires_at, permanent)
   values (:id, :community, :channel, :message, :place, :uploader, :name, :type, :size, :hash, :thumbnail, :placeholder, :width, :height, :origin,
     :at, :expiresAt, :permanent)`,
);

export const presentSubscriptions = read<{ endpoints: readonly string[] }, { endpoint: string }>(
  `select endpoint from push_subscription where endpoint in :endpoints[]`,
);
export const putSubscription = write<{ endpoint: string; user: string; p256dh: string; auth: string; at: number }>(
  `insert into push_subscription (endpoint, user_, p256dh, auth, at) values (:endpoint, :user, :p256dh, :auth, :at) on conflict do nothing`,
);
