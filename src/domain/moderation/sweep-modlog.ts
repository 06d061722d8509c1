import type { World } from "../../kernel/operation.ts";
import { Batch } from "../../storage/store.ts";
import { deleteEntries, entriesBefore, otherEntriesBefore } from "./statements.ts";

const DAY = 24 * 3_600_000;
/** Entries deleted in one batch, so that a long log does not hold up everybody's messages. */
const SLICE = 500;

/**
 * Deletes entries of the moderation log that have been kept as long as the settings say for their kind, oldest first, at most `most` of them.
 * @returns how many went; as many as `most` means that there may be more.
 */
export async function sweepModlog(
  { store, settings, now }: Pick<World, "store" | "settings" | "now">,
  most: number,
): Promise<number> {
  const { default: others, ...named } = settings.modlog.retention;
  const categories = Object.keys(named);
  const at = now();
  const kinds: ((limit: number) => Promise<{ id: string }[]>)[] = [
    (limit) => store.all(otherEntriesBefore, { categories, before: at - others * DAY, limit }),
    ...Object.entries(named).map(
      ([category, days]) =>
        (limit: number) =>
          store.all(entriesBefore, { category, before: at - days * DAY, limit }),
    ),
  ];
  let gone = 0;
  for (const old of kinds)
    while (gone < most) {
      const ids = (await old(Math.min(SLICE, most - gone))).map(({ id }) => id);
      if (!ids.length) break;
      await store.commit(new Batch().add(deleteEntries, { ids }));
      gone += ids.length;
    }
  return gone;
}
