import { z } from "zod";
import { type Made, operation } from "../../kernel/operation.ts";
import { Batch } from "../../storage/store.ts";
import { recordAct } from "../moderation/modlog.ts";
import { managedChannel } from "./access.ts";
import { channelDeleted } from "./channel.ts";
import { anyMessages, closeGap, deleteChannel as removeChannel, deleteOldest, lockOrder } from "./statements.ts";

const Input = () => z.strictObject({ channel: z.string().min(1).max(200) });
/** Messages removed in one go; the last slice goes with the channel itself. */
const SLICE = 200;

export const deleteChannel = operation({
  name: "channel.delete",
  summary: "Remove a channel and all its messages.",
  input: Input,
  output: () => z.object({ id: z.string(), name: z.string() }),
  access: { of: managedChannel((input: Made<typeof Input>) => input.channel) },
  async run(call) {
    const { store } = call;
    const { community } = call.actor;
    const { id, name } = call.access.of.channel;
    while (await store.one(anyMessages, { channel: id, skip: SLICE }))
      await store.commit(new Batch().add(deleteOldest, { channel: id, limit: SLICE }));
    const batch = new Batch().add(lockOrder, { community }).add(closeGap, { community, id }).require(removeChannel, { id });
    recordAct(batch, call, { action: "channel_delete", target: { id, name } });
    call.emit(batch, channelDeleted, { community }, { id, name });
    await store.commit(batch);
    return { id, name };
  },
});
