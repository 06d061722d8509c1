import type { RTCRtpTransceiver, RtcpPacket, RtcpRrPacket, RtpPacket } from "werift";
import {
  type Direction,
  type Flow,
  type MediaRelay,
  OfferRefused,
  type RelayChange,
  RelayFull,
  type RelayParts,
  type RelaySeat,
  STREAM_NAME,
} from "../../kernel/media-relay.ts";
import { arrangePublication, arrangeSubscription } from "./arrange.ts";
import { type Certificate, newCertificate } from "./certificate.ts";
import { WeriftConnection } from "./connection.ts";
import type { Werift } from "./load-werift.ts";
import { type Offer, readOffer } from "./offer.ts";
import { Publication, Session, Subscription } from "./session.ts";

/** Milliseconds. Browsers send a signed check at least every five seconds (RFC 7675 §5.1). */
const SILENT_FOR = 20_000;
const CONNECTS_WITHIN = 30_000;
const LOOK_AFTER_CONNECTIONS = 5000;
const SENDER_REPORT = 200;
const RECEIVER_REPORT = 201;

/** Forwards with werift's peer connections; `openWeriftRelay` says what it cannot. */
export class WeriftRelay implements MediaRelay {
  readonly #sessions = new Map<string, Session>();
  readonly #silenced = new Set<string>();
  readonly #listeners = new Set<(change: RelayChange) => void>();
  /** Connections whose first offer is being answered, by session. */
  readonly #opening = new Map<WeriftConnection, string>();
  /** Offers that are to be answered yet. */
  readonly #waiting = new Set<{ readonly session: string; left: boolean }>();
  /** The offers of one session are answered one after the other. */
  readonly #turns = new Map<string, Promise<unknown>>();
  readonly #stopLooking: () => void;
  #ended = false;

  constructor(
    private readonly werift: Werift,
    private readonly parts: RelayParts,
  ) {
    this.#stopLooking = parts.timers.every(LOOK_AFTER_CONNECTIONS, () => this.#endSilent());
  }
  get port(): number {
    return this.parts.port;
  }

  async answer(seat: RelaySeat, direction: Direction, text: string): Promise<string> {
    const offer = readOffer(text, direction);
    if (!STREAM_NAME.test(seat.stream)) throw new TypeError("a stream's name is 1 to 64 token characters");
    const before = this.#turns.get(seat.session);
    const waiting = { session: seat.session, left: false };
    this.#waiting.add(waiting);
    const turn = (async () => {
      const keys = await newCertificate(this.werift);
      await before?.catch(() => {});
      this.#waiting.delete(waiting);
      if (waiting.left) throw new OfferRefused("The session has left before its offer was read.");
      return this.#answer(seat, direction, offer, keys);
    })();
    this.#turns.set(seat.session, turn);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(seat.session) === turn) this.#turns.delete(seat.session);
    }
  }
  silence(session: string, silenced: boolean): void {
    if (!silenced) return void this.#silenced.delete(session);
    this.#silenced.add(session);
    const publication = this.#sessions.get(session)?.publication;
    publication?.speech.stop();
  }
  leave(session: string): void {
    this.#silenced.delete(session);
    for (const waiting of this.#waiting) if (waiting.session === session) waiting.left = true;
    for (const [connection, of] of this.#opening) if (of === session) connection.end();
    const found = this.#sessions.get(session);
    if (found) this.#end(found);
  }
  hear(listener: (change: RelayChange) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
  flows(): readonly Flow[] {
    return [...this.#sessions.values()].map(({ flow }) => flow);
  }
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended = true;
    this.#stopLooking();
    for (const connection of this.#opening.keys()) connection.end();
    for (const session of this.#sessions.values()) this.#end(session);
  }

  async #answer(seat: RelaySeat, direction: Direction, offer: Offer, keys: Certificate): Promise<string> {
    if (this.#ended) throw new RelayFull("The relay has ended.");
    const session = this.#sessions.get(seat.session);
    const here = session?.room === seat.room ? session : undefined;
    const former = direction === "publish" ? here?.publication : here?.subscription;
    if (here && former?.connection.continues(offer)) {
      here.stream = seat.stream;
      return former.connection.negotiate(offer, (places) => this.#arrange(former, places));
    }
    const leaving = here ? (former ? 1 : 0) : (session?.connections.length ?? 0);
    if (this.#connections - leaving >= this.parts.most) throw new RelayFull("There are as many connections as there may be.");
    return this.#open(seat, direction, offer, keys);
  }
  /** A connection takes its place when its first offer has been answered; what was there before ends then. */
  async #open(seat: RelaySeat, direction: Direction, offer: Offer, keys: Certificate): Promise<string> {
    const session = new Session(seat.session, seat.room, seat.stream);
    const connection: WeriftConnection = new WeriftConnection(this.werift, this.parts, direction, offer, keys, {
      up: () => this.#up(connection, seat.session),
      down: () => this.#lose(connection, seat.session),
      rtp: (packet) => media instanceof Publication && this.#forward(media, packet),
      rtcp: (packet) => media instanceof Subscription && this.#count(media, packet),
    });
    const media: Publication | Subscription =
      direction === "publish"
        ? new Publication(session, connection, this.parts, (of, speaking) => this.#say(of, speaking))
        : new Subscription(session, connection);
    this.#opening.set(connection, seat.session);
    try {
      return await connection.negotiate(offer, (places) => this.#arrange(media, places));
    } catch (error) {
      connection.end();
      if (media instanceof Subscription) media.silence();
      throw error;
    } finally {
      this.#opening.delete(connection);
      if (!connection.ended) this.#take(media);
    }
  }
  #take(media: Publication | Subscription): void {
    const { id, room } = media.session;
    const there = this.#sessions.get(id);
    if (there && there.room !== room) this.#end(there);
    const session = there?.room === room ? there : media.session;
    session.stream = media.session.stream;
    media.session = session;
    this.#drop(session, media.connection.direction);
    if (media instanceof Publication) session.publication = media;
    else session.subscription = media;
    this.#sessions.set(id, session);
  }
  get #connections(): number {
    return this.#sessions.values().reduce((sum, { connections }) => sum + connections.length, this.#opening.size);
  }

  #arrange(media: Publication | Subscription, places: readonly RTCRtpTransceiver[]): void {
    if (media instanceof Publication) arrangePublication(this.werift, media, places);
    else arrangeSubscription(this.werift, media, places, this.#sessions.values());
  }
  #forward(publication: Publication, packet: RtpPacket): void {
    const { ssrc, sequenceNumber, payloadType, extensions } = packet.header;
    if (payloadType !== publication.payloadType) return;
    publication.reception.take(ssrc, sequenceNumber);
    if (this.#silenced.has(publication.session.id) || !publication.pace.take(this.parts.now())) return;
    const level = extensions.find(({ id }) => id === publication.levelId)?.payload[0];
    if (level !== undefined) publication.speech.hear(level);
    for (const outlet of publication.outlets) outlet.forward(packet, publication);
  }
  #count(subscription: Subscription, packet: RtcpPacket): void {
    if (packet.type !== RECEIVER_REPORT && packet.type !== SENDER_REPORT) return;
    for (const { ssrc, packetsLost } of (packet as RtcpRrPacket).reports) subscription.report(ssrc, packetsLost);
  }
  #say({ session: { id, room } }: Publication, speaking: boolean): void {
    this.#tell({ kind: "speaking", session: id, room, speaking });
  }

  #up(connection: WeriftConnection, id: string): void {
    const session = this.#sessions.get(id);
    if (session?.publication?.connection === connection)
      this.#tell({ kind: "stream", session: id, room: session.room, live: true });
  }
  /** The client has gone by itself. */
  #lose(connection: WeriftConnection, id: string): void {
    if (this.#opening.has(connection)) return connection.end();
    const session = this.#sessions.get(id);
    if (!session?.connections.includes(connection)) return;
    const { direction, isUp } = connection;
    this.#drop(session, direction);
    if (isUp) this.#tell({ kind: "lost", session: id, room: session.room, direction });
  }
  #endSilent(): void {
    const now = this.parts.now();
    for (const session of this.#sessions.values())
      for (const connection of session.connections)
        if (now - connection.heardAt >= (connection.isUp ? SILENT_FOR : CONNECTS_WITHIN)) this.#lose(connection, session.id);
  }
  #end(session: Session): void {
    this.#drop(session, "publish");
    this.#drop(session, "subscribe");
  }
  #drop(session: Session, direction: Direction): void {
    const { publication, subscription } = session;
    if (direction === "publish" && publication) {
      const live = publication.isLive;
      publication.connection.end();
      publication.speech.stop();
      session.dropPublication();
      if (live) this.#tell({ kind: "stream", session: session.id, room: session.room, live: false });
    }
    if (direction === "subscribe" && subscription) {
      subscription.connection.end();
      session.dropSubscription();
    }
    if (session.connections.length === 0 && this.#sessions.get(session.id) === session) this.#sessions.delete(session.id);
  }
  #tell(change: RelayChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}
