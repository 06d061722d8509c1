const SIZE = 64;

/** Which of the last 64 numbers have been seen (RFC 3711 §3.3.2): what was, or is older than they are, is a replay. */
export class ReplayWindow {
  /** The highest number that was seen; -1 before the first. */
  highest = -1;
  /** Bit n of the two halves: `highest - n` was seen. */
  #low = 0;
  #high = 0;

  /** To be asked before the packet is decrypted. */
  isFresh(number: number): boolean {
    const behind = this.highest - number;
    if (behind < 0 || this.highest === -1) return true;
    if (behind >= SIZE) return false;
    return ((behind < 32 ? this.#low >>> behind : this.#high >>> (behind - 32)) & 1) === 0;
  }

  /** To be said once the packet has proved to be authentic. */
  see(number: number): void {
    const ahead = number - this.highest;
    if (this.highest === -1 || ahead >= SIZE) {
      this.#low = 1;
      this.#high = 0;
    } else if (ahead > 0) {
      this.#shift(ahead);
      this.#low |= 1;
    } else if (ahead > -32) this.#low |= 1 << -ahead;
    else this.#high |= 1 << (-ahead - 32);
    if (this.highest === -1 || ahead > 0) this.highest = number;
  }

  #shift(by: number): void {
    if (by >= 32) {
      this.#high = this.#low << (by - 32);
      this.#low = 0;
    } else {
      this.#high = (this.#high << by) | (this.#low >>> (32 - by));
      this.#low <<= by;
    }
  }
}
