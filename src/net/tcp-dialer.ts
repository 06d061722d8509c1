import type { Socket } from "bun";

import { BunPeer, type PeerLimits, type TcpPeer, type TcpTalk } from "./tcp-peer.ts";

export interface TcpDialerOptions extends PeerLimits {
  readonly hostname: string;
  readonly port: number;
  /** A number from 0 to below 1: spreads the tries of many who lost the same server. */
  readonly chance: () => number;
  /** A connection is made. It counts as a success, after which tries begin anew, once the talk has called `worked`. */
  open(peer: TcpPeer, worked: () => void): TcpTalk;
  /** Why there is no connection, as a sentence, and when it is tried again. */
  away(sentence: string, againMs: number): void;
  failed(error: unknown): void;
}

/** Keeps one outgoing connection, as long as it is not disposed. */
export interface TcpDialer extends AsyncDisposable {
  readonly connected: boolean;
}

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;
const CONNECT_MS = 10_000;

/** The wait before try `n` (from 0): doubled each time up to a minute, and between half and all of that by chance. */
export const waitBefore = (n: number, chance: number): number =>
  Math.round(Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(n, 16)) * (0.5 + chance / 2));

/** Connects, and connects again when the connection is refused, lost or does not come about. */
export function dialTcp(options: TcpDialerOptions): TcpDialer {
  const { hostname, port, after } = options;
  const where = `${hostname} port ${port}`;
  let tries = 0;
  let live: { readonly socket: Socket<undefined>; readonly peer: BunPeer } | undefined;
  let stopped = false;
  let undo = () => {};
  let closed = () => {};

  const again = (sentence: string): void => {
    if (stopped) return;
    const wait = waitBefore(tries++, options.chance());
    options.away(sentence, wait);
    undo = after(wait, dial);
  };

  function dial(): void {
    let given = false;
    let talk: TcpTalk | undefined;
    let peer: BunPeer;
    /** Once per try. */
    const giveUp = (sentence: string): void => {
      if (given) return;
      given = true;
      undo();
      again(sentence);
    };
    undo = after(CONNECT_MS, () => giveUp(`${where} does not answer.`));
    const guarded = (act: () => void) => {
      try {
        act();
      } catch (error) {
        options.failed(error);
        peer.end();
      }
    };
    Bun.connect<undefined>({
      hostname,
      port,
      allowHalfOpen: true,
      socket: {
        open(socket) {
          if (given || stopped) return socket.terminate();
          undo();
          peer = new BunPeer(where, socket, options);
          live = { socket, peer };
          socket.setKeepAlive(true, 60_000);
          guarded(() => (talk = options.open(peer, () => (tries = 0))));
        },
        data: (_, piece) => guarded(() => void (peer.ending || talk?.hear(piece))),
        drain: () => peer.drain(),
        end: () => guarded(() => talk?.finish()),
        error: (_, error) => options.failed(error),
        close(socket) {
          if (live?.socket !== socket) return;
          live = undefined;
          peer.gone();
          talk?.closed?.();
          closed();
          giveUp(`${where} has closed the connection.`);
        },
        connectError: (_, error) => giveUp(reason(error, where)),
      },
    }).catch((error: unknown) => giveUp(reason(error, where)));
  }
  dial();
  return {
    get connected() {
      return live !== undefined;
    },
    async [Symbol.asyncDispose]() {
      stopped = true;
      undo();
      if (!live) return;
      const gone = new Promise<void>((resolve) => (closed = resolve));
      live.peer.end();
      await gone;
    },
  };
}

function reason(error: unknown, where: string): string {
  switch ((error as { code?: unknown } | null)?.code) {
    case "ECONNREFUSED":
      return `Nobody listens on ${where}.`;
    case "ENOTFOUND":
    case "DNS_ENOTFOUND":
      return `The name in ${where} leads to no address.`;
    case "ENETUNREACH":
    case "EHOSTUNREACH":
      return `There is no way to ${where}.`;
    default:
      return `No connection to ${where}: ${error instanceof Error ? error.message : String(error)}.`;
  }
}
