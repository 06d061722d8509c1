import { z } from "zod";
import type { GuardedFetch, GuardedRequest, GuardedResponse } from "../guarded-fetch.ts";
import type { AccountKey } from "./account-key.ts";
import { AcmeBroken, AcmeProblem, readProblem } from "./problem.ts";

/** A nonce grows old at a busy directory; it says so and gives a fresh one (RFC 8555 §6.5). */
const NONCE_TRIES = 10;
/** Nobody waits longer on a server's word. */
const LONGEST_RETRY_AFTER = 7 * 24 * 60 * 60 * 1000;

/** An address the directory gave: encrypted, as RFC 8555 §6.1 has it. */
export const address = z
  .string()
  .max(2000)
  .regex(/^https:\/\//);

const DirectorySchema = z.object({
  newNonce: address,
  newAccount: address,
  newOrder: address,
  /** RFC 9773; not every directory has it. */
  renewalInfo: address.optional(),
  meta: z
    .object({ termsOfService: z.string().max(2000).optional() })
    .optional()
    .catch(undefined),
});

export type Endpoints = z.output<typeof DirectorySchema>;

export interface DirectoryOptions {
  readonly url: string;
  readonly fetch: GuardedFetch;
  readonly key: AccountKey;
  /** Milliseconds since 1970. */
  now(): number;
  readonly signal: AbortSignal;
}

/** One conversation with a certificate authority by RFC 8555. Throws `AcmeProblem`, `AcmeBroken`, `GuardedFetchError`. */
export class Directory {
  readonly endpoints: Endpoints;
  /** The account's address, once it is known; it signs from then on. */
  account: string | undefined;
  /** How far the directory's clock is ahead of ours, in milliseconds. */
  readonly ahead: number;
  readonly #options: DirectoryOptions;
  #nonce: string | undefined;

  private constructor(options: DirectoryOptions, endpoints: Endpoints, ahead: number) {
    this.#options = options;
    this.endpoints = endpoints;
    this.ahead = ahead;
  }

  static async open(options: DirectoryOptions): Promise<Directory> {
    const answer = await options.fetch(options.url, { signal: options.signal });
    if (answer.status !== 200) throw refused(answer, options.now());
    const date = Date.parse(answer.headers.get("date") ?? "");
    return new Directory(options, parsed(DirectorySchema, answer), Number.isNaN(date) ? 0 : date - options.now());
  }

  /** Asks without a signature, as only the directory and renewal information allow. */
  async get<T extends z.ZodType>(url: string, schema: T): Promise<Reply<z.output<T>>> {
    return this.#reply(await this.#fetch(url), schema);
  }

  /** Sends a signed request, or asks for what is at the address if there is no payload. */
  async post<T extends z.ZodType>(url: string, schema: T, payload?: unknown): Promise<Reply<z.output<T>>> {
    return this.#reply(await this.#signed(url, payload), schema);
  }

  /** Asks for a text: the certificate chain. */
  async text(url: string): Promise<string> {
    return (await this.#signed(url, undefined, { accept: "application/pem-certificate-chain" })).text();
  }

  async #signed(url: string, payload: unknown, headers: Record<string, string> = {}): Promise<GuardedResponse> {
    for (let tries = 1; ; tries++) {
      const nonce = this.#nonce ?? (await this.#freshNonce());
      this.#nonce = undefined;
      const body = await this.#options.key.sign({ url, nonce, kid: this.account }, payload);
      try {
        return await this.#fetch(url, { method: "POST", headers: { "content-type": "application/jose+json", ...headers }, body });
      } catch (error) {
        if (!(error instanceof AcmeProblem) || error.type !== "badNonce" || tries === NONCE_TRIES) throw error;
      }
    }
  }

  async #freshNonce(): Promise<string> {
    await this.#fetch(this.endpoints.newNonce, { method: "HEAD" });
    if (this.#nonce === undefined) throw new AcmeBroken("it gave no nonce");
    return this.#nonce;
  }

  async #fetch(url: string, request: GuardedRequest = {}): Promise<GuardedResponse> {
    const answer = await this.#options.fetch(url, { ...request, signal: this.#options.signal });
    const nonce = answer.headers.get("replay-nonce");
    if (nonce && nonce.length <= 1000) this.#nonce = nonce;
    if (answer.status >= 400) throw refused(answer, this.#options.now());
    return answer;
  }

  #reply<T extends z.ZodType>(answer: GuardedResponse, schema: T): Reply<z.output<T>> {
    return {
      body: parsed(schema, answer),
      location: answer.headers.get("location") ?? undefined,
      retryAt: retryAt(answer.headers, this.#options.now()),
    };
  }
}

export interface Reply<Body> {
  readonly body: Body;
  /** Where what was made is. */
  readonly location: string | undefined;
  /** Milliseconds since 1970: not before then. */
  readonly retryAt: number | undefined;
}

function parsed<T extends z.ZodType>(schema: T, answer: GuardedResponse): z.output<T> {
  try {
    return schema.parse(answer.json());
  } catch (cause) {
    throw new AcmeBroken("its answer is not what RFC 8555 says", { cause });
  }
}

function refused(answer: GuardedResponse, now: number): Error {
  let found: unknown;
  try {
    found = answer.json();
  } catch {
    // A proxy before a directory that is down or busy.
    if (answer.status < 500) return new AcmeBroken(`it answered with the status ${answer.status}`);
    found = { type: "serverInternal", detail: `status ${answer.status}` };
  }
  const link = /<(https?:[^>\s]{1,2000})>/.exec(
    answer.headers.get("link")?.match(/<[^>]*>;\s*rel="?terms-of-service/)?.[0] ?? "",
  );
  return new AcmeProblem(readProblem(found), { retryAt: retryAt(answer.headers, now), link: link?.[1] });
}

/** Seconds or a date (RFC 9110 §10.2.3). */
function retryAt(headers: Headers, now: number): number | undefined {
  const text = headers.get("retry-after");
  if (text === null) return undefined;
  const at = /^\d{1,9}$/.test(text) ? now + Number(text) * 1000 : Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.min(at, now + LONGEST_RETRY_AFTER);
}
