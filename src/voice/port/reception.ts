import type { ReportBlock, SenderClock } from "./rtcp.ts";

/** Ticks a millisecond of Opus in RTP (RFC 7587 §4.1). */
const TICKS_PER_MS = 48;

/** What came of one source of RTP (RFC 3550 §6.4.1, A.3, A.8). */
export class Reception {
  received = 0;
  #first = -1;
  #highest = -1;
  #transit: number | undefined;
  #jitter = 0;
  #clock: { readonly middle: number; readonly at: number } | undefined;
  #reported = { expected: 0, received: 0 };

  constructor(readonly ssrc: number) {}

  /** A packet that came for the first time. */
  count(index: number, timestamp: number, now: number): void {
    this.received++;
    if (this.#first === -1 || index < this.#first) this.#first = index;
    if (index > this.#highest) this.#highest = index;
    const transit = (now * TICKS_PER_MS - timestamp) | 0;
    if (this.#transit !== undefined) this.#jitter += (Math.abs((transit - this.#transit) | 0) - this.#jitter) / 16;
    this.#transit = transit;
  }

  hearClock({ ntpHigh, ntpLow }: SenderClock, now: number): void {
    this.#clock = { middle: (((ntpHigh & 0xffff) << 16) | (ntpLow >>> 16)) >>> 0, at: now };
  }

  /** How many of those it numbered never came. */
  get lost(): number {
    return this.#expected - this.received;
  }

  get #expected(): number {
    return this.#highest === -1 ? 0 : this.#highest - this.#first + 1;
  }

  /** For the next receiver report. */
  block(now: number): ReportBlock {
    const expected = this.#expected - this.#reported.expected;
    const lost = Math.max(0, expected - (this.received - this.#reported.received));
    this.#reported = { expected: this.#expected, received: this.received };
    return {
      ssrc: this.ssrc,
      fraction: expected > 0 ? Math.min(255, Math.floor((lost * 256) / expected)) : 0,
      lost: this.lost,
      highest: this.#highest,
      jitter: Math.floor(this.#jitter),
      lastReport: this.#clock?.middle ?? 0,
      sinceLastReport: this.#clock ? Math.floor(((now - this.#clock.at) * 65_536) / 1000) : 0,
    };
  }
}
