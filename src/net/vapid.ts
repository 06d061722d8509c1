import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";

/** Who we are to a push service (RFC 8292): the same pair for as long as subscriptions shall live. */
export interface VapidKeys {
  /** base64url of the uncompressed point, as browsers take it for `applicationServerKey`. */
  readonly publicKey: string;
  readonly signingKey: CryptoKey;
  /** PKCS #8. A secret. */
  readonly pem: string;
}

const SIGNATURE = { name: "ECDSA", namedCurve: "P-256" };

const utf8 = (text: string) => new TextEncoder().encode(text);
const base64url = (bytes: Uint8Array | ArrayBuffer) => Buffer.from(bytes as Uint8Array).toString("base64url");

/** A new pair. */
export const createVapidKeys = (): Promise<VapidKeys> =>
  loadVapidKeys(
    generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
  );

/** The pair of a PEM file (PKCS #8 or SEC 1), for instance originChats' `vapid/private_key.pem`. Throws a `RangeError` that does not show it. */
export async function loadVapidKeys(pem: string): Promise<VapidKeys> {
  const key = privateKeyOf(pem);
  const { crv, x, y, d } = key?.asymmetricKeyType === "ec" ? key.export({ format: "jwk" }) : {};
  if (!key || crv !== "P-256" || x === undefined || y === undefined || d === undefined)
    throw new RangeError("The key for push notifications must be a private EC key on the curve P-256, in PEM.");
  const point = Buffer.concat([Uint8Array.of(4), Buffer.from(x, "base64url"), Buffer.from(y, "base64url")]);
  return {
    publicKey: base64url(point),
    signingKey: await crypto.subtle.importKey("jwk", { kty: "EC", crv, x, y, d }, SIGNATURE, false, ["sign"]),
    pem: key.export({ format: "pem", type: "pkcs8" }).toString(),
  };
}

function privateKeyOf(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    // What is wrong with it is not told: the message could show a part of it.
    return undefined;
  }
}

/** How long a signature is good for, in seconds: RFC 8292 §2 allows a day. */
const SIGNED_FOR = 12 * 60 * 60;

/** The `Authorization` header for a push service (RFC 8292 §3). `contact` is `mailto:…` or `https:…`; `now` is in ms. */
export async function vapidAuthorization(keys: VapidKeys, endpoint: string, contact: string, now: number): Promise<string> {
  const part = (claims: object) => base64url(utf8(JSON.stringify(claims)));
  const claims = {
    aud: new URL(endpoint).origin,
    exp: Math.floor(now / 1000) + SIGNED_FOR,
    ...(contact !== "" && { sub: contact }),
  };
  const signed = `${part({ typ: "JWT", alg: "ES256" })}.${part(claims)}`;
  const signature = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, keys.signingKey, utf8(signed));
  return `vapid t=${signed}.${base64url(signature)}, k=${keys.publicKey}`;
}
