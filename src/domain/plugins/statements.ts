import { read, write } from "../../storage/store.ts";

export interface PluginRow {
  name: string;
  enabled: number;
  /** JSON of `Installed`; null for a bundled one. */
  installed: string | null;
  options: string;
}
export const pluginRows = read<Record<never, never>, PluginRow>(
  `select name, enabled, installed, options from plugin order by name`,
  "enabled",
);
export const pluginByName = read<{ name: string }, PluginRow>(
  `select name, enabled, installed, options from plugin where name = :name`,
  "enabled",
);
export const putPlugin = write<PluginRow & { at: number }>(
  `insert into plugin (name, enabled, installed, options, changed_at) values (:name, :enabled, :installed, :options, :at)
   on conflict (name) do update set enabled = excluded.enabled, installed = excluded.installed, options = excluded.options,
     changed_at = excluded.changed_at`,
);
export const dropPlugin = write<{ name: string }>(`delete from plugin where name = :name`);
export const dropStoreOf = write<{ plugin: string }>(`delete from plugin_store where plugin = :plugin`);
export const dropTurnsOf = write<{ plugin: string }>(`delete from plugin_turn where plugin = :plugin`);

export const storedValue = read<{ plugin: string; key: string }, { value: string; size: number }>(
  `select value, size from plugin_store where plugin = :plugin and key = :key`,
  "size",
);
export const storedKeys = read<{ plugin: string; from: string; limit: number }, { key: string }>(
  `select key from plugin_store where plugin = :plugin and key >= :from order by key limit :limit`,
);
export const storedSize = read<{ plugin: string; key: string }, { n: number; bytes: number | null }>(
  `select count(*) as n, sum(size) as bytes from plugin_store where plugin = :plugin and key <> :key`,
  "n",
  "bytes",
);
export const putStored = write<{ plugin: string; key: string; value: string; size: number }>(
  `insert into plugin_store (plugin, key, value, size) values (:plugin, :key, :value, :size)
   on conflict (plugin, key) do update set value = excluded.value, size = excluded.size`,
);
export const dropStored = write<{ plugin: string; key: string }>(
  `delete from plugin_store where plugin = :plugin and key = :key`,
);

/** Touches a row only for the first process that asks when the turn is due. */
export const takeTurn = write<{ plugin: string; turn: string; now: number; next: number }>(
  `insert into plugin_turn (plugin, turn, due) values (:plugin, :turn, :next)
   on conflict (plugin, turn) do update set due = excluded.due where plugin_turn.due <= :now`,
);
