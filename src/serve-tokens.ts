import type { Settings } from "./config/schema.ts";
import type { Timers } from "./kernel/clock.ts";
import type { Kernel } from "./kernel/kernel.ts";
import type { Log } from "./kernel/log.ts";
import { dialTcp, type TcpDialer } from "./net/tcp-dialer.ts";
import { listenTcp, type TcpListener, type TcpListenerOptions } from "./net/tcp-listener.ts";
import { freeUnixPath } from "./net/unix-path.ts";
import { Conversation } from "./wire/tokens/conversation.ts";
import { TokenDesk } from "./wire/tokens/desk.ts";
import { framed } from "./wire/tokens/framing.ts";

export interface TokenDoors extends AsyncDisposable {
  /** The port that is listened on, if any. */
  readonly port: number | undefined;
  /** Whether the game server that we dial is connected; undefined when none is set. */
  readonly dialled: boolean | undefined;
}

export interface TokenParts {
  readonly kernel: Kernel;
  readonly community: { readonly id: string };
  readonly settings: Settings["tokens"];
  readonly log: Log;
  readonly timers: Timers;
}

/** What may wait for a caller that does not read its answers. */
const OUTBOX_BYTES = 1_048_576;
/** How long callers may take to end when we do. */
const GRACE_MS = 2000;
const LOOPBACK = /^(127\.|::1$|localhost$)/;

/**
 * Opens the ways in which game servers ask for tokens: a port here, a connection to theirs, or both.
 * @throws ListenError with a sentence when a port or the socket cannot be opened.
 */
export async function startTokens({ kernel, community, settings, log, timers }: TokenParts): Promise<TokenDoors> {
  const desk = new TokenDesk(kernel, community.id, log);
  const limits = {
    after: timers.after.bind(timers),
    outboxBytes: OUTBOX_BYTES,
    failed: (error: unknown) => log.error("request.failed", { wire: "tokens", error }),
  };
  if (settings.listen && !LOOPBACK.test(settings.host) && settings.shared_secret === "")
    log.warn("tokens.exposed", {
      host: settings.host,
      sentence: "Whoever reaches this port gets tokens: set tokens.shared_secret, or listen on 127.0.0.1.",
    });
  if (settings.algorithm === "HS256" && Buffer.byteLength(settings.app_secret) < SHORTEST_SECRET)
    log.warn("tokens.weak-secret", {
      sentence: `tokens.app_secret is shorter than the ${SHORTEST_SECRET} bytes that HS256 asks for (RFC 7518 §3.2): whoever has one token can guess it.`,
    });
  await using opened = new AsyncDisposableStack();
  const listener = settings.listen ? opened.use(listen({ hostname: settings.host, port: settings.port })) : undefined;
  if (listener) log.info("tokens.listening", { host: settings.host, port: listener.port });
  if (settings.socket !== "") {
    await freeUnixPath(settings.socket);
    opened.use(listen({ unix: settings.socket }));
    log.info("tokens.listening", { socket: settings.socket });
  }
  const dialer = settings.outbound.host === "" ? undefined : opened.use(dial());

  function listen(at: TcpListenerOptions["at"]): TcpListener {
    return listenTcp({
      ...limits,
      at,
      graceMs: GRACE_MS,
      allowed: settings.allowed_addresses,
      maxConnections: settings.max_connections,
      idleMs: settings.idle_seconds * 1000,
      open: (peer) => {
        const talk = new Conversation(desk, peer);
        return {
          hear: (piece) => talk.hear(piece),
          finish: () => talk.finish(),
          idle: () => talk.leave(`Nothing was asked for ${settings.idle_seconds} s`),
        };
      },
      refuse: (why, address) => {
        log.warn("tokens.turned-away", { address, why });
        return framed(desk.no(why === "stranger" ? "This address may not ask for tokens" : "There are too many connections"));
      },
      words: { portFlag: "tokens.port", hostFlag: "tokens.host" },
    });
  }

  function dial(): TcpDialer {
    const { host, port } = settings.outbound;
    return dialTcp({
      ...limits,
      hostname: host,
      port,
      chance: () => Buffer.from(kernel.world.random(4), "base64url").readUInt32BE() / 2 ** 32,
      open: (peer, worked) => {
        log.info("tokens.dialled", { host, port });
        const talk = new Conversation(desk, peer);
        return {
          hear(piece) {
            worked();
            talk.hear(piece);
          },
          finish: () => talk.finish(),
        };
      },
      away: (sentence, againMs) => log.warn("tokens.undialled", { host, port, sentence, againMs }),
    });
  }

  const all = opened.move();
  return {
    get port() {
      return listener?.port;
    },
    get dialled() {
      return dialer?.connected;
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

/** Bytes. */
const SHORTEST_SECRET = 32;
