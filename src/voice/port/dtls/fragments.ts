// Handshake messages in pieces (RFC 6347 §4.2.3).
import { Reader, u16, u24, u8 } from "./bytes.ts";

/** A client's certificate is the longest that is expected. */
const LONGEST_MESSAGE = 8192;
/** Messages that may come before those they follow. */
const FARTHEST_AHEAD = 8;

export interface HandshakeMessage {
  readonly type: number;
  readonly epoch: number;
  readonly body: Buffer;
  /** As it counts for the transcript: in one piece. */
  readonly raw: Buffer;
}

interface Partial {
  readonly type: number;
  readonly epoch: number;
  readonly body: Buffer;
  readonly have: Uint8Array;
  missing: number;
}

export const handshakeMessage = (type: number, number: number, body: Buffer): Buffer =>
  Buffer.concat([u8(type), u24(body.length), u16(number), u24(0), u24(body.length), body]);

/** Puts messages together and gives them in order. */
export class Fragments {
  #next = 0;
  readonly #partial = new Map<number, Partial>();

  /**
   * Takes a record's fragments. True when one of them belongs to a message that was given before: the peer has not heard our answer.
   * @throws Error when they contradict each other or are too long
   */
  add(record: Buffer, epoch: number): boolean {
    const reader = new Reader(record);
    let old = false;
    while (!reader.isAtEnd) {
      const type = reader.u8();
      const length = reader.u24();
      const number = reader.u16();
      const offset = reader.u24();
      const fragment = reader.take(reader.u24());
      if (length > LONGEST_MESSAGE || offset + fragment.length > length) throw new Error("a handshake message is too long");
      if (number < this.#next) old = true;
      else if (number < this.#next + FARTHEST_AHEAD) this.#keep(number, { type, epoch, length, offset, fragment });
    }
    return old;
  }

  #keep(number: number, part: { type: number; epoch: number; length: number; offset: number; fragment: Buffer }): void {
    const { type, epoch, length, offset, fragment } = part;
    let partial = this.#partial.get(number);
    if (!partial) {
      partial = { type, epoch, body: Buffer.alloc(length), have: new Uint8Array(length), missing: length };
      this.#partial.set(number, partial);
    }
    if (partial.type !== type || partial.epoch !== epoch || partial.body.length !== length)
      throw new Error("the pieces of a handshake message contradict each other");
    fragment.copy(partial.body, offset);
    for (let at = offset; at < offset + fragment.length; at++) {
      if (partial.have[at] === 0) partial.missing--;
      partial.have[at] = 1;
    }
  }

  /** The next message, when it is complete. */
  next(): HandshakeMessage | undefined {
    const partial = this.#partial.get(this.#next);
    if (!partial || partial.missing > 0) return undefined;
    this.#partial.delete(this.#next);
    const { type, epoch, body } = partial;
    return { type, epoch, body, raw: handshakeMessage(type, this.#next++, body) };
  }
}
