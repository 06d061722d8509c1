import type { RTCRtpTransceiver, RtpHeader, RtpPacket } from "werift";
import type { Flow, RelayParts } from "../../kernel/media-relay.ts";
import type { WeriftConnection } from "./connection.ts";
import type { Werift } from "./load-werift.ts";
import { Reception, Renumbering } from "./numbering.ts";
import { Speech } from "../speech.ts";

/** Packets that one session may have forwarded a second: Opus has at most 400, of 2.5 ms each. */
const MOST_PER_SECOND = 1000;
/** Losses are a signed number of 24 bits; below nothing is what came twice (RFC 3550 §6.4.1). */
const MOST_LOST = 0x7f_ff_ff;

/** How many packets a second go on to the listeners: each costs as many as there are listeners. */
class PacketPace {
  #second = 0;
  #taken = 0;
  take(now: number): boolean {
    const second = Math.floor(now / 1000);
    if (second !== this.#second) this.#taken = 0;
    this.#second = second;
    return ++this.#taken <= MOST_PER_SECOND;
  }
}

/** What a session sends. */
export class Publication {
  readonly reception = new Reception();
  readonly pace = new PacketPace();
  /** Where it is heard. */
  readonly outlets = new Set<Outlet>();
  payloadType: number | undefined;
  /** Of the extension with the level of the sound (RFC 6464), if the client sends it. */
  levelId: number | undefined;
  readonly speech: Speech;
  constructor(
    public session: Session,
    readonly connection: WeriftConnection,
    parts: Pick<RelayParts, "now" | "timers">,
    speaks: (publication: Publication, speaking: boolean) => void,
  ) {
    this.speech = new Speech(parts, (speaking) => speaks(this, speaking));
  }

  /** Takes its part from an answered m-line. */
  takeFrom({ codecs, headerExtensions }: RTCRtpTransceiver, levelUri: string): void {
    this.payloadType = codecs[0]?.payloadType;
    this.levelId = headerExtensions.find(({ uri }) => uri === levelUri)?.id;
  }
  get isLive(): boolean {
    return this.connection.isUp && !this.connection.ended;
  }
}

/** One place in which a session hears: an m-line of its own. */
export class Outlet {
  publication: Publication | undefined;
  readonly #numbers = new Renumbering();
  readonly #header: RtpHeader;
  /** Packets it missed, as it says. */
  missed = 0;
  constructor(
    werift: Werift,
    readonly subscription: Subscription,
    readonly transceiver: RTCRtpTransceiver,
  ) {
    this.#header = new werift.RtpHeader({ ssrc: transceiver.sender.ssrc });
  }
  /** What is heard here from now on. */
  play(publication: Publication | undefined): void {
    if (this.publication !== publication) {
      this.publication?.outlets.delete(this);
      this.publication = publication;
      publication?.outlets.add(this);
    }
    this.transceiver.sender.streamIds = publication ? [publication.session.stream] : [];
    this.transceiver.setDirection(publication ? "sendonly" : "inactive");
  }
  /** The publisher's header extensions mean nothing here, and one of them would name the m-line of the publisher. */
  forward({ header, payload }: RtpPacket, source: object): void {
    const { connection } = this.subscription;
    const payloadType = this.transceiver.codecs[0]?.payloadType;
    const { transport } = connection;
    if (!connection.isUp || !transport || payloadType === undefined) return;
    const numbers = this.#numbers.apply(source, header);
    if (!numbers) return;
    this.#header.payloadType = payloadType;
    this.#header.marker = header.marker;
    this.#header.sequenceNumber = numbers.sequence;
    this.#header.timestamp = numbers.timestamp;
    this.subscription.sent++;
    void transport.sendRtp(payload, this.#header);
  }
}

/** What a session hears. */
export class Subscription {
  /** By the m-line's `mid`. */
  readonly outlets = new Map<string, Outlet>();
  sent = 0;
  constructor(
    public session: Session,
    readonly connection: WeriftConnection,
  ) {}
  outletAt(werift: Werift, place: RTCRtpTransceiver): Outlet {
    const mid = place.mid!;
    const outlet = this.outlets.get(mid) ?? new Outlet(werift, this, place);
    this.outlets.set(mid, outlet);
    return outlet;
  }
  /** What the client says of its reception. */
  report(ssrc: number, lost: number): void {
    for (const outlet of this.outlets.values())
      if (outlet.transceiver.sender.ssrc === ssrc && lost <= MOST_LOST) outlet.missed = Math.max(outlet.missed, lost);
  }
  /** Nothing is heard any more. */
  silence(): void {
    for (const outlet of this.outlets.values()) outlet.publication?.outlets.delete(outlet);
  }
  get missed(): number {
    return this.outlets.values().reduce((sum, { missed }) => sum + missed, 0);
  }
}

/** A session with one or two connections, in one room. */
export class Session {
  publication: Publication | undefined;
  subscription: Subscription | undefined;
  /** Of connections that others have taken the place of. */
  #before = { received: 0, lost: 0, sent: 0, missed: 0 };
  constructor(
    readonly id: string,
    readonly room: string,
    public stream: string,
  ) {}

  get connections(): WeriftConnection[] {
    return [this.publication, this.subscription].flatMap((one) => (one ? [one.connection] : []));
  }
  /** Forgets a direction, but not what was counted in it. */
  dropPublication(): void {
    const { reception, outlets } = this.publication!;
    this.#before.received += reception.received;
    this.#before.lost += reception.lost;
    for (const outlet of outlets) outlet.publication = undefined;
    this.publication = undefined;
  }
  dropSubscription(): void {
    const { sent, missed } = this.subscription!;
    this.#before.sent += sent;
    this.#before.missed += missed;
    this.subscription!.silence();
    this.subscription = undefined;
  }
  get flow(): Flow {
    const { publication, subscription } = this;
    const before = this.#before;
    return {
      session: this.id,
      room: this.room,
      speaking: publication?.speech.isOn ?? false,
      received: before.received + (publication?.reception.received ?? 0),
      lost: before.lost + (publication?.reception.lost ?? 0),
      sent: before.sent + (subscription?.sent ?? 0),
      missed: before.missed + (subscription?.missed ?? 0),
    };
  }
}
