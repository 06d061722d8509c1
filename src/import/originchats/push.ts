import { createPrivateKey } from "node:crypto";
import { VAPID_KEY } from "../../domain/push/keys.ts";
import { metaValue, putMetaOnce } from "../../storage/meta.ts";
import { Batch } from "../../storage/store.ts";
import { commit, type Import } from "./import.ts";
import { presentSubscriptions, putSubscription } from "./statements.ts";
import type { People } from "./users.ts";
import { isRaw, momentOf, textOf } from "./values.ts";

const FILE = "push_subscriptions.json";

/** Subscriptions and the key that they were made for: with another one they are worth nothing (reference/originchats.md §5.18). */
export async function importPush({ folder, target, tally }: Import, people: People): Promise<void> {
  const { store, now } = target;
  const file = folder.shown(FILE);
  const users = Object.entries(await folder.record(FILE));
  const all = users.flatMap(([username, list]) => (Array.isArray(list) ? list : []).map((raw: unknown) => ({ username, raw })));
  tally.count("push subscriptions", "read", all.length);
  const shownKey = folder.shown("vapid", "private_key.pem");
  const found = (await folder.files("vapid")).has("private_key.pem")
    ? await Bun.file(folder.path("vapid", "private_key.pem")).text()
    : undefined;
  const pem = found === undefined ? undefined : pkcs8(found);
  if (found !== undefined && pem === undefined) tally.find(shownKey, undefined, "no private key on the curve P-256", "left out");
  const skipAll = (what: string) => {
    tally.count("push subscriptions", "skipped", all.length);
    if (all.length) tally.find(file, undefined, what, "left out: browsers ask for notifications again");
  };
  if (pem === undefined) return skipAll("the key of the subscriptions is not there");
  await commit(store, new Batch().add(putMetaOnce, { key: VAPID_KEY, value: pem }));
  if ((await store.one(metaValue, { key: VAPID_KEY }))?.value !== pem) return skipAll("this server has a key of its own already");

  const endpoints = all.flatMap(({ raw }) => (isRaw(raw) ? (textOf(raw["endpoint"], 2000) ?? []) : []));
  const there = new Set((await store.all(presentSubscriptions, { endpoints })).map(({ endpoint }) => endpoint));
  const batch = new Batch();
  for (const { username, raw } of all) {
    const user = people.byUsername(username);
    const endpoint = isRaw(raw) ? textOf(raw["endpoint"], 2000) : undefined;
    const p256dh = isRaw(raw) ? textOf(raw["p256dh"], 200) : undefined;
    const auth = isRaw(raw) ? textOf(raw["auth"], 200) : undefined;
    if (!user)
      tally.skip("push subscriptions", file, undefined, `a subscription of ${JSON.stringify(username)}, who is not there`);
    else if (!isRaw(raw) || !endpoint || !p256dh || !auth || URL.parse(endpoint)?.protocol !== "https:")
      tally.skip(
        "push subscriptions",
        file,
        undefined,
        `a subscription of ${JSON.stringify(username)} that names no push service`,
      );
    else if (there.has(endpoint)) tally.count("push subscriptions", "present");
    else {
      there.add(endpoint);
      batch.add(putSubscription, { endpoint, user: user.id, p256dh, auth, at: momentOf(raw["last_used"]) ?? now });
      tally.count("push subscriptions", "written");
    }
  }
  await commit(store, batch);
}

/** The key in the one form in which it is kept; undefined for anything else. What is wrong with it is not told: the message could show it. */
function pkcs8(pem: string): string | undefined {
  try {
    const key = createPrivateKey(pem);
    const { crv } = key.asymmetricKeyType === "ec" ? key.export({ format: "jwk" }) : {};
    return crv === "P-256" ? key.export({ format: "pem", type: "pkcs8" }).toString() : undefined;
  } catch {
    return undefined;
  }
}
