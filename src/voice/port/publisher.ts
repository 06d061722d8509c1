import { randomBytes } from "node:crypto";
import type { Timers } from "../../kernel/clock.ts";
import { Allowance } from "./allowance.ts";
import type { Connection } from "./connection.ts";
import type { Outbox } from "./outbox.ts";
import { Reception } from "./reception.ts";
import { readReports, receiverReport } from "./rtcp.ts";
import { emptyRtpHeader, extensionByte, isRtcp, readRtpHeader } from "./rtp.ts";
import type { AnsweredSection } from "./sdp-answer.ts";
import type { Offer, OfferedSection } from "./sdp-offer.ts";
import { Speech } from "../speech.ts";
import { Source } from "./source.ts";
import type { SrtpReceiver } from "./srtp.ts";

export interface PublisherParts {
  readonly now: () => number;
  readonly timers: Timers;
  readonly outbox: Outbox;
  /** Can be heard now, or no more. */
  readonly live: (live: boolean) => void;
  readonly speaking: (speaking: boolean) => void;
}

const sends = ({ refused, opus, direction }: OfferedSection): boolean =>
  !refused && opus !== undefined && (direction === "sendonly" || direction === "sendrecv");

/** Filled again for every packet. */
const header = emptyRtpHeader();

/** What one session sends: a microphone, on the first section of its offer that sends sound. */
export class Publisher {
  /** Undefined while nothing can be heard. */
  source: Source | undefined;
  readonly #speech: Speech;
  readonly #allowance: Allowance;
  readonly #ssrc = randomBytes(4).readUInt32BE(0);
  #section: OfferedSection | undefined;
  /** Of the source that sends now, and what those before it came to. */
  #reception: Reception | undefined;
  #past = { received: 0, lost: 0 };

  constructor(
    readonly connection: Connection,
    readonly session: string,
    public stream: string,
    public isSilenced: boolean,
    readonly parts: PublisherParts,
  ) {
    this.#speech = new Speech(parts, parts.speaking);
    this.#allowance = new Allowance(parts.now());
  }

  get isSpeaking(): boolean {
    return this.#speech.isOn;
  }
  get received(): number {
    return this.#past.received + (this.#reception?.received ?? 0);
  }
  get lost(): number {
    return this.#past.lost + (this.#reception?.lost ?? 0);
  }

  answer({ sections }: Offer): AnsweredSection[] {
    this.#section = sections.find((one) => one.mid === this.#section?.mid && sends(one)) ?? sections.find(sends);
    this.#settle();
    return sections.map((offered) => ({ offered, direction: offered === this.#section ? "recvonly" : "inactive" }));
  }

  /** The connection is up, or up again with other keys: whatever comes now is another stream. */
  up(): void {
    this.#endSource();
    this.#forgetReception();
    this.#settle();
  }

  silence(silenced: boolean): void {
    this.isSilenced = silenced;
    if (!silenced) return;
    this.source?.pause();
    this.#speech.stop();
  }

  /** The connection is gone. */
  end(): void {
    this.#endSource();
  }

  /** Whether it was authentic. */
  receive(packet: Buffer, receiver: SrtpReceiver): boolean {
    if (!isRtcp(packet)) return this.#receiveMedia(packet, receiver);
    const plain = receiver.unprotectRtcp(packet);
    if (plain) this.#receiveReports(plain);
    return plain !== undefined;
  }

  /** Tells the client how well it is heard. */
  report(): void {
    const { sender } = this.connection;
    if (!sender || !this.#reception) return;
    const block = this.#reception.block(this.parts.now());
    this.connection.send(sender.protectRtcp(receiverReport(this.#ssrc, block, this.stream)));
  }

  #receiveMedia(packet: Buffer, receiver: SrtpReceiver): boolean {
    if (!this.source || !readRtpHeader(packet, header) || header.payloadType !== this.#section?.opus) return false;
    const opened = receiver.unprotect(packet, header);
    if (!opened) return false;
    const now = this.parts.now();
    if (this.#reception?.ssrc !== header.ssrc) {
      this.#forgetReception();
      this.#reception = new Reception(header.ssrc);
    }
    this.#reception.count(opened.index, header.timestamp, now);
    if (!this.#allowance.take(packet.length, now) || this.isSilenced) return true;
    const { levelId } = this.#section;
    const level = levelId === undefined ? undefined : extensionByte(packet, header, levelId);
    if (level !== undefined) this.#speech.hear(level);
    this.source.forward(header, opened.payload, opened.index, this.parts.outbox);
    return true;
  }

  #receiveReports(packet: Buffer): void {
    const now = this.parts.now();
    for (const { ssrc, clock } of readReports(packet)) {
      if (!clock || ssrc !== this.#reception?.ssrc) continue;
      this.#reception.hearClock(clock, now);
      if (this.isSilenced) continue;
      this.source?.report(clock, now, ({ connection }, report) => {
        if (connection.sender) connection.send(connection.sender.protectRtcp(report));
      });
    }
  }

  /** There is a source exactly while the connection is up and a section of it sends. */
  #settle(): void {
    const isLive = this.connection.isUp && this.#section !== undefined;
    if (!isLive) this.#endSource();
    else if (!this.source) {
      this.source = new Source(this.session, this.stream);
      this.parts.live(true);
    }
  }

  #endSource(): void {
    if (!this.source) return;
    this.#speech.stop();
    this.source.end();
    this.source = undefined;
    this.parts.live(false);
  }

  #forgetReception(): void {
    this.#past = { received: this.received, lost: this.lost };
    this.#reception = undefined;
  }
}
