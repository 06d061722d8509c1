import type { Host } from "../../src/plugins/host.ts";

/** Which message here is which there, for the newest few thousand: ids on both sides rise with time, so the first keys are the oldest. */
export class Pairs {
  constructor(private readonly store: Host["store"]) {}

  async keep({ here, there }: { readonly here: string; readonly there: string }): Promise<void> {
    await this.store.set(`here ${here}`, there);
    await this.store.set(`there ${there}`, here);
  }
  there(here: string): Promise<string | undefined> {
    return this.store.get(`here ${here}`);
  }
  here(there: string): Promise<string | undefined> {
    return this.store.get(`there ${there}`);
  }
  async forget(here: string): Promise<void> {
    const there = await this.there(here);
    await this.store.delete(`here ${here}`);
    if (there) await this.store.delete(`there ${there}`);
  }

  /** Keeps the newest; every hour. */
  async prune(): Promise<void> {
    let from = "here ";
    let count = 0;
    const oldest: string[] = [];
    for (;;) {
      const keys = (await this.store.keys(from)).filter((key) => key.startsWith("here ") && key > from);
      if (keys.length === 0) break;
      count += keys.length;
      if (oldest.length === 0) oldest.push(...keys.slice(0, MOST_AT_ONCE));
      from = keys.at(-1)!;
    }
    for (const key of oldest.slice(0, Math.max(0, count - MOST_KEPT))) await this.forget(key.slice("here ".length));
  }
}
const MOST_KEPT = 4000;
const MOST_AT_ONCE = 500;
