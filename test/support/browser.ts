import { expect } from "bun:test";
import { createDecipheriv, createECDH, hkdfSync } from "node:crypto";
import type { PushSubscription } from "../../src/net/web-push.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);

/** A browser with a subscription: it reads what it gets by node's crypto, not ours. */
export function browser(endpoint = "https://push.test/1") {
  const pair = createECDH("prime256v1");
  const point = pair.generateKeys();
  const auth = Buffer.from(crypto.getRandomValues(new Uint8Array(16)));
  const subscription: PushSubscription = { endpoint, p256dh: point.toString("base64url"), auth: auth.toString("base64url") };
  const read = (body: Uint8Array): string => {
    const salt = body.subarray(0, 16);
    const idLength = body[20] as number;
    const sender = body.subarray(21, 21 + idLength);
    const sealed = body.subarray(21 + idLength);
    const derive = (secret: Uint8Array, with_: Uint8Array, info: Uint8Array, length: number) =>
      Buffer.from(hkdfSync("sha256", secret, with_, info, length));
    const info = Buffer.concat([Buffer.from("WebPush: info\0"), point, sender]);
    const secret = derive(pair.computeSecret(sender), auth, info, 32);
    const key = derive(secret, salt, utf8("Content-Encoding: aes128gcm\0"), 16);
    const open = createDecipheriv("aes-128-gcm", key, derive(secret, salt, utf8("Content-Encoding: nonce\0"), 12));
    open.setAuthTag(sealed.subarray(-16));
    const plain = Buffer.concat([open.update(sealed.subarray(0, -16)), open.final()]);
    expect(plain.at(-1)).toBe(2);
    return plain.subarray(0, -1).toString();
  };
  return { subscription, read };
}
