import { expect } from "bun:test";
import type { AcmeSettings } from "../../../src/net/acme/acme-certificates.ts";
import type { Certificate, CertificateError } from "../../../src/net/certificate.ts";
import { type CertificateSource, openCertificates } from "../../../src/net/certificates.ts";
import type { FakeClock } from "../../support/world.ts";

const MINUTE = 60_000;
type Needed = Pick<AcmeSettings, "folder" | "domains" | "directory" | "ca" | "httpPort">;

/** Certificates by ACME with a clock that the test moves, and everything that is said about them. */
export function acmeSource(
  open: AsyncDisposableStack,
  clock: FakeClock,
  needed: Needed & Partial<AcmeSettings>,
  /** For a directory with a time of its own: the pauses between two questions are real, and short. */
  { real = false } = {},
) {
  const said = queue<Certificate | CertificateError>();
  const naps = queue<number>();
  const settings: AcmeSettings = { mode: "acme", email: "", hostname: "127.0.0.1", httpsPort: 443, ...needed };
  const after = (ms: number, act: () => void): (() => void) => {
    if (real && ms < MINUTE && ms !== 1000) {
      const timer = setTimeout(act, Math.min(ms, 300));
      return () => clearTimeout(timer);
    }
    naps.put(ms);
    return clock.after(ms, act);
  };
  const source = {
    said,
    /** How long it sleeps, each time it does; milliseconds. */
    naps,
    next: said.next,
    /** Hears of a new certificate first; may throw. */
    taken: (() => {}) as (certificate: Certificate) => void | Promise<void>,
    async start(changes: Partial<AcmeSettings> = {}): Promise<CertificateSource> {
      const opened = await openCertificates(
        { ...settings, ...changes },
        {
          now: clock.now,
          timers: { after },
          random: () => "AAAAAA",
          changed: async (certificate) => {
            await source.taken(certificate);
            said.put(certificate);
          },
          refused: said.put,
        },
      );
      open.use(opened!);
      expect(await naps.next()).toBe(1000);
      return opened!;
    },
    /** Moves the clock; resolves with the milliseconds that it then sleeps, once it has done whatever there was to do. */
    pass(ms: number): Promise<number> {
      clock.advance(ms);
      return naps.next();
    },
    /** The first certificate, obtained. */
    async obtained(opened: CertificateSource): Promise<Certificate> {
      await source.pass(1000);
      const found = await said.next();
      if (found instanceof Error) throw found;
      expect(opened.current).toMatchObject({ cert: found.cert });
      return found;
    },
  };
  return source;
}

/** What was put in and not yet taken out; `next` waits for it. */
function queue<T>() {
  const waiting: T[] = [];
  let wake = () => {};
  return {
    waiting,
    put: (one: T) => {
      waiting.push(one);
      wake();
    },
    next: async (): Promise<T> => {
      while (waiting.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      return waiting.shift()!;
    },
  };
}
