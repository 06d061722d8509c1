import { SYSTEM } from "../../domain/users/user.ts";
import { Batch } from "../../storage/store.ts";
import type { Channels } from "./channels.ts";
import { commit, type Import } from "./import.ts";
import { presentWebhooks, putWebhook, webhookTokens } from "./statements.ts";
import type { People } from "./users.ts";
import { isRaw, momentOf, textOf } from "./values.ts";

/** Webhooks with their tokens, so that those who post by them need not be told (reference/originchats.md §5.12). */
export async function importWebhooks({ source, target, tally }: Import, channels: Channels, people: People): Promise<void> {
  const { store, community, now } = target;
  const { file, rows } = await source.webhooks();
  const entries = Object.entries(rows);
  const there = new Set((await store.all(presentWebhooks, { ids: entries.map(([id]) => id) })).map(({ id }) => id));
  const tokens = entries.flatMap(([, raw]) => (isRaw(raw) ? (textOf(raw["token"], 200) ?? []) : []));
  const taken = new Set((await store.all(webhookTokens, { tokens })).map(({ token }) => token));
  const batch = new Batch();
  for (const [id, raw] of entries) {
    tally.count("webhooks", "read");
    const token = isRaw(raw) ? textOf(raw["token"], 200) : undefined;
    const channel = isRaw(raw) ? channels.get(textOf(raw["channel"], 1000) ?? "") : undefined;
    if (there.has(id)) tally.count("webhooks", "present");
    else if (!isRaw(raw) || id === "" || id.length > 100 || !token || token.length < 32)
      tally.skip("webhooks", file, undefined, `the webhook ${JSON.stringify(id)} has no token`);
    else if (!channel) tally.skip("webhooks", file, undefined, `the channel of the webhook ${JSON.stringify(id)} is gone`);
    else if (taken.has(token)) tally.skip("webhooks", file, undefined, `the webhook ${JSON.stringify(id)} has another's token`);
    else {
      taken.add(token);
      const avatar = textOf(raw["avatar"], 2000) ?? null;
      batch.add(putWebhook, {
        id,
        community,
        channel: channel.id,
        name: [...(textOf(raw["name"], 1000) ?? "").replaceAll(/\p{C}/gu, "").trim()].slice(0, 80).join("") || "webhook",
        avatar: avatar !== null && /^https?:$/.test(URL.parse(avatar)?.protocol ?? "") ? avatar : null,
        token,
        by: people.author(textOf(raw["created_by"], 200) ?? SYSTEM.id).id,
        at: momentOf(raw["created_at"]) ?? now,
      });
      tally.count("webhooks", "written");
    }
  }
  await commit(store, batch);
}
