/** What comes within so many milliseconds of each other is one burst. */
const BURST_MS = 5000;

/** Calls somebody to the terminal: once for a burst of calls, until it is switched off. */
export class Bell {
  #calledAt = -Infinity;
  constructor(
    private readonly of: { readonly ring: () => void; readonly now: () => number },
    public on: boolean,
  ) {}

  called(): void {
    const at = this.of.now();
    const again = at - this.#calledAt < BURST_MS;
    this.#calledAt = at;
    if (this.on && !again) this.of.ring();
  }
}
