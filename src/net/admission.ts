import { subscriberOf } from "./address.ts";

/** Why nobody more is let in: the door as a whole is full, or this address has its share. */
export type Crowded = "full" | "too-many-from-here";

/** Counts what is open, in all and per subscriber (an IPv4 address or an IPv6 /64), against two limits. */
export class Admission {
  readonly #limits: { readonly total: number; readonly perSubscriber: number };
  readonly #held = new Map<string, number>();
  #total = 0;

  constructor(limits: { readonly total: number; readonly perSubscriber: number }) {
    this.#limits = limits;
  }

  /** Takes a place, or says why there is none. Each place taken is to be given back once, with `leave`. */
  enter(address: string): Crowded | undefined {
    const subscriber = subscriberOf(address);
    const held = this.#held.get(subscriber) ?? 0;
    if (held >= this.#limits.perSubscriber) return "too-many-from-here";
    if (this.#total >= this.#limits.total) return "full";
    this.#held.set(subscriber, held + 1);
    this.#total += 1;
    return undefined;
  }
  leave(address: string): void {
    const subscriber = subscriberOf(address);
    const held = this.#held.get(subscriber);
    if (held === undefined) return;
    this.#total -= 1;
    if (held > 1) this.#held.set(subscriber, held - 1);
    else this.#held.delete(subscriber);
  }
}
