import type { World } from "../../kernel/operation.ts";
import { Batch } from "../../storage/store.ts";
import { deleteBansOver, deleteEntries, deleteOtherEntries } from "./statements.ts";

const DAY = 24 * 3_600_000;

/** Deletes what has been kept as long as the settings say: entries of the moderation log by their kind, and bans that are over. */
export async function sweepModlog({ store, settings, now }: Pick<World, "store" | "settings" | "now">): Promise<void> {
  const { default: others, ...named } = settings.modlog.retention;
  const at = now();
  const batch = new Batch()
    .add(deleteOtherEntries, { categories: Object.keys(named), before: at - others * DAY })
    .add(deleteBansOver, { now: at });
  for (const [category, days] of Object.entries(named)) batch.add(deleteEntries, { category, before: at - days * DAY });
  await store.commit(batch);
}
