import { read, write } from "./store.ts";

/** What is known once in a database, by key: which log it is, the keys it signs with, the code of its first owner. */
export const metaValue = read<{ key: string }, { value: string }>(`select value from meta where key = :key`);
export const putMeta = write<{ key: string; value: string }>(
  `insert into meta (key, value) values (:key, :value) on conflict (key) do update set value = excluded.value`,
);
/** The first to give a value has given it for all. */
export const putMetaOnce = write<{ key: string; value: string }>(
  `insert into meta (key, value) values (:key, :value) on conflict (key) do nothing`,
);
/** To be required by whoever may use a value once. */
export const takeMeta = write<{ key: string; value: string }>(`delete from meta where key = :key and value = :value`);
