import { z } from "zod";
import { Speaker } from "../users/user.ts";

/** A door for other programs into one channel. */
export const Webhook = z.lazy(() =>
  z.object({
    id: z.string(),
    channel: z.object({ id: z.string(), name: z.string() }),
    name: z.string(),
    avatar: z.string().nullable(),
    createdBy: Speaker,
    /** Milliseconds since the epoch. */
    createdAt: z.number(),
    /** Whether requests must be signed by GitHub's rule. */
    signed: z.boolean(),
  }),
);
export type Webhook = z.output<typeof Webhook>;
/** For whoever may manage the server: with what opens the door. */
export const OpenWebhook = z.lazy(() => Webhook.unwrap().extend({ token: z.string() }));
export type OpenWebhook = z.output<typeof OpenWebhook>;

const line = (reason: string, max: number) =>
  z
    .string()
    .trim()
    .min(1, reason)
    .max(max, reason)
    .refine((text) => !/\p{C}/u.test(text), reason);
export const WebhookName = line("webhook.name", 80);
/** Shown beside what it posts. */
export const WebhookAvatar = z.lazy(() =>
  z
    .string()
    .trim()
    .max(2000, "webhook.avatar")
    .refine((url) => url === "" || /^https?:$/.test(URL.parse(url)?.protocol ?? ""), "webhook.avatar")
    .transform((url) => url || null)
    .nullable(),
);
/** What GitHub signs with; empty or null for no signature. Never shown again. */
export const WebhookSecret = z
  .string()
  .max(200, "webhook.secret")
  .transform((secret) => secret || null)
  .nullable();
export const WebhookId = z.string().min(1).max(100);
