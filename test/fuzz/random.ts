/** Chance that a seed makes again: mulberry32. */
export class Random {
  #state: number;
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }
  /** From 0 up to, not including, 1. */
  fraction(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }
  /** A whole number from `least` to `most`, both included. */
  int(least: number, most: number): number {
    return least + Math.floor(this.fraction() * (most - least + 1));
  }
  chance(probability: number): boolean {
    return this.fraction() < probability;
  }
  pick<T>(from: readonly T[]): T {
    if (!from.length) throw new Error("nothing to pick from");
    return from[this.int(0, from.length - 1)]!;
  }
  /** Text of the letters given. */
  text(length: number, letters = "abcdefghij KLMNÄöß0123456789_-@#*`<>&\"'\\/\n"): string {
    const signs = letters.split("");
    let text = "";
    while (text.length < length) text += this.pick(signs);
    return text;
  }
}
