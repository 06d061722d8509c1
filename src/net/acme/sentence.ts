import { GuardedFetchError } from "../guarded-fetch.ts";
import { AcmeBroken, AcmeProblem } from "./problem.ts";

/** What the sentences speak of. */
export interface Circumstances {
  readonly domains: readonly string[];
  /** The directory's host. */
  readonly directory: string;
  readonly httpPort: number;
  readonly email: string;
}

/** A moment as it is written in a sentence. */
export const moment = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;

/** Why there is no certificate, and what to do about it: one sentence, as far as the directory lets us know. */
export function sentenceFor(error: unknown, circumstances: Circumstances): string {
  if (error instanceof AcmeProblem) return problemSentence(error, circumstances);
  const { directory } = circumstances;
  if (error instanceof AcmeBroken)
    return `The certificate authority at ${directory} could not be talked to (${error.message}): check tls.acme.directory.`;
  if (error instanceof GuardedFetchError) return unreachableSentence(error, directory);
  return error instanceof Error ? error.message : String(error);
}

function problemSentence(problem: AcmeProblem, { domains, directory, httpPort, email }: Circumstances): string {
  const { type, retryAt, link } = problem;
  const detail = problem.detail === "" ? "" : ` (${problem.detail.replace(/\.$/, "")})`;
  const name = problem.domain ?? domains.join(", ");
  switch (type) {
    case "dns":
      return `The name ${name} could not be looked up by ${directory}${detail}: give it an A or AAAA record with the public address of this machine.`;
    case "connection":
    case "tls":
      return `Port 80 of ${name} could not be reached by ${directory}${detail}: the name must lead to this machine, and the firewall or router must let port 80 through to port ${httpPort} here.`;
    case "unauthorized":
    case "incorrectResponse":
      return `Somebody else answers at http://${name}${detail}: its A and AAAA records must lead to this machine and to no other, and a proxy before it must pass /.well-known/acme-challenge/ on to port ${httpPort} here.`;
    case "caa":
      return `${directory} may not issue for ${name}${detail}: allow it in the CAA record of the name, or take the record away.`;
    case "rateLimited":
      return `${directory} issues no more for now${detail}: nothing to do but wait${retryAt === undefined ? "" : ` until ${moment(retryAt)}`}; to try things out, set tls.acme.directory to letsencrypt-staging.`;
    case "rejectedIdentifier":
    case "unsupportedIdentifier":
      return `${directory} does not issue for ${name}${detail}: check tls.domains for a public name of your own.`;
    case "invalidContact":
    case "unsupportedContact":
      return `${directory} does not take the address "${email}"${detail}: correct tls.acme.email.`;
    case "userActionRequired":
      return `${directory} wants something to be agreed to${detail}: visit ${link ?? "its web page"}.`;
    case "externalAccountRequired":
      return `${directory} only serves accounts made at its own web page (external account binding), which is not supported: choose another tls.acme.directory.`;
    case "noChallenge":
      return `${directory} does not offer to check ${name} over HTTP (http-01): choose another tls.acme.directory, or use tls.mode files.`;
    case "serverInternal":
      return `${directory} has a fault of its own${detail}: nothing to do but wait.`;
    default:
      return `${directory} gave no certificate for ${name}: ${type}${detail}.`;
  }
}

/** What TLS says when the two clocks do not agree. */
const CLOCK = /CERT_(NOT_YET_VALID|HAS_EXPIRED)/;
const DISTRUSTED = /SELF_SIGNED|UNABLE_TO|UNKNOWN_|CERT_/;

function unreachableSentence({ code, message, cause }: GuardedFetchError, directory: string): string {
  const system = String((cause as { code?: unknown } | undefined)?.code ?? "");
  const said = message.replace(/\.$/, "");
  if (CLOCK.test(system))
    return `The certificate of ${directory} is not valid at the time that this machine believes it is (${system}): set its clock.`;
  if (DISTRUSTED.test(system))
    return `The certificate of ${directory} is not trusted (${system}): if it is an authority of your own, name its root certificate in tls.acme.ca.`;
  if (code === "unresolved") return `${said}: check this machine's name servers and its way to the internet.`;
  if (code === "forbidden-address" || code === "bad-url" || code === "redirected") return `${said}: check tls.acme.directory.`;
  return `${said}: check this machine's way to the internet, and tls.acme.directory.`;
}

/** A clock that is wrong by more lets certificates expire unnoticed, or renews them all the time. Milliseconds. */
const TOLERATED_CLOCK = 60 * 60 * 1000;

/** What is wrong with this machine's clock, if anything; `ahead` is how far the directory's is before ours, in milliseconds. */
export function clockSentence(ahead: number, directory: string): string | undefined {
  if (Math.abs(ahead) <= TOLERATED_CLOCK) return undefined;
  const hours = Math.round(Math.abs(ahead) / TOLERATED_CLOCK);
  return `This machine's clock is about ${hours} ${hours === 1 ? "hour" : "hours"} ${ahead > 0 ? "behind" : "ahead of"} that of ${directory}: set it, and keep it right with NTP.`;
}
