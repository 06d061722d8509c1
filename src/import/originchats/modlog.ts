import { Batch } from "../../storage/store.ts";
import { commit, type Import, SLICE } from "./import.ts";
import { insertEntry } from "../../domain/moderation/modlog.ts";
import { presentEntries } from "./statements.ts";
import type { People } from "./users.ts";
import { isRaw, momentOf, slices, textOf } from "./values.ts";
import { storable } from "../../kernel/storable.ts";

const CATEGORIES: ReadonlySet<string> = new Set([
  "user_moderation",
  "role_management",
  "channel_management",
  "message_moderation",
  "server_management",
  "other",
]);

/** The moderation log. Its ids are made of a moment and an actor and may come twice (reference/originchats.md §5.17). */
export async function importModlog(
  { folder, target, tally }: Import,
  entries: readonly unknown[],
  people: People,
): Promise<void> {
  const { store, community } = target;
  const file = folder.shown("modlog.json");
  const times = new Map<string, number>();
  const numbered = entries.map((raw, index) => {
    const given = (isRaw(raw) ? textOf(raw["id"], 200) : undefined) ?? `entry ${index}`;
    const nth = (times.get(given) ?? 0) + 1;
    times.set(given, nth);
    return { raw, line: index + 1, id: nth === 1 ? given : `${given}#${nth}` };
  });
  for (const some of slices(numbered, SLICE)) {
    const there = new Set((await store.all(presentEntries, { ids: some.map(({ id }) => id) })).map(({ id }) => id));
    const batch = new Batch();
    for (const { raw, line, id } of some) {
      tally.count("modlog entries", "read");
      const at = isRaw(raw) ? momentOf(raw["timestamp"]) : undefined;
      const action = isRaw(raw) ? textOf(raw["action"], 100) : undefined;
      if (there.has(id)) tally.count("modlog entries", "present");
      else if (!isRaw(raw) || at === undefined || !action)
        tally.skip("modlog entries", file, line, "no entry with an action and a time");
      else {
        const actor = textOf(raw["actor_id"], 200) ?? "";
        const whom = textOf(raw["target_id"], 200);
        const details = isRaw(raw["details"]) ? raw["details"] : {};
        const category = textOf(raw["category"], 100) ?? "other";
        batch.add(insertEntry, {
          id,
          community,
          at,
          action,
          category: CATEGORIES.has(category) ? category : "other",
          actor: people.author(actor).id,
          actorName: textOf(raw["actor_name"], 200) ?? actor,
          target: whom === undefined ? null : people.author(whom).id,
          targetName: textOf(raw["target_name"], 200) ?? null,
          reason: textOf(details["reason"], 500) ?? null,
          details: JSON.stringify(storable(details)),
        });
        tally.count("modlog entries", "written");
      }
    }
    await commit(store, batch);
  }
}
