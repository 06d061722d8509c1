import { isWithin, parseAddress, parseRange } from "./address.ts";
import { Admission, type Crowded } from "./admission.ts";
import { listenError, type ListenWords } from "./listen-error.ts";
import { BunPeer, type PeerLimits, type TcpPeer, type TcpTalk } from "./tcp-peer.ts";

/** A conversation that can be told to end when nothing has been heard for long. */
export interface ListenedTalk extends TcpTalk {
  /** Nothing was heard for `idleMs`. */
  idle(): void;
}

export interface TcpListenerOptions extends PeerLimits {
  readonly hostname: string;
  /** 0 takes a free one; `TcpListener.port` says which. */
  readonly port: number;
  /** Addresses and networks that may connect. */
  readonly allowed: readonly string[];
  readonly maxConnections: number;
  readonly idleMs: number;
  open(peer: TcpPeer): ListenedTalk;
  /** The last words to whom nobody talks. */
  refuse(why: Crowded | "stranger", address: string): string;
  /** Hears what a talk threw; the connection is closed. */
  failed(error: unknown): void;
  readonly words: ListenWords;
}

/** A TCP port. */
export interface TcpListener extends AsyncDisposable {
  readonly port: number;
  readonly connections: number;
  /** Takes nobody more; everybody is told to end, and what does not is cut after `graceMs`. */
  stop(each: (talk: ListenedTalk) => void, graceMs: number): Promise<void>;
}

interface State {
  peer: BunPeer;
  talk: ListenedTalk | undefined;
  leave: () => void;
  stopIdle: () => void;
}

/** @throws ListenError with a sentence when the port cannot be opened. */
export function listenTcp(options: TcpListenerOptions): TcpListener {
  const { hostname, port, after, idleMs } = options;
  const allowed = options.allowed.map(parseRange);
  const admission = new Admission({ total: options.maxConnections, perSubscriber: options.maxConnections });
  const open = new Map<import("bun").Socket<State>, State>();
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
  const listener = (() => {
    try {
      return Bun.listen<State>({
        hostname,
        port,
        allowHalfOpen: true,
        socket: {
          open(socket) {
            const address = socket.remoteAddress;
            const peer = new BunPeer(address, socket, options);
            const state: State = { peer, talk: undefined, leave: () => {}, stopIdle: () => {} };
            socket.data = state;
            open.set(socket, state);
            const known = parseAddress(address);
            const place = known && isWithin(known, allowed) ? admission.enter(address) : "stranger";
            if (typeof place === "string") {
              peer.send(options.refuse(place, address));
              return peer.end();
            }
            state.leave = place;
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
            state.leave();
            state.peer.gone();
            state.talk?.closed?.();
            if (open.size === 0) emptied();
          },
        },
      });
    } catch (error) {
      throw listenError(error, { hostname, port }, options.words);
    }
  })();
  const stop: TcpListener["stop"] = async (each, graceMs) => {
    listener.stop(false);
    if (open.size === 0) return;
    const empty = new Promise<void>((resolve) => (emptied = resolve));
    const cut = after(graceMs, () => {
      for (const socket of open.keys()) socket.terminate();
    });
    for (const state of open.values()) guarded(state, () => (state.talk ? each(state.talk) : state.peer.end()));
    await empty;
    cut();
  };
  return {
    port: listener.port,
    get connections() {
      return open.size;
    },
    stop,
    async [Symbol.asyncDispose]() {
      listener.stop(true);
    },
  };
}
