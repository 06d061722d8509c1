import type { Ask } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import type { Member } from "../users/access.ts";

/** Somebody in a time-out may read but not speak. */
export function refuseTimedOut(ask: Ask<unknown>, member: Member): void {
  const waitMs = member.timeoutUntil - ask.now();
  if (waitMs > 0) throw new Refusal("too-fast", "member.timeout", { waitMs, reason: member.timeoutReason });
}
