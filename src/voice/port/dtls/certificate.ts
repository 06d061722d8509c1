// The relay's own certificate, and what is asked of a peer's. Nobody signs either: signalling carries their fingerprints (RFC 8122).
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign, X509Certificate } from "node:crypto";
import { u8 } from "./bytes.ts";

export interface Identity {
  /** DER. */
  readonly certificate: Buffer;
  readonly privateKey: KeyObject;
  readonly fingerprint: string;
}

/** SHA-256 as `a=fingerprint` has it: upper case with colons. */
export const fingerprintOf = (certificate: Buffer): string =>
  createHash("sha256").update(certificate).digest("hex").toUpperCase().match(/../g)!.join(":");

const DAY = 86_400_000;
const VALID_DAYS = 3650;
const LONGEST_RSA_KEY = 4096;
const CURVES = new Set(["prime256v1", "secp384r1"]);

const SEQUENCE = 0x30;
const SET = 0x31;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const UTF8_STRING = 0x0c;
const GENERALIZED_TIME = 0x18;
const VERSION_3 = Buffer.from("a003020102", "hex");
const ECDSA_WITH_SHA256 = Buffer.from("06082a8648ce3d040302", "hex");
const COMMON_NAME = Buffer.from("0603550403", "hex");

/** A self-signed certificate of a new P-256 key (RFC 5280 §4.1), valid from a day before `now` because clocks differ. */
export function createIdentity(now: number): Identity {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const algorithm = der(SEQUENCE, ECDSA_WITH_SHA256);
  const name = der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, der(UTF8_STRING, Buffer.from("relay")))));
  const serial = randomBytes(16);
  serial[0] = (serial[0]! & 0x7f) | 0x40;
  const signed = der(
    SEQUENCE,
    VERSION_3,
    der(INTEGER, serial),
    algorithm,
    name,
    der(SEQUENCE, time(now - DAY), time(now + VALID_DAYS * DAY)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
  );
  const certificate = der(SEQUENCE, signed, algorithm, der(BIT_STRING, u8(0), sign("sha256", signed, privateKey)));
  return { certificate, privateKey, fingerprint: fingerprintOf(certificate) };
}

function der(tag: number, ...contents: Buffer[]): Buffer {
  const body = Buffer.concat(contents);
  const { length } = body;
  const lengthBytes = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...lengthBytes]), body]);
}

const time = (at: number): Buffer =>
  der(GENERALIZED_TIME, Buffer.from(`${new Date(at).toISOString().replace(/\D/g, "").slice(0, 14)}Z`));

/**
 * The key a peer's certificate holds.
 * @throws Error for keys that are not used in WebRTC, or would be too much work
 */
export function publicKeyOf(certificate: Buffer): KeyObject {
  const key = new X509Certificate(certificate).publicKey;
  const { namedCurve, modulusLength } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === "ec" && CURVES.has(namedCurve ?? "")) return key;
  if (key.asymmetricKeyType === "rsa" && (modulusLength ?? Infinity) <= LONGEST_RSA_KEY) return key;
  throw new Error("the certificate's key is of no kind that is taken");
}
