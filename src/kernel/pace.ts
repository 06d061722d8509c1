import { Refusal } from "./refusal.ts";

/** So many at once, refilled at so many a minute. */
export interface BucketRule {
  readonly burst: number;
  readonly perMinute: number;
}
/**
 * originChats' counting (reference/originchats.md §7): so many in a sliding minute; more than `burst` within ten seconds costs a cool-down.
 * Refused attempts are not counted.
 */
export interface WindowRule {
  readonly perMinute: number;
  readonly burst: number;
  readonly cooldownMs: number;
}
export interface WindowStatus {
  readonly inMinute: number;
  readonly inBurst: number;
  readonly cooldownMs: number;
}

const MINUTE = 60_000;
const BURST_SPAN = 10_000;
/** Keys kept before idle ones are first swept, how often at most that is done, and the number beyond which the oldest are forgotten come what may. */
const SWEEP_AT = 1000;
const SWEEP_EVERY = 1000;
const MOST_KEYS = 100_000;

/** Where one user's attempts at what shares a window are counted. */
export const windowKey = (window: string, user: string): string => `${window} ${user}`;

/** Counts who asks how often. Kept in memory: a restart forgives. */
export class Pace {
  readonly #buckets = new Map<string, { tokens: number; at: number; rule: BucketRule }>();
  readonly #windows = new Map<string, { accepted: number[]; coolUntil: number }>();
  #sweptAt = -Infinity;
  #sweepAt = SWEEP_AT;
  constructor(private readonly now: () => number) {}

  /** @throws Refusal `too-fast` with `waitMs`. */
  take(key: string, rule: BucketRule, reason: string): void {
    const now = this.now();
    const was = this.#buckets.get(key);
    const tokens = was ? Math.min(rule.burst, was.tokens + ((now - was.at) * rule.perMinute) / MINUTE) : rule.burst;
    if (tokens < 1) throw new Refusal("too-fast", reason, { waitMs: Math.ceil(((1 - tokens) * MINUTE) / rule.perMinute) });
    this.#buckets.set(key, { tokens: tokens - 1, at: now, rule });
    this.#bound(now);
  }

  /** @throws Refusal `too-fast` with `waitMs`; the reason tells a running cool-down, a full minute and a fresh burst apart. */
  takeWindow(key: string, rule: WindowRule): void {
    const now = this.now();
    let window = this.#windows.get(key);
    if (!window) this.#windows.set(key, (window = { accepted: [], coolUntil: -Infinity }));
    this.#forget(window, now);
    const cooling = window.coolUntil - now;
    if (cooling > 0) throw new Refusal("too-fast", "pace.cooldown", { waitMs: cooling });
    if (window.accepted.length >= rule.perMinute)
      throw new Refusal("too-fast", "pace.minute", { waitMs: MINUTE - (now - window.accepted[0]!) });
    if (inBurst(window.accepted, now) >= rule.burst) {
      window.coolUntil = now + rule.cooldownMs;
      throw new Refusal("too-fast", "pace.burst", { waitMs: rule.cooldownMs });
    }
    window.accepted.push(now);
    this.#bound(now);
  }

  /** Takes the newest accepted attempt back: it was refused after all, and refused attempts are not counted. */
  giveBack(key: string): void {
    this.#windows.get(key)?.accepted.pop();
  }

  status(key: string): WindowStatus {
    const now = this.now();
    const window = this.#windows.get(key);
    if (!window) return { inMinute: 0, inBurst: 0, cooldownMs: 0 };
    this.#forget(window, now);
    return {
      inMinute: window.accepted.length,
      inBurst: inBurst(window.accepted, now),
      cooldownMs: Math.max(0, window.coolUntil - now),
    };
  }

  reset(key: string): void {
    this.#windows.delete(key);
    this.#buckets.delete(key);
  }

  /** Number of keys remembered. */
  get size(): number {
    return this.#buckets.size + this.#windows.size;
  }

  /** What is exactly a minute old no longer counts, so that who waits as long as they were told gets through. */
  #forget(window: { accepted: number[] }, now: number): void {
    let old = 0;
    while (old < window.accepted.length && now - window.accepted[old]! >= MINUTE) old++;
    if (old) window.accepted.splice(0, old);
  }

  /** Memory stays bounded against a caller who makes up names, and the work of keeping it so does too: each sweep is paid for by as many new keys. */
  #bound(now: number): void {
    if (this.size <= this.#sweepAt || now - this.#sweptAt < SWEEP_EVERY) return this.#cap();
    this.#sweptAt = now;
    for (const [key, { tokens, at, rule }] of this.#buckets)
      if (tokens + ((now - at) * rule.perMinute) / MINUTE >= rule.burst) this.#buckets.delete(key);
    for (const [key, { accepted, coolUntil }] of this.#windows)
      if (now - (accepted.at(-1) ?? -Infinity) >= MINUTE && now >= coolUntil) this.#windows.delete(key);
    this.#cap();
    this.#sweepAt = Math.min(Math.max(SWEEP_AT, 2 * this.size), MOST_KEYS);
  }

  #cap(): void {
    for (const keys of [this.#buckets, this.#windows])
      for (const key of keys.keys()) {
        if (keys.size <= MOST_KEYS) break;
        keys.delete(key);
      }
  }
}

const inBurst = (accepted: readonly number[], now: number): number => {
  let n = 0;
  for (let i = accepted.length - 1; i >= 0 && now - accepted[i]! <= BURST_SPAN; i--) n++;
  return n;
};
