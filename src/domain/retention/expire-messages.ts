import { z } from "zod";
import { eventType } from "../../kernel/event.ts";
import type { Call } from "../../kernel/operation.ts";
import { Batch } from "../../storage/store.ts";
import { Place } from "../messages/message.ts";
import { SYSTEM } from "../users/user.ts";
import { countedFromNewest, deleteMessages, keptForATime, oldestExpired } from "./statements.ts";

/** Removed in one batch: what others wait for at most. */
const SLICE = 200;
/** Clients hold the newest few hundred messages of a channel; of what is older nobody needs to be told by name. */
const TOLD_OF = 1000;
const DAY_MS = 86_400_000;

export const messageExpired = eventType({
  name: "message.expired",
  summary: "Messages are gone because their time was up. `ids` names those of them that were among the newest thousand.",
  data: () => z.object({ place: Place, ids: z.array(z.string()), count: z.number() }),
  durable: true,
});

/** Removes the messages that their channels keep no longer. @returns how many, at most `most`. */
export async function expireMessages(call: Call<unknown, unknown>, most: number): Promise<number> {
  const { store, actor } = call;
  let gone = 0;
  for (const { id: channel, name, retention } of await store.all(keptForATime, { community: actor.community })) {
    const old = await oldEnough(call, channel, retention);
    if (!old) continue;
    const told = (await store.one(countedFromNewest, { channel, skip: TOLD_OF }))?.n ?? 0;
    while (gone < most) {
      const limit = Math.min(SLICE, most - gone);
      const expired = await store.all(oldestExpired, { channel, ...old, system: SYSTEM.id, limit });
      if (!expired.length) break;
      // Required, so that of two sweeps at once only one tells of a message.
      const batch = new Batch().require(deleteMessages, { ids: expired.map(({ id }) => id) }, expired.length);
      for (const [place, rows] of Map.groupBy(expired, (row) => row.place)) {
        const ids = rows.filter(({ n }) => n > told).map(({ id }) => id);
        const where: Place = { channel, name, ...(place !== channel && { thread: place }) };
        call.emit(batch, messageExpired, { channel }, { place: where, ids, count: rows.length });
      }
      await store.commit(batch);
      gone += expired.length;
    }
  }
  return gone;
}

/** Which messages a retention lets go: those from before a moment, and up to a place in the order. Nothing when all may stay. */
async function oldEnough(
  { store, now }: Call<unknown, unknown>,
  channel: string,
  retention: string,
): Promise<{ before: number; upTo: number } | undefined> {
  const ALL = Number.MAX_SAFE_INTEGER;
  if (retention === "none") return { before: ALL, upTo: ALL };
  const days = /^(\d+) days$/.exec(retention)?.[1];
  if (days) return { before: now() - Number(days) * DAY_MS, upTo: ALL };
  const last = /^last (\d+)$/.exec(retention)?.[1];
  const newestGone = last && (await store.one(countedFromNewest, { channel, skip: Number(last) }));
  return newestGone ? { before: ALL, upTo: newestGone.n } : undefined;
}
