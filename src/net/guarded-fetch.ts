import { lookup } from "node:dns/promises";
import { isPublic, parseAddress } from "./address.ts";

export type GuardedFetchErrorCode =
  /** Not an http or https address, or one with a user name in it. */
  | "bad-url"
  /** It leads to this host, this network or another place that is not on the public internet. */
  | "forbidden-address"
  /** The name has no address. */
  | "unresolved"
  /** It answers with a redirect more than was allowed, or one without a target. */
  | "redirected"
  | "timed-out"
  /** The body is larger than allowed. */
  | "too-large"
  /** The connection failed: refused, reset, or a certificate that does not fit. */
  | "unreachable";

/** Why an outgoing request was not made or not finished. The message names the host, never the path or the query, which may hold a secret. */
export class GuardedFetchError extends Error {
  override readonly name = "GuardedFetchError";
  readonly code: GuardedFetchErrorCode;

  constructor(code: GuardedFetchErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

export interface GuardedFetchOptions {
  /** Hosts that may be reached although they are not public, as written in an address: `jitsi.lan`, `10.0.0.7`, `[fd00::7]`, each with `:port` to allow only that one. */
  readonly allow?: readonly string[];
  /** All addresses of a name. Default: the system's resolver. */
  resolve?(name: string): Promise<readonly string[]>;
  /** For name look-up, connection, redirects and body together. Milliseconds, default 10,000. */
  readonly timeoutMs?: number;
  /** Default 1 MiB. */
  readonly maxBodyBytes?: number;
  /** How many redirects are followed, each checked like the first address. Default 0. */
  readonly redirects?: number;
  /** PEM of authorities to trust instead of the system's. */
  readonly ca?: string;
}

/** A body that can be sent again to another address or after a redirect: no streams. */
export interface GuardedRequest extends Pick<GuardedFetchOptions, "timeoutMs" | "maxBodyBytes" | "redirects"> {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly signal?: AbortSignal;
}

export interface GuardedResponse {
  readonly status: number;
  readonly headers: Headers;
  /** Where the answer came from, after redirects. */
  readonly url: URL;
  readonly body: Uint8Array;
  text(): string;
  /** Throws a `SyntaxError` if the body is not JSON. */
  json(): unknown;
}

export type GuardedFetch = (url: string | URL, request?: GuardedRequest) => Promise<GuardedResponse>;

/** Addresses tried of one name, in the order of the resolver. */
const MAX_ADDRESSES = 4;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** Not passed on when a redirect leaves the origin. */
const CREDENTIALS = ["authorization", "cookie", "proxy-authorization"];

/** The name as it is compared: lower case, punycode, IPv4 in every notation as four decimals (all that by `URL`), without a final dot. */
const nameOf = (url: URL) => url.hostname.replace(/\.$/, "");

/** An entry of the allow list as it is compared. */
function readAllowed(entry: string): string {
  const [, host, port] = /^(\[[^\]]*\]|[^:[\]/@?#\\]+)(?::(\d{1,5}))?$/.exec(entry) ?? [];
  if (host === undefined || !URL.canParse(`http://${host}`))
    throw new RangeError(
      `"${entry}" is not a host: write jitsi.lan, 10.0.0.7 or [fd00::7], with :port if only that one is meant.`,
    );
  const name = nameOf(new URL(`http://${host}`));
  return port === undefined ? name : `${name}:${Number(port)}`;
}

function read(address: string | URL): URL {
  const url = URL.canParse(String(address)) ? new URL(address) : undefined;
  if (!url || !["http:", "https:"].includes(url.protocol))
    throw new GuardedFetchError("bad-url", "The address must begin with http:// or https:// and be complete.");
  if (url.username !== "" || url.password !== "")
    throw new GuardedFetchError("bad-url", `The address of ${nameOf(url)} must not hold a user name or password.`);
  if (nameOf(url) === "") throw new GuardedFetchError("bad-url", "The address has no host.");
  return url;
}

/** The addresses of a host, all of them public or the host allowed. @throws {GuardedFetchError} */
export function guardedAddresses(
  options: Pick<GuardedFetchOptions, "allow" | "resolve">,
): (url: URL) => Promise<readonly string[]> {
  const resolve = options.resolve ?? (async (name) => (await lookup(name, { all: true })).map(({ address }) => address));
  const allowed = new Set((options.allow ?? []).map(readAllowed));
  const isAllowed = (url: URL) =>
    allowed.has(nameOf(url)) || allowed.has(`${nameOf(url)}:${url.port || (/^(https|wss):$/.test(url.protocol) ? 443 : 80)}`);

  return async (url) => {
    const name = nameOf(url);
    const literal = parseAddress(name);
    const found = literal
      ? [name.replace(/^\[|\]$/g, "")]
      : await resolve(name).catch((cause) => {
          throw new GuardedFetchError("unresolved", `The name ${name} could not be resolved.`, cause);
        });
    if (found.length === 0) throw new GuardedFetchError("unresolved", `The name ${name} has no address.`);
    if (!isAllowed(url)) {
      for (const text of found) {
        const address = parseAddress(text);
        if (!address || !isPublic(address))
          throw new GuardedFetchError("forbidden-address", `${name} leads to an address that is not public.`);
      }
    }
    return found.slice(0, MAX_ADDRESSES);
  };
}

/** The same connection to the address that was checked; the server is still known by its name. */
export function pinnedTo(url: URL, address: string): { readonly url: URL; readonly serverName: string } {
  const pinned = new URL(url);
  pinned.hostname = address.includes(":") ? `[${address}]` : address;
  return { url: pinned, serverName: nameOf(url).replace(/^\[|\]$/g, "") };
}

/**
 * The one way out: requests to addresses that users, bots and settings name (webhooks, push, previews, validators).
 * The name is resolved first, every address it has must be public, and the connection goes to the address that was checked, so that a second
 * answer of the name server cannot redirect it. Proxies named in the environment are not used: they would resolve the name again.
 * Throws a `RangeError` that names an entry of the allow list that is no host.
 */
export function guardedFetch(options: GuardedFetchOptions = {}): GuardedFetch {
  const addressesOf = guardedAddresses(options);
  const connect = async (url: URL, request: GuardedRequest, signal: AbortSignal): Promise<Response> => {
    const headers = new Headers({ "user-agent": "chat", ...request.headers });
    headers.set("host", url.host);
    let failure: unknown;
    for (const address of await abortable(addressesOf(url), signal)) {
      const pinned = pinnedTo(url, address);
      try {
        return await fetch(pinned.url, {
          method: request.method ?? "GET",
          headers,
          ...(request.body !== undefined && { body: request.body as BodyInit }),
          redirect: "manual",
          keepalive: false,
          proxy: false,
          signal,
          tls: { serverName: pinned.serverName, ...(options.ca !== undefined && { ca: options.ca }) },
        });
      } catch (cause) {
        signal.throwIfAborted();
        failure = cause;
        // Only a connection that never came to be may be tried elsewhere: the request may have had its effect.
        if (!["ConnectionRefused", "FailedToOpenSocket", "ECONNREFUSED"].includes((cause as { code?: string }).code ?? "")) break;
      }
    }
    throw failure;
  };

  return async (address, request = {}) => {
    const timeout = AbortSignal.timeout(request.timeoutMs ?? options.timeoutMs ?? 10_000);
    const signal = request.signal ? AbortSignal.any([timeout, request.signal]) : timeout;
    const limit = request.maxBodyBytes ?? options.maxBodyBytes ?? 1024 * 1024;
    let url = read(address);
    let left = request.redirects ?? options.redirects ?? 0;
    let next = request;
    try {
      for (;;) {
        const response = await connect(url, next, signal);
        if (!REDIRECTS.has(response.status)) return await bounded(response, url, limit);
        response.body?.cancel().catch(() => {});
        const target = response.headers.get("location");
        if (left === 0 || target === null || !URL.canParse(target, url)) {
          throw new GuardedFetchError("redirected", `${nameOf(url)} answers with a redirect that is not followed.`);
        }
        left -= 1;
        const to = read(new URL(target, url));
        next = redirected(next, response.status, to.origin === url.origin);
        url = to;
      }
    } catch (cause) {
      if (cause instanceof GuardedFetchError) throw cause;
      if (timeout.aborted) throw new GuardedFetchError("timed-out", `${nameOf(url)} did not answer in time.`, cause);
      if (request.signal?.aborted) throw request.signal.reason;
      throw new GuardedFetchError(
        "unreachable",
        `${nameOf(url)} could not be reached: ${(cause as { code?: string }).code ?? "the connection failed"}.`,
        cause,
      );
    }
  };
}

/** What is asked of the redirect's target (RFC 9110 §15.4). */
function redirected(request: GuardedRequest, status: number, sameOrigin: boolean): GuardedRequest {
  const { body, headers = {}, method = "GET", ...rest } = request;
  const turned = (status === 303 && method !== "HEAD") || (status < 303 && method === "POST");
  const dropped = new Set([...(sameOrigin ? [] : CREDENTIALS), ...(turned ? ["content-type", "content-length"] : [])]);
  const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => !dropped.has(name.toLowerCase())));
  return turned
    ? { ...rest, method: "GET", headers: kept }
    : { ...rest, method, headers: kept, ...(body !== undefined && { body }) };
}

async function bounded(response: Response, url: URL, limit: number): Promise<GuardedResponse> {
  const tooLarge = () => new GuardedFetchError("too-large", `The answer of ${nameOf(url)} is larger than ${limit} bytes.`);
  if (Number(response.headers.get("content-length") ?? 0) > limit) {
    response.body?.cancel().catch(() => {});
    throw tooLarge();
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > limit) throw tooLarge();
    chunks.push(chunk);
  }
  const body = new Uint8Array(Buffer.concat(chunks));
  const text = () => new TextDecoder().decode(body);
  return { status: response.status, headers: response.headers, url, body, text, json: () => JSON.parse(text()) };
}

/** The name server cannot be told to stop; its answer is then no longer waited for. */
function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  return Promise.race([work, promise]).finally(() => signal.removeEventListener("abort", abort));
}
