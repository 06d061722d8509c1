import type { Access, Ask } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { admitted, type Admitted, viewed } from "../channels/access.ts";
import type { ChannelKind } from "../channels/channel.ts";
import type { Place } from "../messages/message.ts";
import { type ChannelAction, decideIn } from "../roles/permissions.ts";
import { asking } from "../users/access.ts";
import { threadById, type ThreadRow } from "./statements.ts";
import type { Where } from "./where.ts";

/** A place for what an actor may do there: the channel whose rules hold, and the thread in it if one is meant. */
export interface Placed extends Admitted {
  readonly thread: ThreadRow | null;
  readonly place: Place;
}
export interface InThread extends Placed {
  readonly thread: ThreadRow;
}

const READABLE: readonly ChannelKind[] = ["text"];

export const inThread = (found: Admitted, thread: ThreadRow): InThread => ({
  ...found,
  thread,
  place: { channel: found.channel.id, name: found.channel.name, thread: thread.id },
});

/** A thread in a channel that the actor may view. Not being allowed to view reads as not being there. */
async function threadFor(ask: Ask<unknown>, id: string): Promise<InThread> {
  await asking(ask);
  const thread = await ask.store.one(threadById, { id });
  const found = thread && (await viewed(ask, thread.channel));
  if (!found) throw new Refusal("not-found", "thread", { thread: id });
  return inThread(found, thread);
}

/** The place a request names, for `action`, which the rules of its channel must allow. */
export async function placed(ask: Ask<Where>, action: ChannelAction, kinds = READABLE): Promise<Placed> {
  const { channel: ref, thread: id } = ask.input;
  if (id !== undefined) {
    const found = await threadFor(ask, id);
    if (action !== "view" && !decideIn(found.member, found.channel.rules, action).allowed)
      throw new Refusal("forbidden", `thread.${action}`);
    return found;
  }
  if (ref === undefined) throw new Refusal("invalid-input", "place.absent");
  const found = await admitted(ask, ref, action, kinds);
  return { ...found, thread: null, place: { channel: found.channel.id, name: found.channel.name } };
}

/** The text channel or thread that a request names. */
export const placeFor = (action: ChannelAction): Access<Where, Placed> => ({
  needs: `\`${action}\` in the channel`,
  load: (ask) => placed(ask, action),
});

/** A thread by its id, for whoever may view its channel. */
export const threadIn: Access<{ readonly thread: string }, InThread> = {
  needs: "`view` in the thread's channel",
  load: (ask) => threadFor(ask, ask.input.thread),
};

/** What wires word differently for channels and threads. */
export const worded = ({ thread }: Placed, reason: string): string => `${thread ? "thread" : "channel"}.${reason}`;

/** Nothing is written in a locked thread. */
export function refuseLocked({ thread }: Placed): void {
  if (thread?.locked) throw new Refusal("forbidden", "thread.locked");
}
/** What stands in a thread that is locked or put away stays as it is. */
export function refuseClosed(at: Placed): void {
  refuseLocked(at);
  if (at.thread?.archived) throw new Refusal("forbidden", "thread.archived");
}
