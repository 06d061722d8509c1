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

  /** Takes a place and returns the function that gives it back (once; later calls do nothing), or says why there is none. */
  enter(address: string): (() => void) | Crowded {
    const subscriber = subscriberOf(address);
    const held = this.#held.get(subscriber) ?? 0;
    if (held >= this.#limits.perSubscriber) return "too-many-from-here";
    if (this.#total >= this.#limits.total) return "full";
    this.#held.set(subscriber, held + 1);
    this.#total += 1;
    let inside = true;
    return () => {
      if (!inside) return;
      inside = false;
      this.#total -= 1;
      const left = (this.#held.get(subscriber) ?? 1) - 1;
      if (left > 0) this.#held.set(subscriber, left);
      else this.#held.delete(subscriber);
    };
  }
}
