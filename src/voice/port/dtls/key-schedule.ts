// The keys of a connection (RFC 5246 §5, §6.3, §8.1; RFC 7627; RFC 5764 §4.2).
import { createHash, createHmac } from "node:crypto";
import { MASTER_KEY_LENGTH, MASTER_SALT_LENGTH } from "../srtp.ts";

const MASTER_SECRET_LENGTH = 48;
const FINISHED_LENGTH = 12;
const RECORD_KEY_LENGTH = 16;
const RECORD_SALT_LENGTH = 4;

export const sha256 = (...parts: Buffer[]): Buffer => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
};

export function prf(secret: Buffer, label: string, seed: Buffer, length: number): Buffer {
  const labelled = Buffer.concat([Buffer.from(label), seed]);
  const hmac = (...parts: Buffer[]) => {
    const made = createHmac("sha256", secret);
    for (const part of parts) made.update(part);
    return made.digest();
  };
  const out: Buffer[] = [];
  for (let a = hmac(labelled); out.length * 32 < length; a = hmac(a)) out.push(hmac(a, labelled));
  return Buffer.concat(out).subarray(0, length);
}

/** The master secret that is bound to everything said up to the client's key (RFC 7627 §4). */
export const extendedMasterSecret = (premaster: Buffer, sessionHash: Buffer): Buffer =>
  prf(premaster, "extended master secret", sessionHash, MASTER_SECRET_LENGTH);

export const finishedBy = (who: "client" | "server", master: Buffer, transcriptHash: Buffer): Buffer =>
  prf(master, `${who} finished`, transcriptHash, FINISHED_LENGTH);

/** What a side encrypts its records with. */
export interface RecordKey {
  readonly key: Buffer;
  readonly salt: Buffer;
}

export function recordKeys(
  master: Buffer,
  clientRandom: Buffer,
  serverRandom: Buffer,
): { readonly client: RecordKey; readonly server: RecordKey } {
  const [a, b, c, d] = split(
    prf(master, "key expansion", Buffer.concat([serverRandom, clientRandom]), 2 * (RECORD_KEY_LENGTH + RECORD_SALT_LENGTH)),
    [RECORD_KEY_LENGTH, RECORD_KEY_LENGTH, RECORD_SALT_LENGTH, RECORD_SALT_LENGTH],
  );
  return { client: { key: a!, salt: c! }, server: { key: b!, salt: d! } };
}

/** Keying material for SRTP. */
export interface SrtpMaster {
  readonly key: Buffer;
  readonly salt: Buffer;
}

export interface SrtpMasters {
  readonly client: SrtpMaster;
  readonly server: SrtpMaster;
}

export function srtpMasters(master: Buffer, clientRandom: Buffer, serverRandom: Buffer): SrtpMasters {
  const lengths = [MASTER_KEY_LENGTH, MASTER_KEY_LENGTH, MASTER_SALT_LENGTH, MASTER_SALT_LENGTH];
  const seed = Buffer.concat([clientRandom, serverRandom]);
  const [a, b, c, d] = split(prf(master, "EXTRACTOR-dtls_srtp", seed, 2 * (MASTER_KEY_LENGTH + MASTER_SALT_LENGTH)), lengths);
  return { client: { key: a!, salt: c! }, server: { key: b!, salt: d! } };
}

function split(bytes: Buffer, lengths: readonly number[]): Buffer[] {
  let at = 0;
  return lengths.map((length) => bytes.subarray(at, (at += length)));
}
