/** −dBov of a packet that counts as speech: people are at 20 to 40, a quiet room is above 55 (RFC 6464 §3). */
const LOUD = 50;
/** Milliseconds without a loud packet after which somebody speaks no more: the pause between two sentences. */
const PAUSE = 600;

/** Whether somebody speaks, by the levels of their packets. */
export class Speech {
  speaking = false;
  #loudAt = 0;
  constructor(private readonly now: () => number) {}

  /** What a packet's level extension says; 0 is the loudest, 127 silence. */
  hear(level: number): void {
    if (level > LOUD) return this.look();
    this.#loudAt = this.now();
    this.speaking = true;
  }
  stop(): void {
    this.speaking = false;
  }
  /** To be called from time to time: silence is also when nothing comes. */
  look(): void {
    if (this.now() - this.#loudAt >= PAUSE) this.speaking = false;
  }
}
