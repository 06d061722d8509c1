import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { type Certificate, CertificateError, inspectPair, readPem, systemCode } from "../certificate.ts";
import { unlessUnreadable } from "../own-certificate.ts";
import { replaceFile } from "../replace-file.ts";
import { generateKey } from "../self-signed.ts";
import { AccountKey } from "./account-key.ts";

const AccountSchema = z.object({ directory: z.string(), url: z.string(), email: z.string() });
/** What the directory calls our account, and the address it was told. */
export type KnownAccount = Pick<z.output<typeof AccountSchema>, "url" | "email">;

const BLOCKS = /-----BEGIN ([A-Z ]+)-----[^-]+-----END \1-----\n?/g;

/** What is kept of one directory, each directory in a folder of its own: the account, and the newest certificate with its key. */
export interface AcmeFolder {
  readonly key: AccountKey;
  account(): Promise<KnownAccount | undefined>;
  keepAccount(account: KnownAccount | undefined): Promise<void>;
  /** The kept certificate, if it can still be used. */
  certificate(now: number): Promise<Certificate | undefined>;
  /** Keeps it, whole or not at all. Throws a `CertificateError` if the two do not belong together or it cannot be written. */
  keepCertificate(pair: { readonly cert: string; readonly key: string }, now: number): Promise<Certificate>;
}

/** Opens the folder, with a new account key at the first time. Throws a `CertificateError`. */
export async function openAcmeFolder(dataFolder: string, directory: string): Promise<AcmeFolder> {
  const host = new URL(directory).hostname.replace(/[^a-z0-9.-]/g, "_");
  const folder = join(dataFolder, "acme", `${host}-${createHash("sha256").update(directory).digest("hex").slice(0, 8)}`);
  const paths = {
    key: join(folder, "account.key.pem"),
    account: join(folder, "account.json"),
    certificate: join(folder, "certificate.pem"),
  };
  const writable = async <T>(write: () => Promise<T>): Promise<T> => {
    try {
      return await write();
    } catch (cause) {
      throw new CertificateError(
        "unwritable",
        `Certificates could not be kept in ${folder}: ${(cause as Error).message}. Make the folder writable for the server's user.`,
        cause,
      );
    }
  };
  await writable(() => mkdir(folder, { recursive: true, mode: 0o700 }));
  const key = await accountKey(paths.key, (pem) => writable(() => replaceFile(paths.key, pem)));
  // Certificate and key stand in one file: two could be renamed only one after the other.
  const inspect = (text: string, now: number): Certificate => {
    const blocks = [...text.matchAll(BLOCKS)];
    const of = (isWanted: (label: string) => boolean) =>
      blocks.flatMap(([block, label = ""]) => (isWanted(label) ? [`${block.trimEnd()}\n`] : [])).join("");
    const cert = of((label) => label === "CERTIFICATE");
    return inspectPair(
      cert,
      of((label) => label.endsWith("PRIVATE KEY")),
      now,
      { cert: paths.certificate, key: paths.certificate },
    );
  };
  return {
    key,
    async account() {
      const text = await readPem("file", paths.account).catch(() => undefined);
      const found = text === undefined ? undefined : AccountSchema.safeParse(jsonOf(text)).data;
      return found?.directory === directory ? found : undefined;
    },
    keepAccount: (account) =>
      writable(() => replaceFile(paths.account, `${JSON.stringify(account ? { directory, ...account } : {}, null, 2)}\n`)),
    certificate: (now) =>
      readPem("certificate", paths.certificate)
        .then((text) => inspect(text, now))
        .catch(unlessUnreadable),
    async keepCertificate(pair, now) {
      const text = `${pair.cert.trimEnd()}\n${pair.key}`;
      const found = inspect(text, now);
      await writable(() => replaceFile(paths.certificate, text));
      return found;
    },
  };
}

/** A key that is damaged is somebody's to repair: a new one would be another account, silently. */
async function accountKey(path: string, keep: (pem: string) => Promise<void>): Promise<AccountKey> {
  const kept = await readPem("account key", path).catch((error: unknown) => {
    if (error instanceof CertificateError && systemCode(error.cause) === "ENOENT") return undefined;
    throw error;
  });
  const pem = kept ?? (await generateKey());
  if (kept === undefined) await keep(pem);
  try {
    return await AccountKey.read(pem);
  } catch (cause) {
    throw new CertificateError(
      "malformed",
      `${path} is not an ECDSA P-256 key: restore it from a backup, or remove it to begin a new account.`,
      cause,
    );
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
