import { randomInt } from "node:crypto";
import type { Connection } from "./connection.ts";
import type { Outbox } from "./outbox.ts";
import { senderReport, type SenderClock } from "./rtcp.ts";
import { PLAIN_HEADER, type RtpHeader } from "./rtp.ts";

/** A new listener does not begin so few packets before the sequence numbers start over. See `Link.base`. */
const TOO_CLOSE_TO_ROLLOVER = 128;
const LONGEST_PACKET = 1500;
/** Sender reports are passed on at most so often. */
const REPORT_EVERY_MS = 1000;

/** One listener of a source. */
export interface Link {
  readonly source: Source;
  readonly connection: Pick<Connection, "sender" | "address" | "port" | "send">;
  /** What the listener calls Opus. */
  payloadType: number;
  /**
   * The source's rollover counter when this listener got its first packet: it begins to count at 0 then. If the packets before a
   * rollover were all lost, it would never know of it, and understand nothing. It stays for as long as both live, because with the
   * counter the keys would repeat.
   */
  base: number | undefined;
  packets: number;
  octets: number;
  /** As the listener reported. */
  missed: number;
}

/** The one packet that is being forwarded, as all listeners of it get it before it is encrypted for each. */
const plain = Buffer.allocUnsafeSlow(LONGEST_PACKET);

let nextSsrc = randomInt(0, 2 ** 32);
/**
 * Never the same again: a listener keeps its keys for as long as its connection lasts, and a source under an SSRC that it has heard before
 * would be encrypted under numbers that were used. Random ones meet after some ten thousand.
 */
const freshSsrc = (): number => (nextSsrc = (nextSsrc + 1) >>> 0);

/** What one session sends, as the others hear it: under an SSRC and sequence numbers that are the relay's own. */
export class Source {
  readonly ssrc = freshSsrc();
  readonly track = `audio-${this.ssrc.toString(16)}`;
  isOver = false;
  readonly #links = new Set<Link>();
  /** The SSRC it has at the publisher, the first index under it that counts, and what is added to get ours. */
  #incoming: { readonly ssrc: number; readonly first: number; readonly shift: number } | undefined;
  /** The highest index given so far. It begins low, far from a rollover. */
  #highest = randomInt(0, 32_768);
  #reportedAt = -Infinity;

  constructor(
    readonly session: string,
    /** The `msid` stream it is known by. */
    readonly stream: string,
  ) {}

  /** Whoever heard it before goes on where it was. */
  add(link: Link): void {
    this.#links.add(link);
  }
  remove(link: Link): void {
    this.#links.delete(link);
  }
  end(): void {
    this.isOver = true;
    this.#links.clear();
  }

  /** After a pause the numbers go on without a gap. */
  pause(): void {
    this.#incoming = undefined;
  }

  /**
   * Sends a packet to all listeners. Each `index` of an SSRC may be given once only, as `SrtpReceiver` takes care of: then every index
   * of ours is used once too, which is what the encryption stands on.
   */
  forward(header: RtpHeader, payload: Buffer, index: number, outbox: Outbox): void {
    const length = PLAIN_HEADER + payload.length;
    if (length > LONGEST_PACKET) return;
    if (this.#incoming?.ssrc !== header.ssrc)
      this.#incoming = { ssrc: header.ssrc, first: index, shift: this.#highest + 1 - index };
    // What is older than the first could only get a number that was given before.
    if (index < this.#incoming.first) return;
    const ours = index + this.#incoming.shift;
    if (ours > this.#highest) this.#highest = ours;
    const sequence = ours % 65_536;
    const rollover = (ours - sequence) / 65_536;
    const marker = header.marker ? 0x80 : 0;
    plain[0] = header.padded ? 0xa0 : 0x80;
    plain.writeUInt16BE(sequence, 2);
    plain.writeUInt32BE(header.timestamp, 4);
    plain.writeUInt32BE(this.ssrc, 8);
    plain.set(payload, PLAIN_HEADER);
    const packet = plain.subarray(0, length);
    for (const link of this.#links) {
      const { sender, address, port } = link.connection;
      if (!sender || address === undefined) continue;
      if (link.base === undefined) {
        if (sequence >= 65_536 - TOO_CLOSE_TO_ROLLOVER) continue;
        link.base = rollover;
      }
      if (rollover < link.base) continue;
      packet[1] = marker | link.payloadType;
      outbox.add(sender.protect(packet, PLAIN_HEADER, this.ssrc, rollover - link.base, sequence, outbox.slot), port, address);
      link.packets++;
      link.octets += payload.length;
    }
    outbox.flush();
  }

  /** Passes on when the publisher says it sent which timestamp. Timestamps are not changed on the way. */
  report(clock: SenderClock, now: number, send: (link: Link, report: Buffer) => void): void {
    if (now - this.#reportedAt < REPORT_EVERY_MS) return;
    this.#reportedAt = now;
    for (const link of this.#links) send(link, senderReport(this.ssrc, clock, link.packets, link.octets, this.stream));
  }
}
