import type { Access, Ask } from "../../kernel/operation.ts";
import { windowKey } from "../../kernel/pace.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { inThread, placed, type Placed } from "../threads/access.ts";
import { type Where } from "../threads/where.ts";
import { threadById } from "../threads/statements.ts";
import type { Member } from "../users/access.ts";
import { keptUnder } from "./message.ts";
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

/** A message, the place it stands in, and who asks for it. */
export interface Found extends Placed {
  readonly message: MessageRow;
}

/**
 * A message that the actor may read, in the place they named. One that stands elsewhere reads as not being there. Where a forum is named, the
 * message is looked for in its threads: originChats' web client names the thread in some requests only (reference/originchats.md §10.1).
 * @param reason of the refusal when there is no such message; wires word it by what was asked.
 */
export const messageIn = <In extends Where & { readonly id: string }>(reason = "message"): Access<In, Found> => ({
  needs: "`view` in the channel",
  async load(ask) {
    const at = await placed(ask, "view", ["text", "forum"]);
    const message = await ask.store.one(messageById, { id: ask.input.id });
    if (message && message.place === keptUnder(at.place)) return { ...at, message };
    const thread =
      at.channel.kind === "forum" && !at.thread && message?.channel === at.channel.id
        ? await ask.store.one(threadById, { id: message.place })
        : undefined;
    if (!message || !thread) throw new Refusal("not-found", reason, { id: ask.input.id });
    return { ...inThread(at, thread), message };
  },
});
