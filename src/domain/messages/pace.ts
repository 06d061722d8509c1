import type { Settings } from "../../config/schema.ts";
import type { WindowRule } from "../../kernel/pace.ts";

/** The budget that posting and editing share, counted as originChats counts (reference/originchats.md §7). */
export const messagePace = {
  window: "messages",
  rule: ({ rate_limiting: limit }: Settings): WindowRule | undefined =>
    limit.enabled
      ? { perMinute: limit.messages_per_minute, burst: limit.burst_limit, cooldownMs: limit.cooldown_seconds * 1000 }
      : undefined,
};
