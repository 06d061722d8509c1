import { plain } from "../cli/table.ts";
import type { Frame } from "./frames.ts";

const LONGEST_REASON = 500;

/** The server said no, or nothing; the message is a sentence. */
export class Refused extends Error {
  override name = "Refused";
  constructor(
    sentence: string,
    /** After so many milliseconds the same is accepted. */
    readonly waitMs?: number,
  ) {
    super(sentence);
  }
}

/** What the system calls it when nobody is reached. */
const FAILURES: Readonly<Record<string, string | undefined>> = {
  __proto__: null as never,
  ECONNREFUSED: "nothing listens there",
  ENOTFOUND: "no host has that name",
  ETIMEDOUT: "it takes too long",
  EHOSTUNREACH: "that host is not reached from here",
  ENETUNREACH: "there is no network that leads there",
};

/** Why a connection failed, and whether it will go on failing until somebody does something about it. */
export interface Cause {
  readonly why: string;
  readonly lasting: boolean;
}
/** As far as it is known. */
export function cause(event: Event): Cause | undefined {
  const { message, error } = event as { message?: string; error?: { code?: string } };
  const why = /failed: (?:TLS handshake failed: )?(.*)$/s.exec(message ?? "")?.[1]?.replace(/^F/, "f");
  if (why?.includes("WRONG_VERSION_NUMBER")) return { why: "it is not encrypted there, which ws:// says", lasting: true };
  if (/CERT|VERIFY|ALTNAME|SELF_SIGNED/.test(error?.code ?? ""))
    return { why: `its certificate is not trusted (${why}); see --fingerprint`, lasting: true };
  if (why === undefined) return undefined;
  const [, status] = /101 status code: (\d+)/.exec(why) ?? [];
  const known = FAILURES[error?.code ?? ""] ?? why;
  return { why: status ? `what answers there is no chat (it says ${status})` : known, lasting: false };
}

/** What the server says about a refusal, harmless and not too long. */
export const said = (frame: Frame): string => plain(String(frame["val"]).slice(0, LONGEST_REASON));
