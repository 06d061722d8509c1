import { createHmac, timingSafeEqual } from "node:crypto";

/**
 * Whether GitHub signed exactly these bytes with the secret that was given to it: the header `X-Hub-Signature-256`, `sha256=` and 64 hex digits.
 * How long the comparison takes says nothing of the right signature.
 */
export function isSignedByGithub(body: Uint8Array, header: string | null, secret: string): boolean {
  const [, digits] = /^sha256=([0-9a-f]{64})$/.exec(header ?? "") ?? [];
  if (digits === undefined || secret === "") return false;
  return timingSafeEqual(Buffer.from(digits, "hex"), createHmac("sha256", secret).update(body).digest());
}
