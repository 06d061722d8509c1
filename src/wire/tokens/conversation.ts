import type { Answer, TokenDesk } from "./desk.ts";
import { framed, Splitter, TooLong } from "./framing.ts";

/** Bytes of one request. */
export const LARGEST_REQUEST = 65_536;
/** Requests of one connection that may wait for their answers; beyond it nothing more is read. */
const MOST_WAITING = 64;

/** The other end, whichever way the connection was made. */
export interface Peer {
  /** By what it is counted and named. */
  readonly address: string;
  send(text: string): void;
  /** Stops reading what it sends; `resume` goes on. */
  pause(): void;
  resume(): void;
  /** Closes after what was sent. */
  end(): void;
}

/** One connection: bytes in, answers out in the order of the requests. */
export class Conversation {
  readonly #splitter = new Splitter(LARGEST_REQUEST);
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;
  #over = false;

  constructor(
    private readonly desk: TokenDesk,
    private readonly peer: Peer,
  ) {}

  hear(piece: Uint8Array): void {
    if (this.#over) return;
    try {
      for (const request of this.#splitter.push(piece)) this.#queue(() => this.desk.answer(request, this.peer.address));
    } catch (why) {
      if (!(why instanceof TooLong)) throw why;
      this.leave(`A request may have at most ${why.max} bytes`);
    }
  }

  /** Says why, after everything that was asked is answered, and closes. */
  leave(message: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#queue(async () => this.desk.no(message));
    void this.#last.then(() => this.peer.end());
  }

  /** The other end will send no more: what it has left without an end is taken as a request, and all is answered before closing. */
  finish(): void {
    if (this.#over) return;
    this.#over = true;
    for (const request of this.#splitter.rest()) this.#queue(() => this.desk.answer(request, this.peer.address));
    void this.#last.then(() => this.peer.end());
  }

  /** Resolves when everything that was asked is answered. */
  settled(): Promise<void> {
    return this.#last;
  }

  #queue(answer: () => Promise<Answer>): void {
    if (++this.#waiting === MOST_WAITING) this.peer.pause();
    this.#last = this.#say(this.#last, answer);
  }

  async #say(before: Promise<void>, answer: () => Promise<Answer>): Promise<void> {
    await before;
    this.peer.send(framed(await answer()));
    if (this.#waiting-- === MOST_WAITING) this.peer.resume();
  }
}
