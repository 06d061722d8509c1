import type { Direction, Flow, Forwarding, MediaRelay, RelayChange, RelaySeat } from "../kernel/media-relay.ts";

const NONE: readonly Flow[] = [];

/** A relay that is opened when it is first offered something. Until then it costs nothing; one that could not be opened, or has broken, is opened anew at the next offer. */
export class RelayOnDemand implements Forwarding, AsyncDisposable {
  readonly #listeners = new Set<(change: RelayChange) => void>();
  #opening: Promise<MediaRelay> | undefined;
  #relay: MediaRelay | undefined;

  /** @param open is asked for one relay at a time, and calls `ended` when that has broken. */
  constructor(private readonly open: (ended: () => void) => Promise<MediaRelay>) {}

  /** The UDP port of the relay, when it is open. */
  get port(): number | undefined {
    return this.#relay?.port;
  }
  async answer(seat: RelaySeat, direction: Direction, offer: string): Promise<string> {
    const relay = await (this.#opening ??= this.#openOnce());
    return relay.answer(seat, direction, offer);
  }
  async #openOnce(): Promise<MediaRelay> {
    try {
      const relay = await this.open(() => {
        this.#relay = this.#opening = undefined;
      });
      relay.hear((change) => {
        for (const hear of this.#listeners) hear(change);
      });
      return (this.#relay = relay);
    } catch (why) {
      this.#opening = undefined;
      throw why;
    }
  }
  silence(session: string, silenced: boolean): void {
    this.#relay?.silence(session, silenced);
  }
  leave(session: string): void {
    this.#relay?.leave(session);
  }
  hear(listener: (change: RelayChange) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
  flows(): readonly Flow[] {
    return this.#relay?.flows() ?? NONE;
  }
  /** Nobody may offer anything any more. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opening?.catch(() => {});
    await this.#relay?.[Symbol.asyncDispose]();
  }
}
