import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import {
  type Certificate,
  CertificateError,
  parsePrivateKey,
  readPair,
  readPem,
  sameSpelling,
  systemCode,
  inspectPair,
} from "./certificate.ts";
import { replaceFile } from "./replace-file.ts";
import { type CertificateNames, generateKey, issueCertificate } from "./self-signed.ts";

/** Our own certificate is renewed when less than this is left. */
const RENEW_BEFORE = 30 * 24 * 60 * 60 * 1000;
const KEY_FILE = "self-signed.key.pem";
const CERT_FILE = "self-signed.cert.pem";

/** Our own pair from the folder; issued anew (with the same key) when it is missing, damaged, near its end, or lacks a name. */
export async function keepOwnCertificate(
  { folder, names }: { readonly folder: string; readonly names: CertificateNames },
  now: number,
): Promise<Certificate> {
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
export function unlessUnreadable(error: unknown): undefined {
  if (error instanceof CertificateError && (error.code !== "unreadable" || systemCode(error.cause) === "ENOENT"))
    return undefined;
  throw error;
}

const usableKey = (key: string): string => {
  const { asymmetricKeyType, asymmetricKeyDetails } = parsePrivateKey(key, KEY_FILE);
  if (asymmetricKeyType !== "ec" || asymmetricKeyDetails?.namedCurve !== "prime256v1")
    throw new CertificateError("malformed", `${KEY_FILE} is not an ECDSA P-256 key.`);
  return key;
};

async function writable(folder: string, write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (cause) {
    throw new CertificateError(
      "unwritable",
      `The server's own certificate could not be kept in ${folder}: ${(cause as Error).message}. Make the folder writable for the server's user.`,
      cause,
    );
  }
}
