import { z } from "zod";
import { showPushKey, subscribe, unsubscribe } from "../../domain/push/subscribe.ts";
import { binding } from "../wire.ts";
import { OBJECT, TEXT } from "./meant.ts";
import { complain } from "./sentences.ts";

const pushGetVapid = binding({
  name: "push_get_vapid",
  operation: showPushKey,
  request: () => z.looseObject({}),
  toInput: () => ({}),
  toReply: ({ key }) => ({ cmd: "push_vapid", key }),
});

const Subscription = z.lazy(() =>
  z.looseObject({
    endpoint: z.string().min(1),
    keys: z.looseObject({ p256dh: z.string().min(1), auth: z.string().min(1) }),
  }),
);

const pushSubscribe = binding({
  name: "push_subscribe",
  operation: subscribe,
  request: () =>
    z.looseObject({ subscription: OBJECT.optional() }).superRefine(({ subscription }, context) => {
      if (typeof subscription !== "object" || subscription === null) complain(context, "Missing subscription object");
      else if (!Subscription.safeParse(subscription).success)
        complain(context, "subscription must include endpoint, keys.p256dh and keys.auth");
    }),
  toInput: ({ subscription }) => {
    const { endpoint, keys } = subscription as z.output<typeof Subscription>;
    return { endpoint, p256dh: keys.p256dh, auth: keys.auth };
  },
  toReply: ({ fingerprint }) => ({ cmd: "push_subscribed", success: true, device_fingerprint: fingerprint }),
});

const pushUnsubscribe = binding({
  name: "push_unsubscribe",
  operation: unsubscribe,
  request: () =>
    z
      .looseObject({ endpoint: TEXT.optional() })
      .superRefine(
        ({ endpoint }, context) =>
          void ((typeof endpoint === "string" && endpoint !== "") || complain(context, "Missing endpoint")),
      ),
  toInput: (r) => ({ endpoint: r.endpoint as string }),
  toReply: () => ({ cmd: "push_unsubscribed", success: true }),
});

export const bindings = [pushGetVapid, pushSubscribe, pushUnsubscribe] as const;
