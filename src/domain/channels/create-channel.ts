import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { Batch } from "../../storage/store.ts";
import { recordAct } from "../moderation/modlog.ts";
import { OWNER_ONLY } from "../roles/permissions.ts";
import { permitted } from "../users/access.ts";
import { channelKey } from "./access.ts";
import { addChannel } from "./add-channel.ts";
import { CHANNEL_KINDS, Channel, channelCreated, ChannelName, Settable } from "./channel.ts";
import { channelByRef, channelsOf, lockOrder, putLast } from "./statements.ts";

/** A list of channels travels whole, to every viewer, at each change. */
const MOST_CHANNELS = 500;

export const createChannel = operation({
  name: "channel.create",
  summary: "Make a channel at the end of the list; without rules only the owner may view it.",
  input: () =>
    z.strictObject({
      name: ChannelName,
      kind: z.enum(CHANNEL_KINDS).default("text"),
      displayName: Settable.displayName.default(null),
      description: Settable.description.default(null),
      icon: Settable.icon.default(null),
      size: Settable.size.default(null),
      rules: Settable.rules.optional(),
      userLimit: Settable.userLimit.default(0),
      slowMode: Settable.slowMode.default(0),
      retention: Settable.retention.default("forever"),
      listed: Settable.listed.default(true),
    }),
  output: () => z.object({ channel: Channel }),
  access: { by: permitted("manage_channels") },
  async run(call) {
    const { input, store, id, now } = call;
    const { community } = call.actor;
    if (await store.one(channelByRef, { community, ref: input.name, key: channelKey(input.name) }))
      throw new Refusal("conflict", "channel.exists", { channel: input.name });
    const position = (await store.all(channelsOf, { community })).length;
    if (position >= MOST_CHANNELS) throw new Refusal("too-large", "channel.most", { max: MOST_CHANNELS });
    const channel: Channel = { ...input, locked: false, id: id(), position, rules: input.rules ?? OWNER_ONLY };
    const batch = new Batch().add(lockOrder, { community });
    addChannel(batch, community, channel, now(), id());
    batch.add(putLast, { community, id: channel.id });
    recordAct(batch, call, { action: "channel_create", target: channel, details: { type: channel.kind } });
    call.emit(batch, channelCreated, { community }, { channel });
    await store.commit(batch);
    return { channel };
  },
});
