import { z } from "zod";
import { type Made, operation } from "../../kernel/operation.ts";
import { Batch } from "../../storage/store.ts";
import { recordAct } from "../moderation/modlog.ts";
import { managedChannel } from "./access.ts";
import { Channel, channelUpdated } from "./channel.ts";
import { setChannelPassword as replacePassword } from "./statements.ts";

const Input = () =>
  z.strictObject({
    channel: z.string().min(1).max(200),
    /** What opens the channel; null for nothing. Only its hash is kept. */
    password: z
      .string()
      .normalize("NFC")
      .min(1, "channel.password-length")
      .max(72, "channel.password-length")
      .nullable()
      .meta({ secret: true }),
  });

export const setChannelPassword = operation({
  name: "channel.set-password",
  summary: "Give a channel a password, or take it away. Whoever had opened it must open it again.",
  input: Input,
  output: () => z.object({ channel: Channel }),
  access: { of: managedChannel((input: Made<typeof Input>) => input.channel) },
  async run(call) {
    const { input, access, store, passwords, actor } = call;
    const before = access.of.channel;
    const secret = input.password === null ? null : await passwords.hash(input.password);
    const channel = { ...before, locked: secret !== null };
    const { id, name } = channel;
    const batch = new Batch().require(replacePassword, { id, value: secret });
    recordAct(batch, call, { action: "channel_update", target: { id, name }, details: { locked: channel.locked } });
    call.emit(batch, channelUpdated, { community: actor.community }, { channel, was: name, relisted: true });
    await store.commit(batch);
    return { channel };
  },
});
