import type { Socket, SocketHandler, TCPSocketListener } from "bun";

import { isWithin, parseAddress, parseRange } from "./address.ts";
import { Admission, type Crowded } from "./admission.ts";
import { ListenError, listenError, type ListenWords } from "./listen-error.ts";
import { BunPeer, type PeerLimits, type TcpPeer, type TcpTalk } from "./tcp-peer.ts";
import { forOwnerOnly } from "./unix-path.ts";

/** A conversation that can be told to end when nothing has been heard for long. */
export interface ListenedTalk extends TcpTalk {
  /** Nothing was heard for `idleMs`. */
  idle(): void;
}

export interface TcpListenerOptions extends PeerLimits {
  /** A TCP port (0 takes a free one; `TcpListener.port` says which), or the path of a Unix socket for programs of the same user. */
  readonly at: { readonly hostname: string; readonly port: number } | { readonly unix: string };
  /** Addresses and networks that may connect to the port. */
  readonly allowed: readonly string[];
  readonly maxConnections: number;
  /** Of one address; without it, as many as in all. */
  readonly maxConnectionsPerAddress?: number;
  /** Encryption, with a certificate that `swapTls` replaces. */
  readonly tls?: { readonly cert: string; readonly key: string };
  readonly idleMs: number;
  readonly graceMs: number;
  open(peer: TcpPeer): ListenedTalk;
  /** The last words to whom nobody talks. */
  refuse(why: Crowded | "stranger", address: string): string;
  /** Hears what a talk threw; the connection is closed. */
  failed(error: unknown): void;
  readonly words: ListenWords;
}

/** A port, or a Unix socket. Disposed, it takes nobody more; every talk is told to finish, and who does not end is cut after `graceMs`. */
export interface TcpListener extends AsyncDisposable {
  /** Undefined for a Unix socket. */
  readonly port: number | undefined;
  readonly connections: number;
  /** New connections meet this certificate; those there are keep theirs. */
  swapTls(pair: { readonly cert: string; readonly key: string }): void;
}

interface State {
  peer: BunPeer;
  talk: ListenedTalk | undefined;
  /** Whether it has a place that is to be given back. */
  admitted: boolean;
  stopIdle: () => void;
}

/** @throws ListenError with a sentence when the port cannot be opened. */
export function listenTcp(options: TcpListenerOptions): TcpListener {
  const { at, after, idleMs } = options;
  const allowed = options.allowed.map(parseRange);
  const isAllowed = (address: string): boolean => {
    const known = parseAddress(address);
    return known !== undefined && isWithin(known, allowed);
  };
  const admission = new Admission({
    total: options.maxConnections,
    perSubscriber: options.maxConnectionsPerAddress ?? options.maxConnections,
  });
  const open = new Map<Socket<State>, State>();
  let emptied = () => {};
  const guarded = (state: State, act: () => void) => {
    try {
      act();
    } catch (error) {
      options.failed(error);
      state.peer.end();
    }
  };
  const awake = (state: State) => {
    state.stopIdle();
    state.stopIdle = after(idleMs, () => guarded(state, () => state.talk?.idle()));
  };
  const handlers: SocketHandler<State> = {
    open(socket) {
      const address = "unix" in at ? at.unix : socket.remoteAddress;
      const peer = new BunPeer(address, socket, options);
      const state: State = { peer, talk: undefined, admitted: false, stopIdle: () => {} };
      socket.data = state;
      open.set(socket, state);
      socket.setKeepAlive(true, 60_000);
      // Those who are turned away linger to read why; so many of them, and they do not.
      if (open.size > 2 * options.maxConnections) return socket.terminate();
      const refused = "unix" in at || isAllowed(address) ? admission.enter(address) : "stranger";
      if (refused) {
        peer.send(options.refuse(refused, address));
        return peer.end();
      }
      state.admitted = true;
      guarded(state, () => (state.talk = options.open(peer)));
      awake(state);
    },
    data({ data: state }, piece) {
      if (state.peer.ending) return;
      awake(state);
      guarded(state, () => state.talk?.hear(piece));
    },
    drain: ({ data }) => data.peer.drain(),
    end(socket) {
      const { peer, talk } = socket.data;
      if (peer.ending || !talk) return void socket.end();
      guarded(socket.data, () => talk.finish());
    },
    error: (_, error) => options.failed(error),
    close(socket) {
      const { data: state } = socket;
      open.delete(socket);
      state.stopIdle();
      if (state.admitted) admission.leave(state.peer.address);
      state.peer.gone();
      state.talk?.closed?.();
      if (open.size === 0) emptied();
    },
  };
  const listen = (where: typeof at, tls = options.tls) => {
    const socket = { allowHalfOpen: true, socket: handlers, ...(tls && { tls }) };
    try {
      return "unix" in where
        ? forOwnerOnly(() => Bun.listen<State>({ ...where, ...socket }))
        : Bun.listen<State>({ ...where, ...socket });
    } catch (error) {
      if ("unix" in at) throw new ListenError("unknown", `${at.unix} could not be opened: ${(error as Error).message}.`, error);
      throw listenError(error, at, options.words);
    }
  };
  let listener = listen(at);
  const port = "unix" in at ? undefined : (listener as TCPSocketListener<State>).port;
  return {
    port,
    swapTls(tls) {
      if (port === undefined || "unix" in at) return;
      listener.stop(false);
      listener = listen({ hostname: at.hostname, port }, tls);
    },
    get connections() {
      return open.size;
    },
    async [Symbol.asyncDispose]() {
      listener.stop(false);
      if (open.size === 0) return;
      const empty = new Promise<void>((resolve) => (emptied = resolve));
      const stopCut = after(options.graceMs, () => {
        for (const one of open.keys()) one.terminate();
      });
      for (const state of open.values()) guarded(state, () => (state.talk ? state.talk.finish() : state.peer.end()));
      await empty;
      stopCut();
    },
  };
}
