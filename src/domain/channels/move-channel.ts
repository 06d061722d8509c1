import { z } from "zod";
import { type Made, operation } from "../../kernel/operation.ts";
import { Batch } from "../../storage/store.ts";
import { recordAct } from "../moderation/modlog.ts";
import { managedChannel } from "./access.ts";
import { channelMoved } from "./channel.ts";
import { channelsOf, closeGap, lockOrder, openGap, setPosition } from "./statements.ts";

const Input = () =>
  z.strictObject({
    channel: z.string().min(1).max(200),
    /** 0 is the first; more than there are means the last. */
    position: z.int().min(0).max(1_000_000),
  });

export const moveChannel = operation({
  name: "channel.move",
  summary: "Give a channel another place in the list.",
  input: Input,
  output: () => z.object({ id: z.string(), name: z.string(), position: z.number() }),
  access: { of: managedChannel((input: Made<typeof Input>) => input.channel) },
  async run(call) {
    const { input, store } = call;
    const { community } = call.actor;
    const { id, name } = call.access.of.channel;
    const last = (await store.all(channelsOf, { community })).length - 1;
    const position = Math.min(input.position, last);
    const batch = new Batch()
      .add(lockOrder, { community })
      .add(closeGap, { community, id })
      .add(openGap, { community, id, position })
      .require(setPosition, { community, id, position });
    recordAct(batch, call, { action: "channel_move", target: { id, name }, details: { position } });
    call.emit(batch, channelMoved, { community }, { id, name, position });
    await store.commit(batch);
    return { id, name, position };
  },
});
