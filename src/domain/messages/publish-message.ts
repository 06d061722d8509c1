import type { Call } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { Batch } from "../../storage/store.ts";
import { sendable } from "../attachments/send-attachments.ts";
import type { PollStanding } from "../polls/standing.ts";
import { decide } from "../roles/permissions.ts";
import { type Placed, refuseLocked } from "../threads/access.ts";
import { presentThread } from "../threads/present-threads.ts";
import { writeInThread } from "../threads/statements.ts";
import { threadUpdated } from "../threads/thread.ts";
import { refuseTimedOut } from "./access.ts";
import { addMessage } from "./add-message.ts";
import { pingsIn } from "./mentions.ts";
import { keptUnder, type Message, type Pings } from "./message.ts";
import { messagePace } from "./pace.ts";
import { presentMessages, speaker } from "./present.ts";
import { messageById, messageByNonce } from "./statements.ts";

/** What somebody wants to say. */
export interface Draft {
  readonly content: string;
  readonly embeds: Message["embeds"];
  readonly replyTo?: string | undefined;
  readonly replyPing: boolean;
  /** Ids of the sender's uploads. */
  readonly attachments?: readonly string[] | undefined;
  readonly nonce?: string | undefined;
  /** The name and picture under which a plugin writes. */
  readonly as?: { readonly name: string; readonly avatar: string | null } | undefined;
  /** A vote that the message asks for. */
  readonly poll?: PollStanding | undefined;
}
export interface Published {
  readonly message: Message;
  readonly pings: Pings;
  /** True when it had been posted before, under the same nonce. */
  readonly repeated: boolean;
}

/**
 * Posts a member's message at a place where they may send, within slow mode and outside a time-out.
 * @param also what is written together with the message.
 */
export async function publishMessage(
  call: Call<unknown, unknown>,
  at: Placed,
  draft: Draft,
  also?: (batch: Batch, message: Message) => void,
): Promise<Published> {
  const { actor, store } = call;
  const { channel, member, place, thread } = at;
  const kept = keptUnder(place);
  refuseTimedOut(call, member, messagePace);
  refuseLocked(at);
  if (draft.nonce !== undefined) {
    const before = await store.one(messageByNonce, { author: member.user.id, nonce: draft.nonce });
    if (before) {
      if (before.place !== kept) throw new Refusal("conflict", "message.nonce", { id: before.id });
      const [message] = (await presentMessages(call, [before], actor.id)) as [Message];
      return { message, pings: await pingsIn(call, message.content, message.replyTo), repeated: true };
    }
  }
  let replyTo: Message["replyTo"] = null;
  if (draft.replyTo !== undefined) {
    const target = await store.one(messageById, { id: draft.replyTo });
    if (!target || target.place !== kept) throw new Refusal("not-found", "message.reply", { id: draft.replyTo });
    const author = speaker(target.author, target.author_name, target.author_realm);
    replyTo = { id: target.id, author, ping: draft.replyPing };
  }
  const attachments = await sendable(call, member, draft.attachments ?? []);
  const pings = await pingsIn(call, draft.content, replyTo);
  const returned = thread?.archived ? { ...(await presentThread(store, thread, channel.name, actor.id)), archived: false } : null;
  if (channel.slowMode && !decide(member, "manage_messages").allowed)
    call.pace.take(`slow ${channel.id} ${actor.id}`, { burst: 1, perMinute: 60 / channel.slowMode }, "channel.slow-mode");
  const message: Message = {
    id: call.id(),
    channel: channel.id,
    author: member.user,
    content: draft.content,
    at: call.now(),
    editedAt: null,
    replyTo,
    pinned: false,
    embeds: draft.embeds,
    attachments,
    extra: draft.as ? { webhook: { id: actor.id, ...draft.as } } : {},
    reactions: [],
    ...(draft.poll && { poll: draft.poll }),
  };
  const batch = new Batch();
  if (thread) batch.require(writeInThread, { id: thread.id, archived: thread.archived });
  if (returned) call.emit(batch, threadUpdated, { channel: channel.id }, { thread: returned });
  addMessage(batch, call, { place, message, pings, nonce: draft.nonce ?? null });
  also?.(batch, message);
  await store.commit(batch);
  return { message, pings, repeated: false };
}
