import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { Batch } from "../../storage/store.ts";
import { refuseTimedOut } from "../messages/access.ts";
import { recordAct } from "../moderation/modlog.ts";
import { decide } from "../roles/permissions.ts";
import { type InThread, threadIn } from "./access.ts";
import { presentThread } from "./present-threads.ts";
import { updateThread as putThread } from "./statements.ts";
import { Thread, ThreadName, threadUpdated } from "./thread.ts";

/** Whether it is the actor's own thread, which they may change; other people's need `manage_threads`. */
export function mayChange({ member, thread }: InThread): { own: boolean; manages: boolean } {
  const own = thread.created_by === member.user.id;
  const manages = decide(member, "manage_threads").allowed;
  if (!own && !manages) throw new Refusal("forbidden", "thread.modify");
  return { own, manages };
}

export const updateThread = operation({
  name: "thread.update",
  summary: "Rename, archive, or with `manage_threads` lock a thread, or undo that. Nothing happens when it is so already.",
  input: () =>
    z.object({
      thread: z.string().min(1).max(100),
      changes: z.strictObject({ name: ThreadName, locked: z.boolean(), archived: z.boolean() }).partial(),
    }),
  output: () => z.object({ thread: Thread }),
  access: { of: threadIn },
  async run(call) {
    const { store, actor } = call;
    const { of } = call.access;
    const { own, manages } = mayChange(of);
    if (!manages) refuseTimedOut(call, of.member);
    const { changes } = call.input;
    const before = await presentThread(store, of.thread, of.channel.name, actor.id);
    if (changes.locked !== undefined && changes.locked !== before.locked && !manages)
      throw new Refusal("forbidden", "thread.modify");
    const thread = { ...before, ...(changes as Partial<Thread>) };
    const { id, name, locked, archived } = thread;
    if (name === before.name && locked === before.locked && archived === before.archived) return { thread };
    const batch = new Batch().require(putThread, { id, name, locked: locked ? 1 : 0, archived: archived ? 1 : 0 });
    if (!own)
      recordAct(batch, call, {
        action: "thread_update",
        target: { id, name: before.name },
        details: { channel: of.channel.name, ...changes },
      });
    call.emit(batch, threadUpdated, { channel: of.channel.id }, { thread });
    await store.commit(batch);
    return { thread };
  },
});
