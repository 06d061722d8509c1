import type { Access, Ask } from "../../kernel/operation.ts";
import { windowKey } from "../../kernel/pace.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { admitted, type Admitted } from "../channels/access.ts";
import type { Member } from "../users/access.ts";
import type { Place } from "./message.ts";
import { messageById, type MessageRow } from "./statements.ts";

/**
 * Somebody in a time-out may read but not speak.
 * @param budget the pace that has counted the attempt already; it is given back, for refused attempts are not counted
 *   (reference/originchats.md §7).
 */
export function refuseTimedOut(ask: Ask<unknown>, member: Member, budget?: { readonly window: string }): void {
  const waitMs = member.timeoutUntil - ask.now();
  if (waitMs <= 0) return;
  if (budget) ask.pace.giveBack(windowKey(budget.window, member.user.id));
  throw new Refusal("too-fast", "member.timeout", { waitMs, reason: member.timeoutReason });
}

/** A message, the channel it stands in, and who asks for it. */
export interface Found extends Admitted {
  readonly message: MessageRow;
  readonly place: Place;
}

/**
 * A message that the actor may read, in the channel they named. One that stands elsewhere reads as not being there.
 * @param reason of the refusal when there is no such message; wires word it by what was asked.
 */
export const messageIn = <In extends { readonly channel: string; readonly id: string }>(
  reason = "message",
): Access<In, Found> => ({
  needs: "`view` in the channel",
  async load(ask) {
    const { channel, member } = await admitted(ask, ask.input.channel, "view", ["text"]);
    const message = await ask.store.one(messageById, { id: ask.input.id });
    if (!message || message.place !== channel.id) throw new Refusal("not-found", reason, { id: ask.input.id });
    return { channel, member, message, place: { channel: channel.id, name: channel.name } };
  },
});
