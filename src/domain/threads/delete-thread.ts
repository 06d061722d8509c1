import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { Batch } from "../../storage/store.ts";
import { Place } from "../messages/message.ts";
import { recordAct } from "../moderation/modlog.ts";
import { threadIn } from "./access.ts";
import { anyMessagesIn, dropAllIn, dropMarksIn, dropOldestIn, dropThread } from "./statements.ts";
import { threadDeleted } from "./thread.ts";
import { mayChange } from "./update-thread.ts";

/** Messages removed in one go; the last slice goes with the thread itself. */
const SLICE = 200;

export const deleteThread = operation({
  name: "thread.delete",
  summary: "Remove a thread and all its messages: one's own, or with `manage_threads` anybody's.",
  input: () => z.object({ thread: z.string().min(1).max(100) }),
  output: () => z.object({ id: z.string(), place: Place }),
  access: { of: threadIn },
  async run(call) {
    const { store } = call;
    const { of } = call.access;
    const { own } = mayChange(of);
    const { place, channel } = of;
    const { id, name } = of.thread;
    while (await store.one(anyMessagesIn, { place: id, skip: SLICE }))
      await store.commit(new Batch().add(dropOldestIn, { place: id, limit: SLICE }));
    const batch = new Batch()
      .require(dropThread, { id })
      .add(dropAllIn, { place: id })
      .add(dropMarksIn, { channel: channel.id, place: id });
    if (!own) recordAct(batch, call, { action: "thread_delete", target: { id, name }, details: { channel: channel.name } });
    call.emit(batch, threadDeleted, { channel: channel.id }, { place, id, name });
    await store.commit(batch);
    return { id, place };
  },
});
