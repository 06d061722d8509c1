import type { Store } from "../../storage/store.ts";
import { speaker } from "../messages/present.ts";
import { type Speaker } from "../users/user.ts";
import { participantsOf, type ThreadRow } from "./statements.ts";
import type { Thread } from "./thread.ts";

/** People shown beside a thread; how many more there are is not limited. */
const MOST_SHOWN = 20;

/**
 * Rows as threads, with who takes part fetched in one read.
 * @param name what the channel of each is called.
 * @param viewer is among those shown of a thread, however late they joined.
 */
export async function presentThreads(
  store: Store,
  rows: readonly ThreadRow[],
  name: (channel: string) => string,
  viewer: string,
): Promise<Thread[]> {
  if (!rows.length) return [];
  const people = await store.all(participantsOf, { threads: rows.map(({ id }) => id), viewer, skip: MOST_SHOWN - 1 });
  const byThread = Map.groupBy(people, ({ thread }) => thread);
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    place: { channel: row.channel, name: name(row.channel), thread: row.id },
    author: speaker(row.created_by, row.author_name, row.author_realm),
    at: row.created_at,
    locked: row.locked === 1,
    archived: row.archived === 1,
    participants: (byThread.get(row.id) ?? []).map(({ id, name: called, realm }): Speaker => ({ id, name: called, realm })),
    newest: row.newest_id !== null && row.newest_at !== null ? { id: row.newest_id, at: row.newest_at } : null,
  }));
}

/** One thread, as `viewer` sees it. */
export async function presentThread(store: Store, row: ThreadRow, channel: string, viewer: string): Promise<Thread> {
  return (await presentThreads(store, [row], () => channel, viewer))[0]!;
}
