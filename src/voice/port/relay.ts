import { randomInt } from "node:crypto";
import {
  type Direction,
  type Flow,
  type MediaRelay,
  OfferRefused,
  type RelayChange,
  type RelayParts,
  type RelaySeat,
  STREAM_NAME,
} from "../../kernel/media-relay.ts";
import type { Connection, ConnectionEvents } from "./connection.ts";
import { Listener } from "./listener.ts";
import { Outbox } from "./outbox.ts";
import { Publisher } from "./publisher.ts";
import { type AnsweredSection, writeAnswer } from "./sdp-answer.ts";
import { type Offer, readOffer } from "./sdp-offer.ts";
import { Session } from "./session.ts";
import type { Source } from "./source.ts";
import { Transport } from "./transport.ts";

const SWEEP_MS = 1000;
/** Receiver reports go out with every second sweep. */
const SWEEPS_PER_REPORT = 2;

/**
 * The relay on a transport of our own: one UDP port for all, ICE-lite, DTLS 1.2, SRTP with AES-GCM, nothing but Opus.
 * @throws what the system says when the port cannot be bound
 */
export async function openPortRelay(parts: RelayParts): Promise<MediaRelay> {
  const transport = await Transport.open(parts);
  const { port, address } = transport.socket;
  parts.log.info("voice.listening", { host: address, port, addresses: transport.addresses });
  return new PortRelay(parts, transport);
}

class PortRelay implements MediaRelay {
  readonly port: number;
  readonly #outbox: Outbox;
  readonly #sessions = new Map<string, Session>();
  readonly #silenced = new Set<string>();
  readonly #listeners = new Set<(change: RelayChange) => void>();
  readonly #descriptions = new WeakMap<Connection, { readonly id: number; version: number }>();
  readonly #stopSweeping: () => void;
  #sweeps = 0;
  #isOver = false;

  constructor(
    readonly parts: RelayParts,
    readonly transport: Transport,
  ) {
    this.port = transport.socket.port;
    this.#outbox = new Outbox(transport.socket);
    this.#stopSweeping = parts.timers.every(SWEEP_MS, () => this.#sweep());
  }

  async answer(seat: RelaySeat, direction: Direction, text: string): Promise<string> {
    if (this.#isOver) throw new Error("The relay has ended.");
    if (!STREAM_NAME.test(seat.stream)) throw new OfferRefused("A stream is named by 1 to 64 token characters.");
    const offer = readOffer(text);
    if (offer.sections.every(({ opus }) => opus === undefined))
      throw new OfferRefused("The offer has no audio section with Opus at 48000 Hz and two channels.");
    const connection = this.#connectionFor(seat, direction, offer);
    const session = this.#sessions.get(seat.session)!;
    const sections =
      direction === "publish" ? session.publish!.answer(offer) : session.subscribe!.answer(offer, this.#sourcesFor(session));
    return this.#describe(connection, sections);
  }

  silence(session: string, silenced: boolean): void {
    if (silenced) this.#silenced.add(session);
    else this.#silenced.delete(session);
    this.#sessions.get(session)?.publish?.silence(silenced);
  }

  leave(id: string): void {
    this.#silenced.delete(id);
    const session = this.#sessions.get(id);
    if (session) this.#end(session);
  }

  hear(listener: (change: RelayChange) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  flows(): readonly Flow[] {
    return [...this.#sessions.values()].map(({ flow }) => flow);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    this.#listeners.clear();
    this.#stopSweeping();
    for (const session of [...this.#sessions.values()]) this.#end(session);
    this.transport.close();
  }

  /** The connection the offer is about: the one there is, when it is of the same client, and else a new one in its place. */
  #connectionFor(seat: RelaySeat, direction: Direction, offer: Offer): Connection {
    const former = this.#sessions.get(seat.session);
    const hasMoved = former !== undefined && former.room !== seat.room;
    const current = hasMoved ? undefined : former?.[direction];
    if (current?.connection.fingerprint === offer.fingerprint) {
      if (current instanceof Publisher) current.stream = seat.stream;
      this.transport.reoffer(current.connection, offer);
      return current.connection;
    }
    const leaving = hasMoved ? former.connections : Number(current !== undefined);
    const connection: Connection = this.transport.connect(
      offer,
      this.#eventsOf(seat, direction, () => connection),
      leaving,
    );
    if (hasMoved) this.#end(former);
    const session = this.#sessions.get(seat.session) ?? new Session(seat.session, seat.room);
    this.#sessions.set(seat.session, session);
    this.#drop(session, direction);
    if (direction === "subscribe") session.subscribe = new Listener(connection);
    else session.publish = this.#publisher(connection, seat);
    return connection;
  }

  #publisher(connection: Connection, { session, room, stream }: RelaySeat): Publisher {
    return new Publisher(connection, session, stream, this.#silenced.has(session), {
      now: this.parts.now,
      timers: this.parts.timers,
      outbox: this.#outbox,
      live: (live) => this.#tell({ kind: "stream", session, room, live }),
      speaking: (speaking) => this.#tell({ kind: "speaking", session, room, speaking }),
    });
  }

  #eventsOf({ session: id, room }: RelaySeat, direction: Direction, connection: () => Connection): ConnectionEvents {
    const current = () => {
      const peer = this.#sessions.get(id)?.[direction];
      return peer?.connection === connection() ? peer : undefined;
    };
    return {
      up: () => current()?.up(),
      media: (packet, receiver) => current()?.receive(packet, receiver) ?? false,
      ended: (why, wasUp) => {
        const session = current() && this.#sessions.get(id);
        if (!session) return;
        this.parts.log[wasUp ? "debug" : "info"](wasUp ? "voice.lost" : "voice.refused", { session: id, direction, why });
        this.#drop(session, direction);
        this.#forgetIfGone(session);
        if (wasUp) this.#tell({ kind: "lost", session: id, room, direction });
      },
    };
  }

  /** What a session can hear: everybody else in its room, in the order they came. */
  #sourcesFor({ id, room }: Session): Source[] {
    return [...this.#sessions.values()]
      .filter((other) => other.id !== id && other.room === room)
      .flatMap(({ publish }) => publish?.source ?? []);
  }

  #describe(connection: Connection, sections: readonly AnsweredSection[]): string {
    const description = this.#descriptions.get(connection) ?? { id: randomInt(1, 2 ** 47), version: 0 };
    this.#descriptions.set(connection, description);
    return writeAnswer({
      id: description.id,
      version: ++description.version,
      fragment: connection.credentials.fragment,
      password: connection.credentials.password,
      fingerprint: connection.parts.identity.fingerprint,
      addresses: this.transport.addresses,
      port: this.port,
      sections,
    });
  }

  #end(session: Session): void {
    this.#drop(session, "publish");
    this.#drop(session, "subscribe");
    this.#forgetIfGone(session);
  }

  #drop(session: Session, direction: Direction): void {
    const peer = session[direction];
    if (!peer) return;
    this.transport.drop(peer.connection);
    peer.end();
    session.forget(direction);
  }

  #forgetIfGone(session: Session): void {
    if (session.connections === 0) this.#sessions.delete(session.id);
  }

  #sweep(): void {
    this.transport.sweep();
    if (++this.#sweeps % SWEEPS_PER_REPORT === 0) for (const { publish } of this.#sessions.values()) publish?.report();
  }

  #tell(change: RelayChange): void {
    for (const listener of [...this.#listeners])
      try {
        listener(change);
      } catch (why) {
        // It is told in the middle of a packet's way, which is to go on.
        this.parts.log.error("voice.listener-failed", { error: why });
      }
  }
}
