/** Lines that may wait; then nothing more is read until they are done. */
const MOST_WAITING = 64;

/** Lines that were typed and are not yet taken, in order. */
export class Waiting {
  readonly #lines: string[] = [];
  #paused = false;
  #finished = false;
  #answer: ((line: string | undefined) => void) | undefined;

  constructor(private readonly link: { pause(): void; resume(): void }) {}

  /** Whether the next line is awaited. */
  get awaited(): boolean {
    return this.#answer !== undefined;
  }
  push(line: string): void {
    if (this.#finished) return;
    if (this.#answer) return this.#give(line);
    this.#lines.push(line);
    if (this.#lines.length < MOST_WAITING || this.#paused) return;
    this.#paused = true;
    this.link.pause();
  }
  /** No more will come; what waits is still taken. */
  finish(): void {
    this.#finished = true;
    if (this.#lines.length === 0) this.#give(undefined);
  }
  /** Nothing is taken any more. */
  stop(): void {
    this.#lines.length = 0;
    this.finish();
  }

  /**
   * The next line, or undefined when no more will come.
   * @param atRest is called when it has to be waited for.
   */
  async next(atRest: () => void): Promise<string | undefined> {
    const line = this.#lines.shift();
    if (this.#paused && this.#lines.length < MOST_WAITING / 2) {
      this.#paused = false;
      this.link.resume();
    }
    if (line !== undefined || this.#finished) return line;
    const come = new Promise<string | undefined>((resolve) => (this.#answer = resolve));
    atRest();
    return come;
  }
  #give(line: string | undefined): void {
    const answer = this.#answer;
    this.#answer = undefined;
    answer?.(line);
  }
}
