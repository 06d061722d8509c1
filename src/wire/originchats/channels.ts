import { z } from "zod";
import type { Channel } from "../../domain/channels/channel.ts";
import { listChannels } from "../../domain/channels/list-channels.ts";
import { binding } from "../wire.ts";

/** A channel as this wire lists it (reference/originchats.md §5.6). */
export const wireChannel = (channel: Channel) => ({
  type: channel.kind,
  ...(channel.name !== "" && { name: channel.name }),
  ...(channel.description !== null && { description: channel.description }),
  ...(channel.displayName !== null && { display_name: channel.displayName }),
  ...(channel.icon !== null && { icon: channel.icon }),
  ...(channel.size !== null && { size: channel.size }),
  permissions: channel.rules,
});

export const channelsGet = binding({
  name: "channels_get",
  operation: listChannels,
  request: z.looseObject({}),
  toInput: () => ({}),
  toReply: ({ channels }) => ({ cmd: "channels_get", val: channels.map(wireChannel) }),
});

export const bindings = [channelsGet] as const;
