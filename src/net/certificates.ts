import { createPrivateKey, X509Certificate } from "node:crypto";
import { type FSWatcher, watch } from "node:fs";
import { chmod, mkdir, open, readFile, rename, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { formatAddress, parseAddress } from "./address.ts";
import { type CertificateNames, generateKey, issueCertificate } from "./self-signed.ts";

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

export type CertificateErrorCode = "unreadable" | "malformed" | "mismatch" | "expired" | "unwritable" | "unwatched";

/** Why a certificate cannot be used; the message is a sentence with its remedy. It never contains any of the key. */
export class CertificateError extends Error {
  override readonly name = "CertificateError";
  readonly code: CertificateErrorCode;

  constructor(code: CertificateErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** Where certificates come from: nowhere; two PEM files that somebody else renews; or one of our own, kept in a folder and renewed here. */
export type TlsSettings =
  | { readonly mode: "off" }
  | { readonly mode: "files"; readonly cert: string; readonly key: string }
  | { readonly mode: "self"; readonly folder: string; readonly names: CertificateNames };

export interface CertificateSourceOptions {
  /** Milliseconds since 1970. */
  now(): number;
  /** A valid pair has replaced the current one. */
  changed(certificate: Certificate): void | Promise<void>;
  /** What is there now cannot be used; the current pair stays. The same complaint is not repeated until it changes. */
  refused(error: CertificateError): void;
  /** How long the files must be quiet before they are read. Milliseconds, default 500: certificate and key are written one after the other. */
  readonly quietMs?: number;
}

export interface CertificateSource extends AsyncDisposable {
  readonly current: Certificate;
  /** Looks again, and renews our own when it is due: on `reload`, and once a day. Resolves when `changed` or `refused`, if either was called, has returned. */
  check(): Promise<void>;
}

const MAX_PEM_BYTES = 1024 * 1024;
/** Our own certificate is renewed when less than this is left. */
const RENEW_BEFORE = 30 * 24 * 60 * 60 * 1000;
const KEY_FILE = "self-signed.key.pem";
const CERT_FILE = "self-signed.cert.pem";

const systemCode = (error: unknown) => (error instanceof Error && "code" in error ? String(error.code) : "");

/** Opens the source named by the settings; `undefined` for `off`. Throws a `CertificateError` when there is no usable pair to begin with. */
export async function openCertificates(settings: TlsSettings, options: CertificateSourceOptions): Promise<CertificateSource | undefined> {
  if (settings.mode === "off") return undefined;
  const load = settings.mode === "files" ? () => readPair(settings, options.now()) : () => keepOwn(settings, options.now());
  let current = await load();
  let complaint = "";
  const look = async (): Promise<void> => {
    try {
      const found = await load();
      complaint = "";
      if (found.cert === current.cert && found.key === current.key) return;
      await options.changed(found);
      current = found;
    } catch (cause) {
      const error = cause instanceof CertificateError ? cause : new CertificateError("malformed", `The new certificate could not be put to use: ${(cause as Error).message}.`, cause);
      if (complaint === error.message) return;
      complaint = error.message;
      options.refused(error);
    }
  };
  let looking: Promise<void> = Promise.resolve();
  const check = () => (looking = looking.then(look));
  const unwatch = settings.mode === "files" ? watchFiles(settings, check, options) : () => {};
  return {
    get current() {
      return current;
    },
    check,
    async [Symbol.asyncDispose]() {
      unwatch();
      await looking;
    },
  };
}

/** What is in a pair. Throws a `CertificateError` that names the file at fault: not PEM, a key of another certificate, expired. */
export function inspectPair(cert: string, key: string, now: number, paths: { readonly cert: string; readonly key: string }): Certificate {
  const leaf = parse(() => new X509Certificate(cert), `${paths.cert} is not a certificate in PEM form.`);
  if (/ENCRYPTED/.test(key)) throw new CertificateError("malformed", `The key ${paths.key} is protected by a passphrase: store it without one, readable only by the server's user.`);
  const privateKey = parse(() => createPrivateKey(key), `${paths.key} is not a private key in PEM form.`);
  if (!leaf.checkPrivateKey(privateKey)) {
    throw new CertificateError("mismatch", `The key ${paths.key} does not belong to the certificate ${paths.cert}: give the two files that were issued together, the server's own certificate first.`);
  }
  const notAfter = Date.parse(leaf.validTo);
  if (notAfter <= now) throw new CertificateError("expired", `The certificate ${paths.cert} expired on ${leaf.validTo}: renew it.`);
  return { cert, key, fingerprint: leaf.fingerprint256, names: namesOf(leaf), notBefore: Date.parse(leaf.validFrom), notAfter };
}

function parse<T>(read: () => T, sentence: string): T {
  try {
    return read();
  } catch (cause) {
    throw new CertificateError("malformed", sentence, cause);
  }
}

const sameSpelling = (name: string): string => {
  const address = parseAddress(name);
  return address ? formatAddress(address) : name.toLowerCase();
};

const namesOf = (leaf: X509Certificate): readonly string[] =>
  (leaf.subjectAltName ?? "")
    .split(", ")
    .filter((name) => name !== "")
    .map((name) => sameSpelling(name.replace(/^(DNS|IP Address):/, "")));

async function readPair(paths: { readonly cert: string; readonly key: string }, now: number): Promise<Certificate> {
  const [cert, key] = await Promise.all([readPem("certificate", paths.cert), readPem("key", paths.key)]);
  return inspectPair(cert, key, now, paths);
}

async function readPem(what: string, path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size <= MAX_PEM_BYTES) return await readFile(path, "utf8");
  } catch (cause) {
    const why = {
      ENOENT: "there is no such file: check the path",
      EACCES: "the server's user may not read it: change its owner, group or mode",
      EISDIR: "it is a folder: give the file",
    }[systemCode(cause)];
    throw new CertificateError("unreadable", `The ${what} ${path} could not be read: ${why ?? (cause as Error).message}.`, cause);
  }
  throw new CertificateError("malformed", `The ${what} ${path} is too large to be one (${MAX_PEM_BYTES} bytes at most).`);
}

/** Watches the folders, not the files: those who renew replace the files, or a link on the way to them (certbot, Kubernetes). */
function watchFiles(paths: { readonly cert: string; readonly key: string }, check: () => Promise<void>, { refused, quietMs = 500 }: CertificateSourceOptions): () => void {
  let quiet: ReturnType<typeof setTimeout> | undefined;
  const stir = () => {
    clearTimeout(quiet);
    quiet = setTimeout(() => void check(), quietMs);
  };
  const unwatched = (folder: string) => (cause: unknown) =>
    refused(new CertificateError("unwatched", `Changes in ${folder} will not be noticed (${(cause as Error).message}): run "chat reload" after renewing the certificate.`, cause));
  const watchers = [...new Set([dirname(paths.cert), dirname(paths.key)])].flatMap((folder): FSWatcher[] => {
    try {
      return [watch(folder, { persistent: false }, stir).on("error", unwatched(folder))];
    } catch (error) {
      unwatched(folder)(error);
      return [];
    }
  });
  return () => {
    clearTimeout(quiet);
    for (const watcher of watchers) watcher.close();
  };
}

/** Our own pair from the folder; issued anew (with the same key) when it is missing, damaged, near its end, or lacks a name. */
async function keepOwn({ folder, names }: { readonly folder: string; readonly names: CertificateNames }, now: number): Promise<Certificate> {
  const paths = { cert: join(folder, CERT_FILE), key: join(folder, KEY_FILE) };
  await writable(folder, () => mkdir(folder, { recursive: true, mode: 0o700 }));
  const kept = await readPair(paths, now).catch(unlessUnreadable);
  if (kept && kept.notAfter - now > RENEW_BEFORE && names.required.every((name) => kept.names.includes(sameSpelling(name)))) {
    await writable(folder, () => chmod(paths.key, 0o600));
    return kept;
  }
  const oldKey = await readPem("key", paths.key).then(usableKey).catch(unlessUnreadable);
  const key = oldKey ?? (await generateKey());
  const cert = await issueCertificate(key, names, now);
  await writable(folder, async () => {
    if (oldKey === undefined) await replaceFile(paths.key, key);
    else await chmod(paths.key, 0o600);
    await replaceFile(paths.cert, cert);
  });
  return inspectPair(cert, key, now, paths);
}

/** A pair that is missing, damaged or expired is made anew; one that this user may not read is somebody's to repair. */
function unlessUnreadable(error: unknown): undefined {
  if (error instanceof CertificateError && (error.code !== "unreadable" || systemCode(error.cause) === "ENOENT")) return undefined;
  throw error;
}

const usableKey = (key: string): string => {
  const { asymmetricKeyType, asymmetricKeyDetails } = parse(() => createPrivateKey(key), "The key is not a private key in PEM form.");
  if (asymmetricKeyType !== "ec" || asymmetricKeyDetails?.namedCurve !== "prime256v1") throw new CertificateError("malformed", "The key is not an ECDSA P-256 key.");
  return key;
};

async function writable(folder: string, write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (cause) {
    throw new CertificateError("unwritable", `The server's own certificate could not be kept in ${folder}: ${(cause as Error).message}. Make the folder writable for the server's user.`, cause);
  }
}

/** Whole or not at all, and never readable for others, not even for a moment. */
async function replaceFile(path: string, text: string): Promise<void> {
  const fresh = `${path}.new`;
  const file = await open(fresh, "w", 0o600);
  try {
    await file.chmod(0o600);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(fresh, path);
}
