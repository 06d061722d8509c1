import { read, write } from "../../storage/store.ts";
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
}
const CHANNEL = "id, kind, name, display_name, description, icon, size, position, rules, user_limit, slow_mode, retention";
const NUMBERS = ["size", "position", "user_limit", "slow_mode"] as const;

/** By id or by name; a name cannot have the form of an id. */
export const channelByRef = read<{ community: string; ref: string; key: string }, ChannelRow>(
  `select ${CHANNEL} from channel where community = :community and (id = :ref or name_key = :key)`,
  ...NUMBERS,
);
export const channelsOf = read<{ community: string }, ChannelRow>(
  `select ${CHANNEL} from channel where community = :community order by position, created_at`,
  ...NUMBERS,
);
export const insertChannel = write<ChannelRow & { community: string; key: string; at: number }>(
  `insert into channel (id, community, kind, name, name_key, display_name, description, icon, size, position, rules, user_limit, slow_mode,
     retention, created_at)
   values (:id, :community, :kind, :name, :key, :display_name, :description, :icon, :size, :position, :rules, :user_limit, :slow_mode,
     :retention, :at)`,
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
  rules: JSON.parse(row.rules),
  userLimit: row.user_limit,
  slowMode: row.slow_mode,
  retention: row.retention,
});
export const channelRow = (channel: Channel): ChannelRow => ({
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
});

/** Only while the rules are what they were when they were read. */
export const replaceRules = write<{ id: string; was: string; rules: string }>(
  `update channel set rules = :rules where id = :id and rules = :was`,
);
