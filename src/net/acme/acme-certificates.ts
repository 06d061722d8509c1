import { type Certificate, CertificateError, readPem, sameSpelling } from "../certificate.ts";
import type { CertificateSource, CertificateSourceOptions } from "../certificates.ts";
import { guardedFetch } from "../guarded-fetch.ts";
import { keepOwnCertificate } from "../own-certificate.ts";
import { openAcmeFolder } from "./acme-folder.ts";
import { signIn } from "./account.ts";
import { type ChallengeListener, openChallengeListener } from "./challenge-listener.ts";
import { Directory } from "./directory.ts";
import { obtain } from "./obtain.ts";
import { AcmeBroken, AcmeProblem } from "./problem.ts";
import { certificateId, renewalTime, suggestedRenewal, type Suggestion } from "./renewal.ts";
import { type Circumstances, clockSentence, moment, sentenceFor } from "./sentence.ts";

/** A certificate from an authority that speaks RFC 8555. That its terms are agreed to is for the caller to know. */
export interface AcmeSettings {
  readonly mode: "acme";
  /** The data folder. */
  readonly folder: string;
  /** At least one; the first is the one that a redirect without a known name leads to. */
  readonly domains: readonly string[];
  /** `letsencrypt`, `letsencrypt-staging`, or the https address of a directory. */
  readonly directory: string;
  /** Nothing for none. */
  readonly email: string;
  /** PEM file with the authorities to trust for the directory itself; nothing for the system's. */
  readonly ca: string;
  /** Where the plain HTTP port listens. */
  readonly hostname: string;
  readonly httpPort: number;
  /** Where http is redirected to. */
  readonly httpsPort: number;
}

const DIRECTORIES: Readonly<Record<string, string>> = {
  letsencrypt: "https://acme-v02.api.letsencrypt.org/directory",
  "letsencrypt-staging": "https://acme-staging-v02.api.letsencrypt.org/directory",
};

const MINUTE = 60 * 1000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** The doors are open by then, and a server that is started over and over does not ask each time. */
const FIRST_LOOK = 1000;
/** Five failed validations within an hour are what Let's Encrypt takes of one name. */
const FIRST_BACKOFF = 5 * MINUTE;
/** Timers stand still while a machine sleeps. */
const LONGEST_SLEEP = 6 * HOUR;

/**
 * Serves the kept certificate, or one of our own until the first is obtained, and obtains and renews in the background:
 * opening never waits for the directory. Throws a `CertificateError` only if something here cannot be read or written.
 */
export async function openAcmeCertificates(
  settings: AcmeSettings,
  { now, changed, refused, timers, random }: CertificateSourceOptions,
): Promise<CertificateSource> {
  const url = DIRECTORIES[settings.directory] ?? settings.directory;
  const { host, hostname, port } = new URL(url);
  const domains = [...new Set(settings.domains.map(sameSpelling))];
  const circumstances: Circumstances = { domains, directory: host, httpPort: settings.httpPort, email: settings.email };
  const folder = await openAcmeFolder(settings.folder, url);
  const ca = settings.ca === "" ? {} : { ca: await readPem("certificate of the authority", settings.ca) };
  // The operator named the directory; what it names in turn has to be public like any other address.
  const fetch = guardedFetch({
    allow: [`${hostname}:${port || 443}`],
    timeoutMs: 30_000,
    maxBodyBytes: 256 * 1024,
    ...ca,
  });
  const ownNames = { required: ["localhost", "127.0.0.1", "::1", ...domains], alsoNow: [] };
  const kept = await folder.certificate(now());
  let current = kept ?? (await keepOwnCertificate({ folder: settings.folder, names: ownNames }, now()));
  let isIssued = kept !== undefined;

  const ending = new AbortController();
  let listener: ChallengeListener | undefined;
  let failures = 0;
  /** After a failure: when the next attempt is due, and before when the directory does not want to be asked. */
  let retryAt = 0;
  let closedUntil = 0;
  let suggestion: Suggestion | undefined;

  const fraction = () => Buffer.from(random(4), "base64url").readUInt32BE() / 2 ** 32;
  const pause = (ms: number) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const cancel = timers.after(ms, resolve);
    const end = () => reject(ending.signal.reason);
    ending.signal.addEventListener("abort", end, { once: true });
    return promise.finally(() => {
      cancel();
      ending.signal.removeEventListener("abort", end);
    });
  };
  const speak = () => Directory.open({ url, fetch, key: folder.key, now, signal: ending.signal });
  const listen = () => (listener ??= openChallengeListener({ ...settings, port: settings.httpPort, domains }));

  const adopt = async (found: Certificate) => {
    await changed(found);
    current = found;
    isIssued = true;
    suggestion = undefined;
  };

  const covers = () => isIssued && domains.every((name) => current.names.includes(name));

  const attempt = async () => {
    const open = listen();
    const directory = await speak();
    const clock = clockSentence(directory.ahead, host);
    if (clock !== undefined) throw new Error(clock);
    const replaces = isIssued && directory.endpoints.renewalInfo !== undefined ? await certificateId(current.cert) : undefined;
    const order = async () => {
      await signIn(directory, folder, settings.email);
      return obtain({ domains, replaces }, { directory, key: folder.key, listener: open, pause, now });
    };
    const pair = await order().catch(async (error: unknown) => {
      if (!(error instanceof AcmeProblem) || error.type !== "accountDoesNotExist") throw error;
      await folder.keepAccount(undefined);
      return order();
    });
    const found = await folder.keepCertificate(pair, now());
    await adopt(found);
    if (!covers()) throw new AcmeBroken(`its certificate is for ${found.names.join(", ") || "no name"}`);
  };

  const fail = (error: unknown) => {
    failures += 1;
    const backoff = Math.min(FIRST_BACKOFF * 2 ** (failures - 1), DAY);
    closedUntil = error instanceof AcmeProblem && error.retryAt !== undefined ? error.retryAt : 0;
    retryAt = Math.max(now() + backoff * (0.75 + 0.25 * fraction()), closedUntil);
    const sentence = sentenceFor(error, circumstances);
    refused(new CertificateError("not-issued", `${sentence} The next attempt is on ${moment(retryAt)}.`, error));
  };

  /** When the current certificate is to be replaced, milliseconds since 1970. */
  const dueAt = async (): Promise<number> => {
    if (!covers()) return 0;
    const standard = renewalTime(current);
    if (now() >= standard || (suggestion && now() < suggestion.askAt)) return Math.min(standard, suggestion?.at ?? standard);
    // What the directory suggests is a courtesy: without it the standard time holds.
    suggestion = await speak()
      .then((directory) => suggestedRenewal(directory, current.cert, fraction(), now()))
      .catch(() => undefined);
    return Math.min(standard, suggestion?.at ?? standard);
  };

  const look = async (asked: boolean): Promise<void> => {
    try {
      // People type http:// at any time.
      listen();
      const newest = await folder.certificate(now());
      // Obtained before, and then not taken by the listener.
      if (newest !== undefined && newest.cert !== current.cert) await adopt(newest);
      const isDue = now() >= (await dueAt());
      if (isDue && now() < (asked ? closedUntil : retryAt)) return;
      if (isDue) await attempt();
      failures = closedUntil = 0;
      // Whatever the directory suggests of it, a new certificate is not renewed at once.
      if (isDue) retryAt = Math.min(now() + DAY, renewalTime(current));
    } catch (error) {
      if (!ending.signal.aborted) fail(error);
    }
  };

  let cancel = () => {};
  const sleep = () => {
    if (ending.signal.aborted) return;
    const next = Math.max(retryAt, covers() ? Math.min(renewalTime(current), suggestion?.at ?? Infinity) : 0);
    cancel();
    cancel = timers.after(Math.min(Math.max(next - now(), MINUTE), LONGEST_SLEEP), () => void begin(false));
  };
  let looking: Promise<void> | undefined;
  const begin = (asked: boolean) =>
    (looking ??= look(asked).finally(() => {
      looking = undefined;
      sleep();
    }));
  cancel = timers.after(FIRST_LOOK, () => void begin(false));

  return {
    get current() {
      return current;
    },
    async check() {
      void begin(true);
    },
    async [Symbol.asyncDispose]() {
      cancel();
      ending.abort();
      await looking;
      cancel();
      await listener?.[Symbol.asyncDispose]();
    },
  };
}
