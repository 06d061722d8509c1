import { parsed } from "../../kernel/parsed.ts";
import { keptRead, read, write } from "../../storage/store.ts";
import type { Channel, ChannelKind } from "./channel.ts";

export interface ChannelRow {
  id: string;
  kind: ChannelKind;
  name: string;
  display_name: string | null;
  description: string | null;
  icon: string | null;
  size: number | null;
  position: number;
  rules: string;
  user_limit: number;
  slow_mode: number;
  retention: string;
  listed: number;
  /** Hash. */
  password: string | null;
}
const CHANNEL =
  "id, kind, name, display_name, description, icon, size, position, rules, user_limit, slow_mode, retention, listed, password";
const NUMBERS = ["size", "position", "user_limit", "slow_mode", "listed"] as const;

/** By id or by name; a name cannot have the form of an id. */
export const channelByRef = keptRead<{ community: string; ref: string; key: string }, ChannelRow>(
  `select ${CHANNEL} from channel where community = :community and (id = :ref or name_key = :key)`,
  ...NUMBERS,
);
export const channelsOf = read<{ community: string }, ChannelRow>(
  `select ${CHANNEL} from channel where community = :community order by position, created_at`,
  ...NUMBERS,
);
export interface ListedRow extends ChannelRow {
  newest_id: string | null;
  newest_at: number | null;
}
/** With the newest message of each, found by one step into the index however many there are. */
export const channelsWithNewest = read<{ community: string }, ListedRow>(
  `select ${CHANNEL.split(", ")
    .map((column) => `c.${column}`)
    .join(", ")}, m.id as newest_id, m.at as newest_at
   from channel c left join message m on m.n = (select max(l.n) from message l where l.place = c.id)
   where c.community = :community order by c.position, c.created_at`,
  ...NUMBERS,
  "newest_at",
);
export const insertChannel = write<ChannelRow & { community: string; key: string; at: number }>(
  `insert into channel (id, community, kind, name, name_key, display_name, description, icon, size, position, rules, user_limit, slow_mode,
     retention, listed, password, created_at)
   values (:id, :community, :kind, :name, :key, :display_name, :description, :icon, :size, :position, :rules, :user_limit, :slow_mode,
     :retention, :listed, :password, :at)`,
);

/**
 * Positions are 0 to n-1 without holes. Every change of the order takes the community's row first, so that two on different processes
 * follow each other, and counts from what stands in the table then, not from what was read before.
 */
export const lockOrder = write<{ community: string }>(`update community set id = id where id = :community`);
export const closeGap = write<{ community: string; id: string }>(
  `update channel set position = position - 1
   where community = :community and position > (select position from channel where id = :id)`,
);
export const openGap = write<{ community: string; id: string; position: number }>(
  `update channel set position = position + 1 where community = :community and position >= :position and id <> :id`,
);
export const setPosition = write<{ community: string; id: string; position: number }>(
  `update channel set position = (select case when count(*) <= :position then count(*) - 1 else :position end
     from channel where community = :community) where id = :id`,
);
export const putLast = write<{ community: string; id: string }>(
  `update channel set position = (select count(*) - 1 from channel where community = :community) where id = :id`,
);
export const deleteChannel = write<{ id: string }>(`delete from channel where id = :id`);

export const renameChannel = write<{ id: string; name: string; key: string }>(
  `update channel set name = :name, name_key = :key where id = :id`,
);
const set = (column: string) =>
  write<{ id: string; value: string | number | null }>(`update channel set ${column} = :value where id = :id`);
/** One statement a column, so that two people who change different things both succeed. */
export const setColumn = {
  kind: set("kind"),
  display_name: set("display_name"),
  description: set("description"),
  icon: set("icon"),
  size: set("size"),
  rules: set("rules"),
  user_limit: set("user_limit"),
  slow_mode: set("slow_mode"),
  retention: set("retention"),
  listed: set("listed"),
};

/** A hash, or null. */
export const setChannelPassword = set("password");

/** Whether anybody but the server itself has written in a channel, or begun a thread there. What webhooks and commands wrote is theirs. */
export const writtenIn = read<{ channel: string; system: string }, { id: string }>(
  `select id from message where channel = :channel and (author <> :system or extra is not null) union all select id from thread where channel = :channel limit 1`,
);
export const deleteSystemMessages = write<{ channel: string; system: string }>(
  `delete from message where channel = :channel and author = :system and extra is null`,
);
export const anyMessages = read<{ channel: string; skip: number }, { n: number }>(
  `select n from message where channel = :channel limit 1 offset :skip`,
  "n",
);
/** The oldest messages of a channel, a slice at a time: one statement over a million would hold everybody up. */
export const deleteOldest = write<{ channel: string; limit: number }>(
  `delete from message where n in (select n from message where channel = :channel order by at, n limit :limit)`,
);

export const channelView = (row: ChannelRow): Channel => ({
  id: row.id,
  kind: row.kind,
  name: row.name,
  displayName: row.display_name,
  description: row.description,
  icon: row.icon,
  size: row.size,
  position: row.position,
  rules: parsed(row.rules),
  userLimit: row.user_limit,
  slowMode: row.slow_mode,
  retention: row.retention,
  listed: row.listed === 1,
  locked: row.password !== null,
});
export const channelRow = (channel: Channel): Omit<ChannelRow, "password"> => ({
  id: channel.id,
  kind: channel.kind,
  name: channel.name,
  display_name: channel.displayName,
  description: channel.description,
  icon: channel.icon,
  size: channel.size,
  position: channel.position,
  rules: JSON.stringify(channel.rules),
  user_limit: channel.userLimit,
  slow_mode: channel.slowMode,
  retention: channel.retention,
  listed: channel.listed ? 1 : 0,
});

/** Only while the rules are what they were when they were read. */
export const replaceRules = write<{ id: string; was: string; rules: string }>(
  `update channel set rules = :rules where id = :id and rules = :was`,
);
