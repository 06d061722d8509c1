/** What one publisher may send: Opus in frames of 10 ms is 100 packets a second, at its best quality 64 kB. */
const PACKETS_PER_SECOND = 200;
const BYTES_PER_SECOND = 128 * 1024;

/** A second's worth may come at once; what is beyond is not forwarded. */
export class Allowance {
  #packets = PACKETS_PER_SECOND;
  #bytes = BYTES_PER_SECOND;
  #at: number;

  constructor(now: number) {
    this.#at = now;
  }

  /** Whether a packet of that length is within it. */
  take(length: number, now: number): boolean {
    const seconds = Math.max(0, now - this.#at) / 1000;
    this.#at = now;
    this.#packets = Math.min(PACKETS_PER_SECOND, this.#packets + seconds * PACKETS_PER_SECOND);
    this.#bytes = Math.min(BYTES_PER_SECOND, this.#bytes + seconds * BYTES_PER_SECOND);
    if (this.#packets < 1 || this.#bytes < length) return false;
    this.#packets--;
    this.#bytes -= length;
    return true;
  }
}
