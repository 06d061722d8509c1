import { listenError } from "../listen-error.ts";

export interface ChallengeListenerOptions {
  readonly hostname: string;
  readonly port: number;
  /** The names that people may be sent on to; the first stands for a request that names none of them. */
  readonly domains: readonly string[];
  /** The port of https, for the redirect. */
  readonly httpsPort: number;
}

/** The plain HTTP port: it answers challenges of HTTP-01 (RFC 8555 §8.3) and sends everybody else to https. */
export interface ChallengeListener extends AsyncDisposable {
  /** The real port. */
  readonly port: number;
  /** Answers a token with its key authorization until the returned function is called. */
  show(token: string, answer: string): () => void;
}

const CHALLENGE = /^\/\.well-known\/acme-challenge\/([A-Za-z0-9_-]{1,200})$/;

/** Throws a `ListenError` whose sentence names the setting. */
export function openChallengeListener({ hostname, port, domains, httpsPort }: ChallengeListenerOptions): ChallengeListener {
  const shown = new Map<string, string>();
  const answer = (req: Request): Response => {
    // The address is made of whatever the Host header says.
    if (!URL.canParse(req.url))
      return new Response("The Host header is not the name of a host (RFC 9112 §3.2).\n", { status: 400 });
    const url = new URL(req.url);
    const token = CHALLENGE.exec(url.pathname)?.[1];
    if (token !== undefined) {
      const text = shown.get(token);
      return text === undefined
        ? new Response("There is no such challenge.\n", { status: 404 })
        : new Response(text, { headers: { "content-type": "application/octet-stream", "cache-control": "no-store" } });
    }
    // Only to our own names: a redirect to any Host would lend our address to others.
    const host = domains.find((name) => name === url.hostname) ?? domains[0]!;
    const location = `https://${host}${httpsPort === 443 ? "" : `:${httpsPort}`}${url.pathname}${url.search}`;
    return new Response(null, { status: 308, headers: { location } });
  };
  let server: Bun.Server<undefined>;
  try {
    server = Bun.serve({
      hostname,
      port,
      reusePort: false,
      development: false,
      idleTimeout: 10,
      maxRequestBodySize: 64 * 1024,
      fetch: answer,
      error: () => new Response("The server failed to answer this request.\n", { status: 500 }),
    });
  } catch (cause) {
    throw listenError(cause, { hostname, port }, { portFlag: "tls.acme.http_port", hostFlag: "--host" });
  }
  return {
    port: server.port ?? port,
    show(token, text) {
      shown.set(token, text);
      return () => void shown.delete(token);
    },
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}
