import type { Audience, Happened } from "../kernel/event.ts";
import { metaValue, putMeta, putMetaOnce } from "./meta.ts";
import { Batch, read, type Store, write } from "./store.ts";

/** An event as it was written down: `seq` is certain, its origin is gone, and of its data there is what the type of event lets the log keep. */
export type LoggedEvent = Happened & { readonly seq: number };

/** Where a reader of the log stands. `epoch` names the log: numbers of different epochs do not compare. */
export interface Position {
  readonly epoch: string;
  readonly seq: number;
}

interface EventRow {
  seq: number;
  at: number;
  type: string;
  actor: string;
  community: string;
  audience: string;
  data: string;
}
const eventsAfter = read<{ seq: number; limit: number }, EventRow>(
  `select seq, at, type, actor, community, audience, data from event where seq > :seq order by seq limit :limit`,
  "seq",
  "at",
);
const oldestEvents = read<{ limit: number }, { seq: number; at: number }>(
  `select seq, at from event order by seq limit :limit`,
  "seq",
  "at",
);
const newestBut = read<{ skip: number }, { seq: number }>(`select seq from event order by seq desc limit 1 offset :skip`, "seq");
const deleteThrough = write<{ seq: number }>(`delete from event where seq <= :seq`);

const EPOCH = "event.epoch";
/** The highest number that has been pruned. */
const PRUNED = "event.pruned";

const prunedThrough = async (store: Store): Promise<number> => Number((await store.one(metaValue, { key: PRUNED }))?.value ?? 0);

/** The name of this log; given to a new database once and kept. @param id a fresh name in case there is none yet. */
export async function epoch(store: Store, id: string): Promise<string> {
  await store.commit(new Batch().add(putMetaOnce, { key: EPOCH, value: id }));
  return (await store.one(metaValue, { key: EPOCH }))!.value;
}

/** To be called when the log's past is no longer the one clients saw: after a restore or an import. */
export async function renewEpoch(store: Store, id: string): Promise<void> {
  await store.commit(new Batch().add(putMeta, { key: EPOCH, value: id }));
}

/** The number of the newest event ever written, 0 before the first. */
export async function lastSeq(store: Store): Promise<number> {
  return (await store.one(newestBut, { skip: 0 }))?.seq ?? (await prunedThrough(store));
}

/**
 * What happened after a position, oldest first, at most `limit` events.
 * `resync`: the log cannot tell (another epoch, a part already pruned, a number not yet given), so the reader must start from a snapshot.
 */
export async function since(store: Store, { epoch: theirs, seq }: Position, limit: number): Promise<LoggedEvent[] | "resync"> {
  const ours = (await store.one(metaValue, { key: EPOCH }))?.value;
  if (theirs !== ours) return "resync";
  const rows = await store.all(eventsAfter, { seq, limit });
  // Asked after the rows were read, so that a prune in between is noticed.
  if (seq < (await prunedThrough(store))) return "resync";
  if (!rows.length && seq > (await lastSeq(store))) return "resync";
  return rows.map(({ audience, data, ...row }) => ({
    ...row,
    to: JSON.parse(audience) as Audience,
    data: JSON.parse(data) as unknown,
  }));
}

/** Deleted in pieces, so that writers wait for one piece at most. */
const PIECE = 1000;

/**
 * Forgets events from before a moment, and all but the newest `keep`. What goes is always the beginning of the log.
 * @returns how many were deleted.
 */
export async function prune(store: Store, { before, keep }: { before: number; keep: number }): Promise<number> {
  const surplus = (await store.one(newestBut, { skip: keep }))?.seq ?? 0;
  let deleted = 0;
  for (;;) {
    const oldest = await store.all(oldestEvents, { limit: PIECE });
    const stays = oldest.findIndex(({ seq, at }) => seq > surplus && at >= before);
    const goes = stays < 0 ? oldest.length : stays;
    if (!goes) return deleted;
    const { seq } = oldest[goes - 1]!;
    await store.commit(new Batch().add(deleteThrough, { seq }).add(putMeta, { key: PRUNED, value: String(seq) }));
    deleted += goes;
    if (goes < PIECE) return deleted;
  }
}
