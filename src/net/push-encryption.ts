import type { PushSubscription } from "./web-push.ts";

const CURVE = { name: "ECDH", namedCurve: "P-256" };
/** One record holds it all: push services need not take more than 4096 bytes, and 103 of them are not payload (RFC 8291 §4). */
export const MAX_PUSH_BYTES = 3993;
const RECORD_SIZE = 4096;

const utf8 = (text: string) => new TextEncoder().encode(text);
const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, "base64url"));
const joined = (...parts: readonly Uint8Array[]) => new Uint8Array(Buffer.concat(parts));

/** What encryption takes from chance; given only to check it against known results. */
export interface PushChance {
  readonly salt: Uint8Array;
  readonly sender: CryptoKeyPair;
}

/**
 * A message as only the subscribed browser can read it: the body of the request, `content-encoding: aes128gcm` (RFC 8188, RFC 8291 §3–4).
 * Throws a `RangeError` for more than `MAX_PUSH_BYTES` or keys that are none.
 */
export async function encryptPush(
  { p256dh, auth }: Pick<PushSubscription, "p256dh" | "auth">,
  payload: Uint8Array,
  chance?: PushChance,
): Promise<Uint8Array> {
  if (payload.length > MAX_PUSH_BYTES) throw new RangeError(`A push message holds at most ${MAX_PUSH_BYTES} bytes.`);
  const salt = chance?.salt ?? crypto.getRandomValues(new Uint8Array(16));
  const sender = chance?.sender ?? (await crypto.subtle.generateKey(CURVE, true, ["deriveBits"]));
  const receiverPoint = bytesOf(p256dh);
  const receiver = await crypto.subtle.importKey("raw", receiverPoint, CURVE, true, []).catch(() => {
    throw new RangeError("The key of the subscription is no point on the curve P-256.");
  });
  const senderPoint = new Uint8Array(await crypto.subtle.exportKey("raw", sender.publicKey));
  const shared = new Uint8Array(await crypto.subtle.deriveBits({ name: "ECDH", public: receiver }, sender.privateKey, 256));
  const context = joined(utf8("WebPush: info\0"), receiverPoint, senderPoint);
  const secret = await hkdf(shared, bytesOf(auth), context, 32);
  const key = await hkdf(secret, salt, utf8("Content-Encoding: aes128gcm\0"), 16);
  const nonce = await hkdf(secret, salt, utf8("Content-Encoding: nonce\0"), 12);
  const cipher = await crypto.subtle.importKey("raw", key as BufferSource, "AES-GCM", false, ["encrypt"]);
  // 2 is the delimiter of the last record.
  const plain = joined(payload, Uint8Array.of(2));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce as BufferSource }, cipher, plain);
  const size = new Uint8Array(4);
  new DataView(size.buffer).setUint32(0, RECORD_SIZE);
  return joined(salt, size, Uint8Array.of(senderPoint.length), senderPoint, new Uint8Array(sealed));
}

async function hkdf(secret: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Promise<Uint8Array> {
  const key = await crypto.subtle.importKey("raw", secret as BufferSource, "HKDF", false, ["deriveBits"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: salt as BufferSource, info: info as BufferSource };
  return new Uint8Array(await crypto.subtle.deriveBits(how, key, length * 8));
}
