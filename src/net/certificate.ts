import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { formatAddress, parseAddress } from "./address.ts";

/** A certificate with its key, and what a log or a command line says about it. */
export interface Certificate {
  /** PEM, leaf first. */
  readonly cert: string;
  /** PEM, unencrypted. */
  readonly key: string;
  /** SHA-256 of the leaf, `AB:CD:…`, as browsers show it. */
  readonly fingerprint: string;
  /** The names and addresses it is for (subjectAltName). */
  readonly names: readonly string[];
  /** Milliseconds. */
  readonly notBefore: number;
  /** Milliseconds. */
  readonly notAfter: number;
}

export type CertificateErrorCode =
  "unreadable" | "malformed" | "mismatch" | "expired" | "unwritable" | "unwatched" | "not-issued";

/** Why a certificate cannot be used; the message is a sentence with its remedy. It never contains any of the key. */
export class CertificateError extends Error {
  override readonly name = "CertificateError";
  readonly code: CertificateErrorCode;

  constructor(code: CertificateErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** Where the two PEM files of a pair are. */
export interface PairPaths {
  readonly cert: string;
  readonly key: string;
}

const MAX_PEM_BYTES = 1024 * 1024;

/** What is in a pair. Throws a `CertificateError` that names the file at fault: not PEM, a key of another certificate, expired. */
export function inspectPair(cert: string, key: string, now: number, paths: PairPaths): Certificate {
  const leaf = parse(() => new X509Certificate(cert), `${paths.cert} is not a certificate in PEM form.`);
  if (/ENCRYPTED/.test(key))
    throw new CertificateError(
      "malformed",
      `The key ${paths.key} is protected by a passphrase: store it without one, readable only by the server's user.`,
    );
  const privateKey = parsePrivateKey(key, paths.key);
  if (!leaf.checkPrivateKey(privateKey)) {
    throw new CertificateError(
      "mismatch",
      `The key ${paths.key} does not belong to the certificate ${paths.cert}: give the two files that were issued together, the server's own certificate first.`,
    );
  }
  const notAfter = Date.parse(leaf.validTo);
  if (notAfter <= now)
    throw new CertificateError("expired", `The certificate ${paths.cert} expired on ${leaf.validTo}: renew it.`);
  return { cert, key, fingerprint: leaf.fingerprint256, names: namesOf(leaf), notBefore: Date.parse(leaf.validFrom), notAfter };
}

/** Throws a `CertificateError` that names `path` if the text is no private key. */
export const parsePrivateKey = (key: string, path: string): KeyObject =>
  parse(() => createPrivateKey(key), `${path} is not a private key in PEM form.`);

function parse<T>(read: () => T, sentence: string): T {
  try {
    return read();
  } catch (cause) {
    throw new CertificateError("malformed", sentence, cause);
  }
}

/** A name or address as `Certificate.names` spells it. */
export const sameSpelling = (name: string): string => {
  const address = parseAddress(name);
  return address ? formatAddress(address) : name.toLowerCase();
};

const namesOf = (leaf: X509Certificate): readonly string[] =>
  (leaf.subjectAltName ?? "")
    .split(", ")
    .filter((name) => name !== "")
    .map((name) => sameSpelling(name.replace(/^(DNS|IP Address):/, "")));

/** Reads and inspects a pair. Throws a `CertificateError` that names the file at fault. */
export async function readPair(paths: PairPaths, now: number): Promise<Certificate> {
  const cert = await readPem("certificate", paths.cert);
  const key = await readPem("key", paths.key);
  return inspectPair(cert, key, now, paths);
}

/** Reads one PEM file, of at most 1 MiB; `what` is how the sentence calls it. */
export async function readPem(what: string, path: string): Promise<string> {
  try {
    const found = await stat(path);
    // Reading a pipe or a device would wait for ever.
    if (!found.isFile()) throw new CertificateError("unreadable", `The ${what} ${path} is not a file: give the file.`);
    if (found.size <= MAX_PEM_BYTES) return await readFile(path, "utf8");
  } catch (cause) {
    if (cause instanceof CertificateError) throw cause;
    const why = {
      ENOENT: "there is no such file: check the path",
      EACCES: "the server's user may not read it: change its owner, group or mode",
    }[systemCode(cause)];
    throw new CertificateError("unreadable", `The ${what} ${path} could not be read: ${why ?? (cause as Error).message}.`, cause);
  }
  throw new CertificateError("malformed", `The ${what} ${path} is too large to be one (${MAX_PEM_BYTES} bytes at most).`);
}

/** The system's name for what went wrong (`ENOENT`), or nothing. */
export const systemCode = (error: unknown): string => (error instanceof Error && "code" in error ? String(error.code) : "");
