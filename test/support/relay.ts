import {
  type Direction,
  type Flow,
  type MediaRelay,
  OfferRefused,
  type RelayChange,
  RelayFull,
  type RelaySeat,
} from "../../src/kernel/media-relay.ts";

/** A relay without a network: it keeps what it is told, and says what a test lets it say. The offer `nonsense` it refuses, and `late` is one too many. */
export class FakeRelay implements MediaRelay {
  readonly port = 7000;
  readonly seats = new Map<string, RelaySeat & { readonly offers: Map<Direction, string> }>();
  readonly silenced = new Set<string>();
  /** What was measured of a session, besides nothing. */
  readonly measured = new Map<string, Partial<Flow>>();
  /** How often it was asked for its flows. */
  asked = 0;
  #listeners = new Set<(change: RelayChange) => void>();
  #gate: { readonly asked: PromiseWithResolvers<void>; readonly open: PromiseWithResolvers<void> } | undefined;

  /** From now on answers wait until the gate is opened; `asked` resolves when the first does. */
  hold(): { readonly asked: Promise<void>; open(): void } {
    const { asked, open } = (this.#gate = { asked: Promise.withResolvers(), open: Promise.withResolvers() });
    return { asked: asked.promise, open: open.resolve };
  }
  async answer(seat: RelaySeat, direction: Direction, offer: string): Promise<string> {
    if (offer === "nonsense") throw new OfferRefused("It has no audio.");
    if (offer === "late") throw new RelayFull();
    this.#gate?.asked.resolve();
    await this.#gate?.open.promise;
    const before = this.seats.get(seat.session);
    const offers = before?.room === seat.room ? before.offers : new Map<Direction, string>();
    this.seats.set(seat.session, { ...seat, offers: offers.set(direction, offer) });
    return `answer to ${offer}`;
  }
  silence(session: string, silenced: boolean): void {
    if (silenced) this.silenced.add(session);
    else this.silenced.delete(session);
  }
  leave(session: string): void {
    this.seats.delete(session);
    this.silenced.delete(session);
    this.measured.delete(session);
  }
  hear(listener: (change: RelayChange) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
  flows(): readonly Flow[] {
    this.asked++;
    return [...this.seats.values()].map(({ session, room }) => ({
      session,
      room,
      speaking: false,
      received: 0,
      lost: 0,
      sent: 0,
      missed: 0,
      ...this.measured.get(session),
    }));
  }
  say(change: RelayChange): void {
    for (const hear of this.#listeners) hear(change);
  }
  /** The seat whose session made an offer. */
  of(offer: string): RelaySeat {
    const found = [...this.seats.values()].find(({ offers }) => [...offers.values()].includes(offer));
    if (!found) throw new Error(`nobody offered ${offer}`);
    return found;
  }
  /** Says something of the session that made an offer. */
  sayOf(offer: string, what: { kind: "stream"; live: boolean } | { kind: "speaking"; speaking: boolean }): void {
    const { session, room } = this.of(offer);
    this.say({ session, room, ...what });
  }
  /** Every connection by its offer, and whose are silenced. */
  get connections(): string[] {
    return [...this.seats.values()].flatMap(({ session, offers }) =>
      [...offers.values()].map((offer) => (this.silenced.has(session) ? `${offer} silenced` : offer)),
    );
  }
  async [Symbol.asyncDispose](): Promise<void> {}
}
