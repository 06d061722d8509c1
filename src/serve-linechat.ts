import type { Settings } from "./config/schema.ts";
import type { Timers } from "./kernel/clock.ts";
import type { Log } from "./kernel/log.ts";
import { listenTcp, type TcpListener } from "./net/tcp-listener.ts";
import type { LineChat } from "./wire/linechat/index.ts";

export interface LineDoors extends AsyncDisposable {
  /** Where people connect: `telnet 127.0.0.1 22222`, and the encrypted port. */
  readonly port: number;
  readonly tlsPort: number | undefined;
  readonly connections: number;
  /** New connections to the encrypted port meet this certificate. */
  swapTls(pair: { readonly cert: string; readonly key: string }): void;
}

export interface LineParts {
  readonly chat: LineChat;
  readonly settings: Settings["tcp"];
  readonly certificate: { readonly cert: string; readonly key: string } | undefined;
  readonly log: Log;
  readonly timers: Timers;
}

/** How long people may take to end when we do; they have had their countdown. */
const GRACE_MS = 1000;
const LOOPBACK = /^(127\.|::1$|localhost$)/;

/**
 * Opens the line chat's port, and the encrypted one if there shall be one.
 * @throws ListenError with a sentence when a port cannot be opened.
 */
export async function startLineChat({ chat, settings, certificate, log, timers }: LineParts): Promise<LineDoors> {
  const { host, tls } = settings;
  if (!LOOPBACK.test(host))
    log.warn("linechat.exposed", {
      host,
      sentence:
        "The line chat carries passwords without encryption on this port: listen on 127.0.0.1, or let people use tcp.tls.",
    });
  const open = (port: number, portFlag: string, pair?: LineParts["certificate"]): TcpListener =>
    listenTcp({
      at: { hostname: host, port },
      ...(pair && { tls: pair }),
      after: timers.after.bind(timers),
      outboxBytes: settings.outbound_buffer_bytes,
      tooSlow: "\r\nYou read too slowly to follow. Goodbye!\r\n",
      allowed: ["0.0.0.0/0", "::/0"],
      maxConnections: settings.max_connections,
      maxConnectionsPerAddress: settings.max_connections_per_ip,
      idleMs: settings.idle_minutes * 60_000,
      graceMs: GRACE_MS,
      open(peer) {
        const session = chat.connect(peer);
        return {
          hear: (piece) => session.receive(piece),
          finish: () => session.finish(),
          idle: () => session.idle(),
          closed: () => chat.closed(session),
        };
      },
      refuse(why, address) {
        log.warn("linechat.turned-away", { address, why });
        return "There are too many connections. Please try again later.\r\n";
      },
      failed: (error) => log.error("request.failed", { wire: chat.wire, error }),
      words: { portFlag, hostFlag: "tcp.host" },
    });
  await using opened = new AsyncDisposableStack();
  const plain = opened.use(open(settings.port, "--tcp-port"));
  const secure = tls.enabled ? opened.use(open(tls.port, "tcp.tls.port", certificate)) : undefined;
  chat.address = `${host.includes(":") ? `[${host}]` : host}:${plain.port}`;
  log.info("linechat.listening", { host, port: plain.port, ...(secure && { tlsPort: secure.port }) });
  const all = opened.move();
  return {
    port: plain.port!,
    tlsPort: secure?.port,
    get connections() {
      return plain.connections + (secure?.connections ?? 0);
    },
    swapTls: (pair) => secure?.swapTls(pair),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
