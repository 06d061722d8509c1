import { cell } from "../../kernel/cell.ts";
import type { World } from "../../kernel/operation.ts";
import type { VapidKeys } from "../../net/web-push.ts";
import { metaValue, putMetaOnce } from "../../storage/meta.ts";
import { Batch } from "../../storage/store.ts";

/** Where the private key stands in the database: subscriptions die with it, so it is saved and restored with them. */
export const VAPID_KEY = "push.vapid";

const loaded = cell("push.keys", () => ({ keys: undefined as Promise<VapidKeys> | undefined }));

/** Who we are to push services; made when somebody first asks. */
export function vapidKeys({ store, webPush, cell: held }: Pick<World, "store" | "webPush" | "cell">): Promise<VapidKeys> {
  const find = async () => (await store.one(metaValue, { key: VAPID_KEY }))?.value;
  const load = async () => {
    const kept = await find();
    if (kept !== undefined) return webPush.loadKeys(kept);
    await store.commit(new Batch().add(putMetaOnce, { key: VAPID_KEY, value: (await webPush.makeKeys()).pem }));
    return webPush.loadKeys((await find())!);
  };
  const mine = held(loaded);
  mine.keys ??= load().catch((why: unknown) => {
    mine.keys = undefined;
    throw why;
  });
  return mine.keys;
}
