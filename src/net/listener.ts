import type { Server, ServerWebSocket, WebSocketHandler } from "bun";
import { Admission, type Crowded } from "./admission.ts";
import { clientAddress, trustedProxies } from "./client-address.ts";
import { listenError, type ListenWords } from "./listen-error.ts";

/** Who is at the other end. Behind a trusted proxy `address` is the client's, `port` is that of the proxy's connection. */
export interface Remote {
  readonly address: string;
  readonly family: "IPv4" | "IPv6";
  readonly port: number;
}

/** What every socket of the door carries in `ws.data`; `state` is what `upgrade` returned. */
export interface Attached<State> {
  /** As in `Remote`. */
  readonly address: string;
  state: State;
  /** The listener's own: which of its servers holds the socket. */
  readonly heldBy: unknown;
}

export type Socket<State> = ServerWebSocket<Attached<State>>;

/** The WebSocket half of a door. Handlers may throw or reject: the socket is closed with 1011 and `failed` hears it. */
export interface WebSocketDoor<State> {
  /** Upgrade requests for other paths go to `http`. */
  readonly path: string | ((pathname: string) => boolean);
  /** Before the handshake is answered: the socket's state, or a `Response` that refuses it. */
  upgrade(req: Request, remote: Remote): State | Response | Promise<State | Response>;
  open?(ws: Socket<State>): void | Promise<void>;
  /** Text as string, a binary frame as bytes. Invalid UTF-8 never gets here: it is closed with 1007 (RFC 6455 §8.1). */
  message(ws: Socket<State>, frame: string | Uint8Array): void | Promise<void>;
  /** The client has read what was waiting for it. */
  drain?(ws: Socket<State>): void | Promise<void>;
  close?(ws: Socket<State>, code: number, reason: string): void | Promise<void>;
}

export interface TlsPair {
  /** PEM, leaf first. */
  readonly cert: string;
  /** PEM. */
  readonly key: string;
}

export interface ListenerOptions<State> {
  readonly hostname: string;
  /** 0 takes a free one; `Listener.url` says which. */
  readonly port: number;
  readonly tls?: TlsPair | undefined;
  /** `req.url` can be relied on to be a URL. */
  http(req: Request, remote: Remote): Response | Promise<Response>;
  readonly websocket: WebSocketDoor<State>;
  /** Hears what a handler threw. The peer gets a plain 500 or a close with 1011, never the text. */
  failed(error: unknown): void;
  /** Addresses and CIDR ranges whose `X-Forwarded-For` is believed. Nobody's by default. */
  readonly trustedProxies?: readonly string[];
  /** A larger frame closes its socket with 1009. Bytes, after decompression. Default 64 KiB. */
  readonly maxFrameBytes?: number;
  /** What may wait for one slow reader, in bytes; beyond it the socket is closed. Default 1 MiB. */
  readonly outboundBufferBytes?: number;
  /** A larger request body is answered with 413. Bytes. Default 1 MiB. */
  readonly maxBodyBytes?: number;
  /** Open sockets and requests in flight together. Default 10,000. */
  readonly maxConnections?: number;
  /** The same for one IPv4 address or one IPv6 /64. Default 100. */
  readonly maxConnectionsPerIp?: number;
  /** Seconds without a byte (the server pings by itself) after which a socket is closed: 8 to 960. Default 120. */
  readonly socketIdleSeconds?: number;
  /** Seconds an HTTP connection may be silent, 1 to 255. Default 30. */
  readonly httpIdleSeconds?: number;
  /**
   * Offers permessage-deflate (RFC 7692). Default off: measured with 1000 publishes of 250 bytes to 200 sockets it costs
   * 7.4 instead of 0.95 µs of processor time for each frame and socket, because every socket's copy is compressed on its own.
   */
  readonly compression?: boolean;
  /** How the error sentences name the settings. Default `--port` and `--host`. */
  readonly words?: ListenWords;
}

/** One HTTP and WebSocket door on one port. */
export interface Listener extends AsyncDisposable {
  /** With the real port. */
  readonly url: URL;
  readonly tls: boolean;
  /** Open sockets. */
  readonly connections: number;
  /** Sends a text frame to every socket that subscribed to the topic with `ws.subscribe`, in order with what `ws.send` sends; `except` does not get it. */
  publish(topic: string, frame: string, except?: Socket<unknown>): void;
  /** From its return on, new handshakes get this certificate; sockets and requests that are open live on; a handshake that was under way in that moment may be reset, and its client tries again. Throws, and changes nothing, if the pair is unusable or the door is without TLS. */
  swapTls(tls: TlsPair): Promise<void>;
  /** Refuses new connections at once; resolves when the last open one, which is the caller's to close, has ended. */
  stop(): Promise<void>;
  /** Ends everything now. */
  stopNow(): Promise<void>;
}

const CORS = { "access-control-allow-origin": "*" };
const plain = (status: number, text: string, headers: Record<string, string> = {}) =>
  new Response(`${text}\n`, { status, headers: { ...CORS, "content-type": "text/plain; charset=utf-8", ...headers } });

const CROWDED: Record<Crowded, () => Response> = {
  full: () => plain(503, "The server has as many connections as it may have: try again later.", { "retry-after": "30" }),
  "too-many-from-here": () =>
    plain(429, "Too many connections from this address: close one, or try again later.", { "retry-after": "30" }),
};

/** Opens the door; when it resolves, connections are accepted. Throws a `ListenError` whose message is a sentence with the remedy. */
export async function openListener<State>(options: ListenerOptions<State>): Promise<Listener> {
  const { websocket: door, failed, words = { portFlag: "--port", hostFlag: "--host" } } = options;
  const trusted = trustedProxies(options.trustedProxies ?? []);
  const admission = new Admission({ total: options.maxConnections ?? 10_000, perSubscriber: options.maxConnectionsPerIp ?? 100 });
  const isDoor = (pathname: string) => (typeof door.path === "string" ? door.path === pathname : door.path(pathname));
  type Running = Server<Attached<State>>;
  const running = new Set<Running>();
  let connections = 0;

  const answer = async (req: Request, server: Running): Promise<Response | undefined> => {
    const peer = server.requestIP(req);
    if (!peer) return plain(400, "The connection has ended.");
    // Bun makes `req.url` of whatever the Host header says; every reader of it may rely on it from here on.
    if (!URL.canParse(req.url)) return plain(400, "The Host header is not the name of a host (RFC 9112 §3.2).");
    const address = clientAddress(req, peer.address, trusted);
    const remote: Remote = { address, family: address.includes(":") ? "IPv6" : "IPv4", port: peer.port };
    const crowded = admission.enter(address);
    if (crowded) return CROWDED[crowded]();
    let staying = false;
    try {
      const upgrading = req.headers.get("upgrade")?.toLowerCase() === "websocket" && isDoor(new URL(req.url).pathname);
      if (!upgrading) return await options.http(req, remote);
      const state = await door.upgrade(req, remote);
      if (state instanceof Response) return state;
      staying = server.upgrade(req, { data: { address, state, heldBy: server } });
      return staying ? undefined : plain(400, "This is not a WebSocket handshake (RFC 6455 §4.2.1).");
    } finally {
      if (!staying) admission.leave(address);
    }
  };

  /** Runs one of the door's handlers, which may answer later, so that no throw of theirs reaches the process. */
  const guard = (ws: Socket<State>, run: () => void | Promise<void>): void => {
    const broke = (error: unknown) => {
      failed(error);
      ws.close(1011, "internal error");
    };
    try {
      run()?.catch(broke);
    } catch (error) {
      broke(error);
    }
  };

  const websocket: WebSocketHandler<Attached<State>> = {
    maxPayloadLength: options.maxFrameBytes ?? 64 * 1024,
    backpressureLimit: options.outboundBufferBytes ?? 1024 * 1024,
    closeOnBackpressureLimit: true,
    idleTimeout: options.socketIdleSeconds ?? 120,
    sendPings: true,
    publishToSelf: false,
    perMessageDeflate: options.compression ?? false,
    open(ws) {
      connections += 1;
      guard(ws, () => door.open?.(ws));
    },
    message: (ws, frame) => guard(ws, () => door.message(ws, frame)),
    drain: (ws) => guard(ws, () => door.drain?.(ws)),
    close(ws, code, reason) {
      connections -= 1;
      admission.leave(ws.data.address);
      guard(ws, () => door.close?.(ws, code, reason));
    },
  };

  const serve = (port: number, tls: TlsPair | undefined, reusePort: boolean): Running =>
    Bun.serve<Attached<State>>({
      hostname: options.hostname,
      port,
      reusePort,
      development: false,
      maxRequestBodySize: options.maxBodyBytes ?? 1024 * 1024,
      idleTimeout: options.httpIdleSeconds ?? 30,
      ...(tls && { tls: { cert: tls.cert, key: tls.key } }),
      fetch: answer,
      error(error) {
        failed(error);
        return plain(500, "The server failed to answer this request.");
      },
      websocket,
    });

  const listen = async (): Promise<Running> => {
    try {
      if (!options.tls) return serve(options.port, undefined, false);
      // A swap needs two servers on one port, and the system then lets any other program of this user onto it too:
      // a server that shares with nobody finds out first that the port is free. (The system never hands out a port in use for 0.)
      if (options.port !== 0) await serve(options.port, options.tls, false).stop(true);
      return serve(options.port, options.tls, true);
    } catch (cause) {
      throw listenError(cause, options, words);
    }
  };

  let current = await listen();
  running.add(current);
  const url = current.url;
  const port = current.port ?? options.port;
  let stopped = false;
  /** Lets a server take nobody new; it is forgotten when its last connection ends. */
  const retire = async (server: Running, now: boolean) => {
    await server.stop(now);
    running.delete(server);
  };
  const end = async (now: boolean) => {
    stopped = true;
    await Promise.all([...running].map((server) => retire(server, now)));
  };

  return {
    url,
    tls: options.tls !== undefined,
    get connections() {
      return connections;
    },
    publish(topic, frame, except) {
      const compress = options.compression ?? false;
      for (const server of running) {
        if (except?.data.heldBy === server) except.publish(topic, frame, compress);
        else server.publish(topic, frame, compress);
      }
    },
    async swapTls(tls) {
      if (!options.tls) throw new Error("This door was opened without TLS and cannot get a certificate.");
      if (stopped) throw new Error("This door is closed.");
      // Bun's `reload({ tls })` keeps the old certificate without a word, so a second server takes over the port.
      const next = serve(port, tls, true);
      const old = current;
      running.add(next);
      current = next;
      retire(old, false).catch(failed);
    },
    stop: () => end(false),
    stopNow: () => end(true),
    [Symbol.asyncDispose]: () => end(true),
  };
}
