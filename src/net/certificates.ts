import { type FSWatcher, watch } from "node:fs";
import { dirname } from "node:path";
import type { AcmeSettings } from "./acme/acme-certificates.ts";
import { type Certificate, CertificateError, type PairPaths, readPair } from "./certificate.ts";
import { keepOwnCertificate } from "./own-certificate.ts";
import type { CertificateNames } from "./self-signed.ts";

/** Where certificates come from: nowhere; two PEM files that somebody else renews; one of our own, kept in a folder and renewed here; or an authority. */
export type TlsSettings =
  | { readonly mode: "off" }
  | ({ readonly mode: "files" } & PairPaths)
  | { readonly mode: "self"; readonly folder: string; readonly names: CertificateNames }
  | AcmeSettings;

export interface CertificateSourceOptions {
  /** Milliseconds since 1970. */
  now(): number;
  /** A valid pair has replaced the current one. */
  changed(certificate: Certificate): void | Promise<void>;
  /** What is there now cannot be used; the current pair stays. The same complaint is not repeated until it changes. */
  refused(error: CertificateError): void;
  /** How long the files must be quiet before they are read. Milliseconds, default 500: certificate and key are written one after the other. */
  readonly quietMs?: number;
  /** What `acme` waits with; each call returns its undo. */
  readonly timers: { after(ms: number, act: () => void): () => void };
  /** That many random bytes, in base64url. */
  readonly random: (bytes: number) => string;
}

export interface CertificateSource extends AsyncDisposable {
  readonly current: Certificate;
  /** Looks again, and renews our own when it is due: on `reload`, and once a day. Resolves when `changed` or `refused`, if either was called, has returned; with `acme` at once, since an authority takes its time. */
  check(): Promise<void>;
}

/** Opens the source named by the settings; `undefined` for `off`. Throws a `CertificateError` when there is no usable pair to begin with. */
export async function openCertificates(
  settings: TlsSettings,
  options: CertificateSourceOptions,
): Promise<CertificateSource | undefined> {
  if (settings.mode === "off") return undefined;
  if (settings.mode === "acme") return (await import("./acme/acme-certificates.ts")).openAcmeCertificates(settings, options);
  const load =
    settings.mode === "files" ? () => readPair(settings, options.now()) : () => keepOwnCertificate(settings, options.now());
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
      const error =
        cause instanceof CertificateError
          ? cause
          : new CertificateError("malformed", `The new certificate could not be put to use: ${(cause as Error).message}.`, cause);
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

/** Watches the folders, not the files: those who renew replace the files, or a link on the way to them (certbot, Kubernetes). */
function watchFiles(
  paths: PairPaths,
  check: () => Promise<void>,
  { refused, quietMs = 500 }: CertificateSourceOptions,
): () => void {
  let quiet: ReturnType<typeof setTimeout> | undefined;
  const stir = () => {
    clearTimeout(quiet);
    quiet = setTimeout(() => void check(), quietMs);
  };
  const unwatched = (folder: string) => (cause: unknown) =>
    refused(
      new CertificateError(
        "unwatched",
        `Changes in ${folder} will not be noticed (${(cause as Error).message}): run "chat reload" after renewing the certificate.`,
        cause,
      ),
    );
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
