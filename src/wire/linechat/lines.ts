/** Bytes of a line that are kept; who writes more in one line is told, and the line is not taken. */
export const LONGEST_LINE = 8192;

const USUAL_LINE = 256;

const LF = 10;
const CR = 13;
const NUL = 0;
const BACKSPACE = 8;
const DELETE = 127;
const KILL = 21;

/**
 * Cuts a stream of bytes into lines. A line ends in LF, CR LF, CR NUL or CR alone (RFC 854; what terminals send in binary mode);
 * characters taken back while typing are taken back here; what is not UTF-8 becomes U+FFFD.
 */
export class Lines {
  /** As large as a line has needed it, and small again after it: most connections say little most of the time. */
  #kept = new Uint8Array(USUAL_LINE);
  #length = 0;
  #tooLong = false;
  #afterCr = false;
  #asInTelnet = false;
  readonly #decoder = new TextDecoder();

  /** @param hear gets each line, or undefined for one that was too long. */
  constructor(private readonly hear: (line: string | undefined) => void) {}

  /** Whether a line has ended in CR LF or CR NUL, as a telnet client ends them, and few others do. */
  get endAsInTelnet(): boolean {
    return this.#asInTelnet;
  }

  feed(piece: Uint8Array): void {
    for (const byte of piece) {
      const afterCr = this.#afterCr;
      this.#afterCr = byte === CR;
      if (byte === CR) this.#end();
      else if (afterCr && (byte === LF || byte === NUL)) this.#asInTelnet = true;
      else if (byte === LF) this.#end();
      else if (byte === BACKSPACE || byte === DELETE) this.#takeBack();
      else if (byte === KILL) this.#length = 0;
      else if (byte === NUL) continue;
      else this.#keep(byte);
    }
  }

  #keep(byte: number): void {
    if (this.#length === LONGEST_LINE) {
      this.#tooLong = true;
      return;
    }
    if (this.#length === this.#kept.length) {
      const larger = new Uint8Array(Math.min(2 * this.#length, LONGEST_LINE));
      larger.set(this.#kept);
      this.#kept = larger;
    }
    this.#kept[this.#length++] = byte;
  }

  /** The stream has ended: what stands without an end is a line too. */
  finish(): void {
    if (this.#length > 0 || this.#tooLong) this.#end();
  }

  #end(): void {
    const line = this.#tooLong ? undefined : this.#decoder.decode(this.#kept.subarray(0, this.#length));
    this.#length = 0;
    this.#tooLong = false;
    if (this.#kept.length > USUAL_LINE) this.#kept = new Uint8Array(USUAL_LINE);
    this.hear(line);
  }

  /** A character of UTF-8 is its last byte and the continuation bytes before it. */
  #takeBack(): void {
    while (this.#length > 0 && (this.#kept[--this.#length]! & 0xc0) === 0x80);
  }
}
