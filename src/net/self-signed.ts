import { createHash } from "node:crypto";
import { hostname, networkInterfaces } from "node:os";
import { parseAddress } from "./address.ts";

/** What a certificate is issued for. */
export interface CertificateNames {
  /** A certificate that lacks one of these is replaced. */
  readonly required: readonly string[];
  /** Put in when a certificate is issued, but no reason to replace one: addresses that change from day to day. */
  readonly alsoNow: readonly string[];
}

const DAY = 24 * 60 * 60 * 1000;
/** Apple's systems refuse a certificate that the user trusted by hand when it is valid for more than 825 days. */
const LIFETIME = 820 * DAY;
/** More names make a certificate that some clients refuse to read. */
const MAX_NAMES = 64;
/** Clocks of other machines may be behind. */
const BACKDATED = DAY;

/**
 * The names this host goes by: localhost, its own name (plain and `.local`), its addresses, and the configured ones. Reads the system.
 * Throws a `RangeError` with a sentence when a configured name is none.
 */
export function namesOfThisHost(configured: readonly string[]): CertificateNames {
  for (const name of configured) {
    if (!isName(name))
      throw new RangeError(`"${name.slice(0, 100)}" is not a host name or an address: a certificate cannot be issued for it.`);
  }
  if (configured.length > MAX_NAMES / 2)
    throw new RangeError(`A certificate is issued for ${MAX_NAMES / 2} configured names at most, not ${configured.length}.`);
  const own = hostname();
  const short = own.replace(/\..*$/, "");
  const addresses = Object.values(networkInterfaces()).flatMap((all) =>
    (all ?? []).filter((one) => !one.internal && !one.address.startsWith("fe80:")),
  );
  const ipv4 = addresses.filter((one) => one.family === "IPv4").map((one) => one.address);
  return {
    required: unique(["localhost", "127.0.0.1", "::1", ...[own, `${short}.local`].filter(isName), ...configured, ...ipv4]).slice(
      0,
      MAX_NAMES,
    ),
    // IPv6 privacy addresses are new every day (RFC 8981).
    alsoNow: unique(addresses.filter((one) => one.family === "IPv6").map((one) => one.address)),
  };
}

const isName = (name: string) =>
  parseAddress(name) !== undefined || (name.length <= 253 && /^(\*\.)?(?!-)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*$/i.test(name));

const unique = (names: readonly string[]) => [...new Set(names.map((name) => name.toLowerCase()))];

/** A fresh ECDSA P-256 private key, PKCS #8 PEM. */
export async function generateKey(): Promise<string> {
  const { privateKey } = await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  return toPem("PRIVATE KEY", await crypto.subtle.exportKey("pkcs8", privateKey));
}

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256" } as const;
const toPem = (label: string, der: ArrayBuffer) =>
  `-----BEGIN ${label}-----\n${Buffer.from(der)
    .toString("base64")
    .replace(/.{64}(?=.)/g, "$&\n")}\n-----END ${label}-----\n`;

/** The PEM certificate (X.509 v3, RFC 5280) that this key signs for itself, valid from a day before `now` (milliseconds) for 820 days. */
export async function issueCertificate(keyPem: string, names: CertificateNames, now: number): Promise<string> {
  // The library's container needs this polyfill to be evaluated first, and a bundler may order them otherwise.
  await import("reflect-metadata");
  const x509 = await import("@peculiar/x509");
  const der = Buffer.from(keyPem.replace(/-----[^-]+-----|\s/g, ""), "base64");
  const privateKey = await crypto.subtle.importKey("pkcs8", der, ALGORITHM, true, ["sign"]);
  const { d: _, key_ops: __, ...publicJwk } = await crypto.subtle.exportKey("jwk", privateKey);
  const publicKey = await crypto.subtle.importKey("jwk", publicJwk, ALGORITHM, true, ["verify"]);
  const wanted = unique([...names.required, ...names.alsoNow]).slice(0, MAX_NAMES);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialOf(keyPem, now),
    name: `CN=chat (${names.required.find((name) => name !== "localhost" && !parseAddress(name)) ?? "localhost"})`.replace(
      /[^\w .()=-]/g,
      "_",
    ),
    notBefore: new Date(now - BACKDATED),
    notAfter: new Date(now - BACKDATED + LIFETIME),
    signingAlgorithm: { name: "ECDSA", hash: "SHA-256" },
    keys: { privateKey, publicKey },
    extensions: [
      // Not an authority: Firefox and rustls refuse one that serves.
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        wanted.map((value) => ({ type: parseAddress(value) ? ("ip" as const) : ("dns" as const), value })),
      ),
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
    ],
  });
  return certificate.toString("pem").trimEnd() + "\n";
}

/** Hex of a positive integer below 2^127 (RFC 5280 §4.1.2.2), different for each issue of a key. */
const serialOf = (keyPem: string, now: number) =>
  "40" + createHash("sha256").update(`${now}\n${keyPem}`).digest("hex").slice(0, 30);
