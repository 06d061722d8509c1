import type { Ask } from "../../kernel/operation.ts";
import { windowKey } from "../../kernel/pace.ts";
import { Refusal } from "../../kernel/refusal.ts";
import type { Member } from "../users/access.ts";
import { messagePace } from "./pace.ts";

/**
 * Somebody in a time-out may read but not speak. The attempt is not counted against the budget of messages: refused attempts never are
 * (reference/originchats.md §7).
 */
export function refuseTimedOut(ask: Ask<unknown>, member: Member): void {
  const waitMs = member.timeoutUntil - ask.now();
  if (waitMs <= 0) return;
  ask.pace.giveBack(windowKey(messagePace.window, member.user.id));
  throw new Refusal("too-fast", "member.timeout", { waitMs, reason: member.timeoutReason });
}
