import { listenError } from "./listen-error.ts";

/** A door for Prometheus on this machine alone: figures are for the operator, and there is no password on it. */
export interface MetricsListener extends AsyncDisposable {
  readonly url: URL;
}

/**
 * Serves `text()` at `/metrics` on 127.0.0.1 in Prometheus' text format 0.0.4.
 * @throws ListenError with a sentence when the port cannot be had.
 */
export function listenMetrics(port: number, text: () => string): MetricsListener {
  const hostname = "127.0.0.1";
  const plain = (status: number, body: string, type = "text/plain; charset=utf-8") =>
    new Response(body, { status, headers: { "content-type": type } });
  try {
    const server = Bun.serve({
      hostname,
      port,
      reusePort: false,
      development: false,
      maxRequestBodySize: 1024,
      fetch(req) {
        if (!URL.canParse(req.url) || new URL(req.url).pathname !== "/metrics") return plain(404, "Only /metrics is here.\n");
        if (req.method !== "GET" && req.method !== "HEAD") return plain(405, "Only GET is answered here.\n");
        return plain(200, text(), "text/plain; version=0.0.4; charset=utf-8");
      },
    });
    return { url: server.url, [Symbol.asyncDispose]: () => server.stop(true) };
  } catch (cause) {
    throw listenError(cause, { hostname, port }, { portFlag: "metrics.port", hostFlag: "metrics.port" });
  }
}
