import { type GuardedFetch, GuardedFetchError } from "./guarded-fetch.ts";
import { encryptPush, MAX_PUSH_BYTES } from "./push-encryption.ts";
import { isPublic, parseAddress } from "./address.ts";
import { createVapidKeys, loadVapidKeys, vapidAuthorization, type VapidKeys } from "./vapid.ts";

/** What a browser's push subscription is (W3C Push API §8), its keys in base64url. */
export interface PushSubscription {
  readonly endpoint: string;
  /** The browser's public key, an uncompressed P-256 point. */
  readonly p256dh: string;
  /** 16 bytes shared with the browser. */
  readonly auth: string;
}

const MAX_ENDPOINT = 2048;

/** Why a subscription cannot be one; undefined when it can. What its endpoint leads to is found out by the guarded fetch. */
export function flawOf({ endpoint, p256dh, auth }: PushSubscription): "endpoint" | "p256dh" | "auth" | undefined {
  const url = endpoint.length <= MAX_ENDPOINT ? URL.parse(endpoint) : null;
  if (url?.protocol !== "https:" || url.username !== "" || url.password !== "") return "endpoint";
  const point = /^[\w+/-]{87}=?$/.test(p256dh) ? Buffer.from(p256dh, "base64url") : undefined;
  if (point?.length !== 65 || point[0] !== 4) return "p256dh";
  return /^[\w+/-]{22}={0,2}$/.test(auth) ? undefined : "auth";
}

/** An address is told at once; what a name leads to, the guarded fetch finds out each time anew. */
function leadsInside({ endpoint }: PushSubscription): boolean {
  const address = parseAddress(new URL(endpoint).hostname);
  return address !== undefined && !isPublic(address);
}

/** Notifying browsers, as it is lent to those who have something to say. */
export interface WebPush {
  /** A new pair, by chance. */
  makeKeys(): Promise<VapidKeys>;
  /** The pair that was kept as `pem`. Throws a `RangeError` that does not show it. */
  loadKeys(pem: string): Promise<VapidKeys>;
  /** Why a browser's subscription is not taken. */
  flawOf(subscription: PushSubscription): "endpoint" | "p256dh" | "auth" | undefined;
  /** As `sendPush`. */
  send(
    by: Pick<PushSender, "keys" | "contact">,
    to: PushSubscription,
    payload: Uint8Array,
    options: PushOptions,
  ): Promise<PushOutcome>;
}
export type { VapidKeys };

export const webPush = (out: Pick<PushSender, "fetch" | "now">): WebPush => ({
  makeKeys: createVapidKeys,
  loadKeys: loadVapidKeys,
  flawOf: (subscription) => flawOf(subscription) ?? (leadsInside(subscription) ? "endpoint" : undefined),
  send: (by, to, payload, options) => sendPush({ ...out, ...by }, to, payload, options),
});

export interface PushOptions {
  /** Seconds the service may keep it for a device that is away. */
  readonly ttl: number;
  /** RFC 8030 §5.3. Default `normal`. */
  readonly urgency?: "very-low" | "low" | "normal" | "high";
  /** A later message of the same topic replaces this one: at most 32 letters of base64url (RFC 8030 §5.4). */
  readonly topic?: string;
}
export interface PushSender {
  readonly fetch: GuardedFetch;
  readonly keys: VapidKeys;
  /** Whom the service may write to: `mailto:…` or `https:…`; empty for nobody. */
  readonly contact: string;
  now(): number;
}
export type PushOutcome =
  | { readonly outcome: "delivered" }
  /** The subscription does not exist any more, or never could: forget it. */
  | { readonly outcome: "gone" }
  /** The service is busy, away or out of reach: try again, not before so many ms. */
  | { readonly outcome: "later"; readonly afterMs: number }
  /** It will not take this message; the same again would be refused again. `why` is a status or a code of the guarded fetch. */
  | { readonly outcome: "refused"; readonly why: string };

/** Without a word from the service. ms. */
const PAUSE = 60_000;
const LONGEST_PAUSE = 24 * 60 * 60 * 1000;

/**
 * Hands a message to the push service of a subscription (RFC 8030 §5). Redirects are not followed and nothing but a public https address is
 * reached. Throws only a `RangeError` for a payload that is too large or a topic that is none.
 */
export async function sendPush(
  sender: PushSender,
  subscription: PushSubscription,
  payload: Uint8Array,
  { ttl, urgency = "normal", topic }: PushOptions,
): Promise<PushOutcome> {
  if (topic !== undefined && !/^[\w-]{1,32}$/.test(topic)) throw new RangeError("A topic is up to 32 letters of base64url.");
  if (payload.length > MAX_PUSH_BYTES) throw new RangeError(`A push message holds at most ${MAX_PUSH_BYTES} bytes.`);
  if (flawOf(subscription) !== undefined) return { outcome: "gone" };
  let body: Uint8Array;
  try {
    body = await encryptPush(subscription, payload);
  } catch (error) {
    if (error instanceof RangeError) return { outcome: "gone" };
    throw error;
  }
  const authorization = await vapidAuthorization(sender.keys, subscription.endpoint, sender.contact, sender.now());
  const headers = {
    authorization,
    "content-encoding": "aes128gcm",
    "content-type": "application/octet-stream",
    ttl: String(ttl),
    urgency,
    ...(topic !== undefined && { topic }),
  };
  try {
    const answer = await sender.fetch(subscription.endpoint, {
      method: "POST",
      headers,
      body,
      redirects: 0,
      maxBodyBytes: 64 * 1024,
    });
    return outcomeOf(answer.status, answer.headers.get("retry-after"), sender.now());
  } catch (error) {
    if (!(error instanceof GuardedFetchError)) throw error;
    const passing = error.code === "timed-out" || error.code === "unreachable" || error.code === "unresolved";
    return passing ? { outcome: "later", afterMs: PAUSE } : { outcome: "refused", why: error.code };
  }
}

function outcomeOf(status: number, retryAfter: string | null, now: number): PushOutcome {
  if (status >= 200 && status < 300) return { outcome: "delivered" };
  if (status === 404 || status === 410) return { outcome: "gone" };
  if (status !== 429 && status < 500) return { outcome: "refused", why: String(status) };
  // Seconds or a date (RFC 9110 §10.2.3).
  const asked = /^\d{1,9}$/.test(retryAfter ?? "") ? Number(retryAfter) * 1000 : Date.parse(retryAfter ?? "") - now;
  return { outcome: "later", afterMs: Math.min(LONGEST_PAUSE, Math.max(1000, Number.isNaN(asked) ? PAUSE : asked)) };
}
