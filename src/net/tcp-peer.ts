import type { Socket } from "bun";

/** What must happen later; returns the undo. */
export type After = (ms: number, act: () => void) => () => void;

/** One TCP connection as its protocol sees it. */
export interface TcpPeer {
  readonly address: string;
  /** Puts text on its way. Whoever lets too much of it wait is cut off, with the last words that the limits give. */
  send(text: string | Uint8Array): void;
  /** Stops reading; `resume` goes on. */
  pause(): void;
  resume(): void;
  /** Closes after what was sent. */
  end(): void;
}

/** What a protocol makes of a connection. */
export interface TcpTalk {
  hear(piece: Uint8Array): void;
  /** The other end will send no more, and may still read. */
  finish(): void;
  /** The connection is gone, whoever closed it. */
  closed?(): void;
}

export interface PeerLimits {
  readonly after: After;
  /** What may wait for a reader that is slow, in bytes. */
  readonly outboxBytes: number;
  /** What somebody is told whose connection ends because they read too slowly. */
  readonly tooSlow?: string;
}

/** How long the other end may take to close after we have. */
const LINGER_MS = 5000;

/** Writes to a socket without losing what it does not take at once. */
export class BunPeer implements TcpPeer {
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #ending = false;
  #linger: (() => void) | undefined;

  constructor(
    readonly address: string,
    private readonly socket: Socket<unknown>,
    private readonly limits: PeerLimits,
  ) {}

  send(text: string | Uint8Array): void {
    if (this.#ending) return;
    this.#write(typeof text === "string" ? new TextEncoder().encode(text) : text);
    if (this.#waitingBytes <= this.limits.outboxBytes) return;
    if (this.limits.tooSlow === undefined) return this.socket.terminate();
    // Of what waits only the piece that has begun is finished.
    this.#waiting.length = 1;
    this.#waiting.push(new TextEncoder().encode(this.limits.tooSlow));
    this.end();
  }

  pause(): void {
    this.socket.pause();
  }
  resume(): void {
    this.socket.resume();
  }

  end(): void {
    if (this.#ending) return;
    this.#ending = true;
    this.#linger = this.limits.after(LINGER_MS, () => this.socket.terminate());
    // What still comes is read and dropped: unread bytes would turn the close into a reset that overtakes our last words.
    this.socket.resume();
    if (this.#waiting.length === 0) this.socket.shutdown();
  }

  /** The socket takes more. */
  drain(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    for (const bytes of waiting) this.#write(bytes);
    if (this.#ending && this.#waiting.length === 0) this.socket.shutdown();
  }

  /** The socket is closed. */
  gone(): void {
    this.#ending = true;
    this.#waiting = [];
    this.#linger?.();
  }

  get ending(): boolean {
    return this.#ending;
  }

  #write(bytes: Uint8Array): void {
    const taken = this.#waiting.length > 0 ? 0 : Math.max(0, this.socket.write(bytes));
    if (taken >= bytes.length) return;
    this.#waiting.push(bytes.subarray(taken));
    this.#waitingBytes += bytes.length - taken;
  }
}
