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

/** Why a connection failed, as far as it is known. */
export function cause(event: Event): string | undefined {
  const { message, error } = event as { message?: string; error?: { code?: string } };
  const why = /failed: (?:TLS handshake failed: )?(.*)$/s.exec(message ?? "")?.[1]?.replace(/^F/, "f");
  if (why?.includes("WRONG_VERSION_NUMBER")) return "it is not encrypted there, which ws:// says";
  return /CERT|VERIFY|ALTNAME|SELF_SIGNED/.test(error?.code ?? "")
    ? `its certificate is not trusted (${why}); see --fingerprint`
    : why;
}

/** What the server says about a refusal, harmless and not too long. */
export const said = (frame: Frame): string => plain(String(frame["val"]).slice(0, LONGEST_REASON));
