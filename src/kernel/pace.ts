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
/** Keys kept before idle ones are swept: bounds memory against a caller who makes up names. */
const SWEEP_AT = 20_000;

/** Counts who asks how often. Kept in memory: a restart forgives. */
export class Pace {
  readonly #buckets = new Map<string, { tokens: number; at: number; rule: BucketRule }>();
  readonly #windows = new Map<string, { accepted: number[]; burstAt: number }>();
  constructor(private readonly now: () => number) {}

  /** @throws Refusal `too-fast` with `waitMs`. */
  take(key: string, rule: BucketRule, reason: string): void {
    const now = this.now();
    const was = this.#buckets.get(key);
    const tokens = was ? Math.min(rule.burst, was.tokens + ((now - was.at) * rule.perMinute) / MINUTE) : rule.burst;
    if (tokens < 1) throw new Refusal("too-fast", reason, { waitMs: Math.ceil(((1 - tokens) * MINUTE) / rule.perMinute) });
    this.#buckets.set(key, { tokens: tokens - 1, at: now, rule });
    if (this.#buckets.size > SWEEP_AT) this.#sweep(now);
  }

  /** @throws Refusal `too-fast` with `waitMs`; the reason tells a running cool-down, a full minute and a fresh burst apart. */
  takeWindow(key: string, rule: WindowRule): void {
    const now = this.now();
    let window = this.#windows.get(key);
    if (!window) this.#windows.set(key, (window = { accepted: [], burstAt: -Infinity }));
    this.#forget(window, now);
    const cooling = window.burstAt + rule.cooldownMs - now;
    if (cooling > 0) throw new Refusal("too-fast", "pace.cooldown", { waitMs: cooling });
    if (window.accepted.length >= rule.perMinute)
      throw new Refusal("too-fast", "pace.minute", { waitMs: MINUTE - (now - window.accepted[0]!) });
    if (inBurst(window.accepted, now) >= rule.burst) {
      window.burstAt = now;
      throw new Refusal("too-fast", "pace.burst", { waitMs: rule.cooldownMs });
    }
    window.accepted.push(now);
    if (this.#windows.size > SWEEP_AT) this.#sweep(now);
  }

  status(key: string, rule: WindowRule): WindowStatus {
    const now = this.now();
    const window = this.#windows.get(key);
    if (!window) return { inMinute: 0, inBurst: 0, cooldownMs: 0 };
    this.#forget(window, now);
    return {
      inMinute: window.accepted.length,
      inBurst: inBurst(window.accepted, now),
      cooldownMs: Math.max(0, window.burstAt + rule.cooldownMs - now),
    };
  }

  reset(key: string): void {
    this.#windows.delete(key);
    this.#buckets.delete(key);
  }

  #forget(window: { accepted: number[] }, now: number): void {
    let old = 0;
    while (old < window.accepted.length && now - window.accepted[old]! >= MINUTE) old++;
    if (old) window.accepted.splice(0, old);
  }

  #sweep(now: number): void {
    for (const [key, { tokens, at, rule }] of this.#buckets)
      if (tokens + ((now - at) * rule.perMinute) / MINUTE >= rule.burst) this.#buckets.delete(key);
    for (const [key, { accepted, burstAt }] of this.#windows)
      if (now - (accepted.at(-1) ?? 0) >= MINUTE && now - burstAt >= MINUTE) this.#windows.delete(key);
  }
}

const inBurst = (accepted: readonly number[], now: number): number => {
  let n = 0;
  for (let i = accepted.length - 1; i >= 0 && now - accepted[i]! <= BURST_SPAN; i--) n++;
  return n;
};
