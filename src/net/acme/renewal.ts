import { X509Certificate } from "node:crypto";
import { z } from "zod";
import type { Certificate } from "../certificate.ts";
import type { Directory } from "./directory.ts";

const HOUR = 60 * 60 * 1000;
const RenewalSchema = z.object({
  suggestedWindow: z.object({ start: z.iso.datetime({ offset: true }), end: z.iso.datetime({ offset: true }) }),
});

/** Where no other time is named, a certificate is renewed when two thirds of its life are over. Milliseconds since 1970. */
export const renewalTime = ({ notBefore, notAfter }: Pick<Certificate, "notBefore" | "notAfter">): number =>
  notBefore + ((notAfter - notBefore) * 2) / 3;

/** How the directory names a certificate (RFC 9773 §4.1): its issuer's key and its number. `undefined` where it names no issuer's key. */
export async function certificateId(pem: string): Promise<string | undefined> {
  await import("reflect-metadata");
  const { AuthorityKeyIdentifierExtension, X509Certificate: Parsed } = await import("@peculiar/x509");
  const issuer = new Parsed(new X509Certificate(pem).raw).getExtension(AuthorityKeyIdentifierExtension)?.keyId;
  if (issuer === undefined) return undefined;
  // The number is a positive integer in DER: a first byte from 0x80 up gets a zero before it.
  const hex = new X509Certificate(pem).serialNumber;
  const even = hex.length % 2 === 0 ? hex : `0${hex}`;
  const serial = Buffer.from(Number.parseInt(even.slice(0, 2), 16) > 0x7f ? `00${even}` : even, "hex");
  return `${Buffer.from(issuer, "hex").toString("base64url")}.${serial.toString("base64url")}`;
}

export interface Suggestion {
  /** A time within the window that the directory suggests, milliseconds since 1970. */
  readonly at: number;
  /** When to ask again. */
  readonly askAt: number;
}

/**
 * What the directory suggests (RFC 9773 §4.2); `undefined` if it suggests nothing.
 * @param fraction 0 to 1, which time within the window.
 */
export async function suggestedRenewal(
  directory: Directory,
  cert: string,
  fraction: number,
  now: number,
): Promise<Suggestion | undefined> {
  const { renewalInfo } = directory.endpoints;
  const id = renewalInfo === undefined ? undefined : await certificateId(cert);
  if (id === undefined) return undefined;
  const { body, retryAt } = await directory.get(`${renewalInfo!.replace(/\/$/, "")}/${id}`, RenewalSchema);
  const [start, end] = [Date.parse(body.suggestedWindow.start), Date.parse(body.suggestedWindow.end)];
  if (!(start < end)) return undefined;
  return {
    at: start + (end - start) * fraction,
    askAt: Math.min(Math.max(retryAt ?? now + 6 * HOUR, now + HOUR), now + 24 * HOUR),
  };
}
