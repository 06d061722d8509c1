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
 * same one from a new beginning, sees them go on.
 */
export class Renumbering {
  #source: object | undefined;
  #ssrc = 0;
  #sequence = -1;
  #timestamp = 0;
  #shift = { sequence: 0, timestamp: 0 };

  apply(source: object, of: { readonly ssrc: number; readonly sequenceNumber: number; readonly timestamp: number }) {
    const begun = this.#sequence >= 0;
    const same = this.#source === source && this.#ssrc === of.ssrc;
    const sequence = (of.sequenceNumber + this.#shift.sequence) % NUMBERS;
    const step = ahead(this.#sequence, sequence);
    if (begun && (!same || !isNear(step))) {
      this.#shift = {
        sequence: ahead(of.sequenceNumber, this.#sequence + 1),
        timestamp: (this.#timestamp + FRAME - of.timestamp + TIMES) % TIMES,
      };
    }
    this.#source = source;
    this.#ssrc = of.ssrc;
    const sent = {
      sequence: (of.sequenceNumber + this.#shift.sequence) % NUMBERS,
      timestamp: (of.timestamp + this.#shift.timestamp) % TIMES,
    };
    if (!begun || ahead(this.#sequence, sent.sequence) < NUMBERS / 2) {
      this.#sequence = sent.sequence;
      this.#timestamp = sent.timestamp;
    }
    return sent;
  }
}
