import type { Migration } from "../migrations.ts";

/**
 * Ids are text (UUIDv7 here, other systems' own when imported). Moments are milliseconds since the epoch. 0/1 for yes and no. JSON as text.
 * `message.n` is the order in which messages were committed: what every client sees, and what paging counts by.
 * A message has no index by its author alone: each sender's own page of it would have to be written with every message, and what asks by author is rare.
 * `message_text` is filled behind the messages with what `indexedText` makes of them; `message_text_reach` says up to which `message.n`.
 * Postgres indexes by itself; 'simple' knows no accents, so they are taken off first, as `tsQuery` does with what is sought.
 * `message.place` is the channel, or the thread within it, that a message is read in.
 * `hash` and `thumbnail` name blobs; an attachment without a hash is one whose time was up, an emoji without `name_key` one that was deleted:
 * its row stays, so that its number is never another's.
 * `identity.version` counts how often its secret was changed by somebody; to hash the same one anew does not count.
 * `departed_member` and `voice_mute` keep what leaving does not end.
 */
export const first: Migration = {
  id: 1,
  name: "first",
  both: `
    create table meta (key text primary key, value text not null);

    create table community (
      id text primary key, slug text not null unique, name text not null, icon text, banner text, roles_revision bigint not null default 0,
      created_at bigint not null);

    create table user_ (
      id text primary key, realm text not null, name text not null, name_key text not null, avatar text, created_at bigint not null,
      unique (realm, name_key));
    create index user_by_name on user_ (name_key);
    create table identity (
      kind text not null, subject text not null, user_ text not null references user_ (id) on delete cascade, secret text,
      version bigint not null default 0, created_at bigint not null, primary key (kind, subject));
    create index identity_by_user on identity (user_);

    create table role (
      id text primary key, community text not null references community (id) on delete cascade, name text not null, name_key text not null,
      description text, color text, hoisted bigint not null, self_assignable bigint not null, category text, position bigint not null,
      permissions text not null, unique (community, name_key));

    create table member (
      community text not null references community (id) on delete cascade, user_ text not null references user_ (id) on delete cascade,
      nickname text, status text not null, status_text text not null, timeout_until bigint not null, timeout_reason text,
      joined_at bigint not null, primary key (community, user_));
    create index member_by_user on member (user_);
    create table member_role (
      community text not null, user_ text not null, role text not null references role (id) on delete cascade, place bigint not null,
      primary key (community, user_, role),
      foreign key (community, user_) references member (community, user_) on delete cascade);
    create index member_role_by_role on member_role (role);
    create table departed_member (
      community text not null references community (id) on delete cascade, user_ text not null references user_ (id) on delete cascade,
      timeout_until bigint not null, timeout_reason text, primary key (community, user_));
    create table voice_mute (
      community text not null references community (id) on delete cascade, user_ text not null references user_ (id) on delete cascade,
      at bigint not null, primary key (community, user_));
    create table ban (
      community text not null references community (id) on delete cascade, user_ text not null, reason text, banned_by text not null,
      at bigint not null, until bigint, primary key (community, user_));

    create table invite (
      id text primary key, community text not null references community (id) on delete cascade, hash text not null unique,
      role text references role (id) on delete cascade, uses bigint, used bigint not null, note text, created_by text not null,
      created_at bigint not null, expires_at bigint);
    create index invite_by_time on invite (community, created_at);

    create table channel (
      id text primary key, community text not null references community (id) on delete cascade, kind text not null, name text not null,
      name_key text not null, display_name text, description text, icon text, size bigint, position bigint not null, rules text not null,
      user_limit bigint not null, slow_mode bigint not null, retention text not null, listed bigint not null default 1,
      password text, created_at bigint not null, unique (community, name_key));

    create table message (
      n {serial}, id text not null unique, channel text not null references channel (id) on delete cascade, place text not null,
      author text not null, content text not null, at bigint not null, edited_at bigint, reply_to text, reply_author text, reply_ping bigint not null,
      pinned_at bigint, embeds text, extra text, nonce text);
    create unique index message_by_nonce on message (author, nonce) where nonce is not null;
    create index message_by_place on message (place, n);
    create index message_pinned on message (place, n) where pinned_at is not null;
    create index message_replies on message (reply_to) where reply_to is not null;
    create index message_by_age on message (channel, at);

    create table thread (
      id text primary key, channel text not null references channel (id) on delete cascade, name text not null, created_by text not null,
      created_at bigint not null, locked bigint not null, archived bigint not null);
    create index thread_by_channel on thread (channel, created_at);
    create table thread_member (
      thread text not null references thread (id) on delete cascade, user_ text not null, nth bigint not null, primary key (thread, user_));
    create index thread_member_in_order on thread_member (thread, nth);
    create index thread_member_by_user on thread_member (user_);

    create table poll (
      id text primary key, message text not null unique references message (id) on delete cascade, question text not null, options text not null,
      multiple bigint not null, expires_at bigint, ended_at bigint);
    create index poll_running on poll (expires_at) where ended_at is null and expires_at is not null;
    create table poll_vote (
      poll text not null references poll (id) on delete cascade, user_ text not null, choice text not null, at bigint not null,
      primary key (poll, user_, choice));

    create table reaction (
      message text not null references message (id) on delete cascade, emoji text not null, user_ text not null, at bigint not null,
      primary key (message, emoji, user_));
    create table mention (
      message text not null references message (id) on delete cascade, kind text not null, target text not null, at bigint not null,
      primary key (message, kind, target));
    create index mention_by_target on mention (kind, target, at);

    create table read_mark (
      user_ text not null references user_ (id) on delete cascade, place text not null, channel text not null references channel (id) on delete cascade,
      message text not null, n bigint not null, at bigint not null, primary key (user_, place));
    create index read_mark_by_channel on read_mark (channel);

    create table plugin (
      name text primary key, enabled bigint not null, installed text, options text not null, changed_at bigint not null);
    create table plugin_store (plugin text not null, key text not null, value text not null, size bigint not null, primary key (plugin, key));
    create table plugin_turn (plugin text not null, turn text not null, due bigint not null, primary key (plugin, turn));

    create table modlog (
      id text primary key, community text not null references community (id) on delete cascade, at bigint not null, action text not null,
      category text not null, actor text not null, actor_name text not null, target text, target_name text, reason text, details text not null);
    create index modlog_by_time on modlog (community, at);

    create table attachment (
      id text primary key, community text not null references community (id) on delete cascade,
      channel text not null references channel (id) on delete cascade, message text references message (id) on delete cascade,
      place bigint not null, uploader text not null, name text not null, type text not null, size bigint not null, hash text, thumbnail text,
      placeholder text, width bigint, height bigint, origin text not null, at bigint not null, expires_at bigint not null,
      permanent bigint not null);
    create index attachment_by_message on attachment (message, place);
    create index attachment_by_uploader on attachment (uploader, at);
    create index attachment_by_expiry on attachment (expires_at, size) where hash is not null;
    create index attachment_unsent on attachment (at) where message is null;
    create index attachment_by_hash on attachment (hash);
    create index attachment_by_thumbnail on attachment (thumbnail);

    create table emoji (
      community text not null references community (id) on delete cascade, id bigint not null, name text not null, name_key text,
      hash text, type text not null, extension text not null, size bigint not null, at bigint not null, primary key (community, id),
      unique (community, name_key));
    create index emoji_by_hash on emoji (hash);
    create table asset (
      community text not null references community (id) on delete cascade, kind text not null, hash text not null, type text not null,
      size bigint not null, at bigint not null, primary key (community, kind));

    create table webhook (
      id text primary key, community text not null references community (id) on delete cascade,
      channel text not null references channel (id) on delete cascade, name text not null, avatar text, token text not null unique,
      secret text, created_by text not null, created_at bigint not null);
    create index webhook_by_channel on webhook (channel);

    create table push_subscription (
      endpoint text primary key, user_ text not null references user_ (id) on delete cascade, p256dh text not null, auth text not null,
      at bigint not null);
    create index push_subscription_by_user on push_subscription (user_, at);

    create table event (
      seq {serial}, at bigint not null, type text not null, actor text not null, community text not null, audience text not null, data text not null);
  `,
  sqlite: `
    create virtual table message_text using fts5 (words, content = '', contentless_delete = 1, tokenize = "ascii tokenchars '_'");
    create table message_text_reach (n integer not null);
    insert into message_text_reach (n) values (0);
    create trigger message_text_update after update of content on message begin
      delete from message_text where rowid = old.n;
    end;
    create trigger message_text_delete after delete on message begin
      delete from message_text where rowid = old.n;
    end;
  `,
  postgres: `
    alter table message add column words tsvector generated always as (to_tsvector('simple',
      normalize(regexp_replace(normalize(content, NFKD), '[\\u0300-\\u036f]', '', 'g'), NFC))) stored;
    create index message_words on message using gin (words);
  `,
};
