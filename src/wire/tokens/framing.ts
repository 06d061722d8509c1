/** Ends a request. The reference program splits on NUL alone and its documentation says either, so both do. */
const NUL = 0x00;
const NEWLINE = 0x0a;

/** More than may be in one request came without an end. */
export class TooLong extends Error {
  override name = "TooLong";
  constructor(readonly max: number) {
    super(`a request of more than ${max} bytes`);
  }
}

/** Cuts a stream of bytes into requests, each ended by a NUL byte or a newline. What is blank between two ends is none. */
export class Splitter {
  #held: Uint8Array[] = [];
  #length = 0;

  /** @param max bytes of one request without its end */
  constructor(private readonly max: number) {}

  /** The requests that end in this piece. @throws {TooLong} after those that end before the one that is too long. */
  *push(piece: Uint8Array): Generator<Uint8Array> {
    let from = 0;
    for (let at = 0; at < piece.length; at++) {
      if (piece[at] !== NUL && piece[at] !== NEWLINE) continue;
      this.#keep(piece.subarray(from, at));
      from = at + 1;
      const request = this.#take();
      if (!isBlank(request)) yield request;
    }
    this.#keep(piece.subarray(from));
  }

  /** What came last without an end, when no more will come. */
  *rest(): Generator<Uint8Array> {
    const request = this.#take();
    if (!isBlank(request)) yield request;
  }

  #keep(part: Uint8Array): void {
    if (part.length === 0) return;
    this.#length += part.length;
    if (this.#length > this.max) throw new TooLong(this.max);
    // The piece belongs to the socket, which may use it again.
    this.#held.push(part.slice());
  }

  #take(): Uint8Array {
    const [only = new Uint8Array()] = this.#held;
    const all = this.#held.length > 1 ? Buffer.concat(this.#held) : only;
    this.#held = [];
    this.#length = 0;
    return all;
  }
}

const isBlank = (request: Uint8Array): boolean => request.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);

/** An answer as it is sent: readers of lines and readers of NULs both see an end. */
export const framed = (answer: unknown): string => `${JSON.stringify(answer)}\n\0`;
