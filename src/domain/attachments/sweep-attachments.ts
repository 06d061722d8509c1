import type { Call } from "../../kernel/operation.ts";
import { Batch } from "../../storage/store.ts";
import { blobsNamed, dropUnsent, emptyAttachments, expiredAttachments, unsentAttachments } from "./statements.ts";

const SLICE = 500;
/** How long an upload waits for its message, and how old a blob is before nobody can be about to name it. */
const UNSENT_MS = 3_600_000;

/** Files whose time is up lose their bytes; uploads that no message took are forgotten. @returns how many, at most `most`. */
export async function sweepAttachments(call: Call<unknown, unknown>, most: number): Promise<number> {
  const { store, now } = call;
  let gone = 0;
  const sweeps = [
    [(limit: number) => store.all(unsentAttachments, { before: now() - UNSENT_MS, limit }), dropUnsent],
    [(limit: number) => store.all(expiredAttachments, { now: now(), limit }), emptyAttachments],
  ] as const;
  for (const [find, drop] of sweeps)
    while (gone < most) {
      const found = await find(Math.min(SLICE, most - gone));
      if (!found.length) break;
      await store.commit(new Batch().add(drop, { ids: found.map(({ id }) => id) }));
      gone += found.length;
    }
  return gone;
}

/** Bytes that no attachment, emoji or picture of the community names any more. @returns how many, at most `most`. */
export async function collectBlobs(call: Call<unknown, unknown>, most: number): Promise<number> {
  const { blobs, store } = call;
  const before = call.now() - UNSENT_MS;
  let gone = await blobs.sweep(before);
  let slice: string[] = [];
  const collect = async () => {
    const named = new Set((await store.all(blobsNamed, { hashes: slice })).map(({ hash }) => hash));
    for (const hash of slice) if (!named.has(hash) && gone < most && (await blobs.remove(hash))) gone += 1;
    slice = [];
  };
  for await (const { hash, storedAt } of blobs.list()) {
    if (gone >= most) break;
    if (storedAt >= before) continue;
    if (slice.push(hash) === SLICE) await collect();
  }
  await collect();
  return gone;
}
