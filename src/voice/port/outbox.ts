import type { Datagrams, UdpSocket } from "./udp-socket.ts";

/** More than any packet that is forwarded. */
const SLOT_LENGTH = 2048;

/** Where what goes to many at once is put together: buffers that are used again for every packet, and one call for all of them. */
export class Outbox {
  readonly #slots: Buffer[] = [];
  readonly #batch: Datagrams = [];

  constructor(readonly socket: Pick<UdpSocket, "sendMany">) {}

  /** Where the next datagram may be written. */
  get slot(): Buffer {
    return (this.#slots[this.#batch.length / 3] ??= Buffer.allocUnsafeSlow(SLOT_LENGTH));
  }
  /** The first `length` bytes of the slot go there. */
  add(length: number, port: number, address: string): void {
    this.#batch.push(this.slot.subarray(0, length), port, address);
  }
  flush(): void {
    if (this.#batch.length > 0) this.socket.sendMany(this.#batch);
    this.#batch.length = 0;
  }
}
