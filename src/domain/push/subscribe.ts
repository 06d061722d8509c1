import { createHash } from "node:crypto";
import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { Batch } from "../../storage/store.ts";
import { signedIn } from "../users/access.ts";
import { vapidKeys } from "./keys.ts";
import { dropOldSubscriptions, dropSubscription, putSubscription } from "./statements.ts";

const FLAWS = { endpoint: "push.endpoint", p256dh: "push.p256dh", auth: "push.auth" } as const;
/** Browsers one user may be reached in; a further one takes the place of the oldest. */
const MOST = 10;
const refuseOff = (enabled: boolean) => {
  if (!enabled) throw new Refusal("unavailable", "push.off");
};

export const showPushKey = operation({
  name: "push.key",
  summary: "The public key a browser needs to let this server notify it.",
  input: () => z.object({}),
  output: () => z.object({ key: z.string() }),
  access: { by: signedIn() },
  async run(call) {
    refuseOff(call.settings.push.enabled);
    return { key: (await vapidKeys(call)).publicKey };
  },
});

export const subscribe = operation({
  name: "push.subscribe",
  summary: "Let this server notify the acting user's browser.",
  input: () =>
    z.object({
      endpoint: z.string().max(2048, "push.endpoint"),
      p256dh: z.string().max(200),
      auth: z.string().max(100).meta({ secret: true }),
    }),
  output: () => z.object({ fingerprint: z.string() }),
  access: { by: signedIn() },
  pace: { burst: 10, perMinute: 20 },
  async run({ input, store, settings, access: { by }, now, webPush }) {
    refuseOff(settings.push.enabled);
    const flaw = webPush.flawOf(input);
    if (flaw) throw new Refusal("invalid-input", FLAWS[flaw]);
    const user = by.user.id;
    await store.commit(
      new Batch().add(putSubscription, { ...input, user, at: now() }).add(dropOldSubscriptions, { user, keep: MOST }),
    );
    return { fingerprint: createHash("sha256").update(input.endpoint).digest("hex").slice(0, 16) };
  },
});

export const unsubscribe = operation({
  name: "push.unsubscribe",
  summary: "No longer notify a browser of the acting user's.",
  input: () => z.object({ endpoint: z.string().min(1).max(2048) }),
  output: () => z.object({}),
  access: { by: signedIn() },
  async run({ input, store, access: { by } }) {
    await store.commit(new Batch().add(dropSubscription, { endpoint: input.endpoint, user: by.user.id }));
    return {};
  },
});
