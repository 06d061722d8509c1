import type { Ask } from "../../kernel/operation.ts";
import type { Batch } from "../../storage/store.ts";
import { channelsOf, replaceRules } from "../channels/statements.ts";
import type { ChannelRules } from "./permissions.ts";

/**
 * Channel rules name roles: they follow a role's new name, and forget a role that is gone, so that a later one of that name inherits nothing.
 * @param to the new name; none when the role is deleted.
 * @returns whether any rule changed.
 */
export async function renameInRules(ask: Ask<unknown>, batch: Batch, from: string, to?: string): Promise<boolean> {
  let changed = false;
  for (const { id, rules: was } of await ask.store.all(channelsOf, { community: ask.actor.community })) {
    const rules = JSON.parse(was) as ChannelRules;
    const next = JSON.stringify(
      Object.fromEntries(
        Object.entries(rules).map(([action, names]) => [
          action,
          names.flatMap((name) => (name === from ? (to ?? []) : name === `!${from}` ? (to === undefined ? [] : `!${to}`) : name)),
        ]),
      ),
    );
    if (next === JSON.stringify(rules)) continue;
    batch.require(replaceRules, { id, was, rules: next });
    changed = true;
  }
  return changed;
}
