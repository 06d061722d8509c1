/** Lines kept while the terminal is somebody else's. */
const MOST = 500;

/** Writes lines on, or keeps the newest of them for later while the terminal shows something else. */
export class HeldLog {
  #held: string[] | undefined;
  #dropped = 0;
  constructor(private readonly out: (line: string) => void) {}

  readonly write = (line: string): void => {
    if (!this.#held) return this.out(line);
    this.#held.push(line);
    if (this.#held.length > MOST) {
      this.#held.shift();
      this.#dropped += 1;
    }
  };
  hold(): void {
    this.#held ??= [];
  }
  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    if (this.#dropped) this.out(`(${this.#dropped} lines of the log were left out)\n`);
    this.#dropped = 0;
    for (const line of held) this.out(line);
  }
}
