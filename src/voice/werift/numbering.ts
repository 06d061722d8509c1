import { ReplayWindow } from "../replay-window.ts";

/** Sequence numbers have 16 bits, timestamps 32 (RFC 3550 §5.1). */
const NUMBERS = 0x1_00_00;
const TIMES = 0x1_00_00_00_00;
/** Farther away than this a packet is the first of a new row (RFC 3550 §A.1). */
const MAX_DROPOUT = 3000;
const MAX_MISORDER = 100;
/** Samples of Opus in 20 ms. */
const FRAME = 960;

const isNear = (step: number): boolean => step < MAX_DROPOUT || step > NUMBERS - MAX_MISORDER;
const ahead = (from: number, to: number): number => (to - from + NUMBERS) % NUMBERS;

/** How many packets of a stream came, and how many that were numbered did not (RFC 3550 §A.3). */
export class Reception {
  received = 0;
  #lostBefore = 0;
  #row: { ssrc: number; highest: number; expected: number; received: number } | undefined;

  get lost(): number {
    return this.#lostBefore + this.#missing();
  }
  take(ssrc: number, sequence: number): void {
    this.received++;
    const row = this.#row;
    const step = row ? ahead(row.highest, sequence) : 0;
    if (row?.ssrc !== ssrc || !isNear(step)) {
      this.#lostBefore += this.#missing();
      this.#row = { ssrc, highest: sequence, expected: 1, received: 1 };
      return;
    }
    row.received++;
    if (step > NUMBERS / 2) return;
    row.highest = sequence;
    row.expected += step;
  }
  /** What came twice is no gain. */
  #missing(): number {
    return this.#row ? Math.max(0, this.#row.expected - this.#row.received) : 0;
  }
}

/**
 * Numbers and times of what is sent under one SSRC, so that a listener who hears another source in the same place, or the
 * same one from a new beginning, sees them go on. No number is given twice: two packets would be encrypted under one nonce.
 */
export class Renumbering {
  #source: object | undefined;
  #ssrc = 0;
  /** Numbers given are counted on over the end of the 16 bits. The first is of the source that is heard now. */
  #first = -1;
  #highest = -1;
  #timestamp = 0;
  #shift = { sequence: 0, timestamp: 0 };
  readonly #given = new ReplayWindow();

  /** Undefined for a packet that came before, or too late for a number of its own. */
  apply(source: object, of: { readonly ssrc: number; readonly sequenceNumber: number; readonly timestamp: number }) {
    const same = this.#source === source && this.#ssrc === of.ssrc;
    const step = ahead(this.#highest % NUMBERS, (of.sequenceNumber + this.#shift.sequence) % NUMBERS);
    let number = this.#highest + (step < NUMBERS / 2 ? step : step - NUMBERS);
    if (this.#highest === -1) this.#first = number = of.sequenceNumber;
    else if (!same || !isNear(step)) {
      this.#first = number = this.#highest + 1;
      this.#shift = {
        sequence: ahead(of.sequenceNumber, number % NUMBERS),
        timestamp: (this.#timestamp + FRAME - of.timestamp + TIMES) % TIMES,
      };
    }
    this.#source = source;
    this.#ssrc = of.ssrc;
    if (number < this.#first || !this.#given.isFresh(number)) return undefined;
    this.#given.see(number);
    const timestamp = (of.timestamp + this.#shift.timestamp) % TIMES;
    if (number > this.#highest) {
      this.#highest = number;
      this.#timestamp = timestamp;
    }
    return { sequence: number % NUMBERS, timestamp };
  }
}
