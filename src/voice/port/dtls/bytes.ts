/** Numbers and vectors as TLS has them on the wire (RFC 5246 §4). */
export const u8 = (value: number): Buffer => Buffer.from([value]);
export const u16 = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff]);
export const u24 = (value: number): Buffer => Buffer.from([value >> 16, (value >> 8) & 0xff, value & 0xff]);
export const vector8 = (bytes: Buffer): Buffer => Buffer.concat([u8(bytes.length), bytes]);
export const vector16 = (bytes: Buffer): Buffer => Buffer.concat([u16(bytes.length), bytes]);
export const vector24 = (bytes: Buffer): Buffer => Buffer.concat([u24(bytes.length), bytes]);

/** Reads a message from its start; whoever reads past its end gets a RangeError. */
export class Reader {
  #at = 0;
  constructor(readonly bytes: Buffer) {}

  get isAtEnd(): boolean {
    return this.#at === this.bytes.length;
  }
  take(length: number): Buffer {
    if (this.#at + length > this.bytes.length) throw new RangeError("a message ends too early");
    this.#at += length;
    return this.bytes.subarray(this.#at - length, this.#at);
  }
  u8(): number {
    return this.take(1)[0]!;
  }
  u16(): number {
    return this.take(2).readUInt16BE(0);
  }
  u24(): number {
    return this.take(3).readUIntBE(0, 3);
  }
  vector8(): Reader {
    return new Reader(this.take(this.u8()));
  }
  vector16(): Reader {
    return new Reader(this.take(this.u16()));
  }
  vector24(): Reader {
    return new Reader(this.take(this.u24()));
  }
  /** All that is left, as numbers of 16 bits. */
  allU16(): number[] {
    const all: number[] = [];
    while (!this.isAtEnd) all.push(this.u16());
    return all;
  }
}
