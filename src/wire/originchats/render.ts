import { listChannels } from "../../domain/channels/list-channels.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { Each, type Renderings } from "../wire.ts";
import { userConnectFrame, userJoinFrame } from "./accounts.ts";
import { channelsGet } from "./channels.ts";
import { messageFrame } from "./messages.ts";
import { username } from "./names.ts";
import { unreadsUpdateFrame } from "./unreads.ts";

/** Every event in this wire's words (reference/originchats.md §3). */
export const renderings = (kernel: Kernel): Renderings => {
  /** The web client follows changes of channels only by a whole list, and each viewer has their own. */
  const channelsForEach = () =>
    new Each(async ({ actor }) => channelsGet.toReply(await kernel.invoke(listChannels, actor, {}), {}));
  return {
    "community.updated": ({ data: { community } }) => ({
      cmd: "server_update",
      name: community.name,
      icon: community.icon ?? "",
      banner: community.banner ?? "",
    }),
    "member.joined": ({ data: { member } }) => userJoinFrame(member),
    "presence.connected": ({ data: { member } }) => userConnectFrame(member),
    "presence.disconnected": ({ data: { user } }) => ({ cmd: "user_disconnect", username: username(user) }),
    "channel.created": channelsForEach,
    "channel.updated": channelsForEach,
    "channel.moved": channelsForEach,
    "channel.deleted": channelsForEach,
    "message.created": ({ data }) => messageFrame(data),
    "message.expired": ({ data: { place, ids } }) =>
      ids.map((id) => ({ cmd: "message_delete", id, channel: place.name, thread_id: null, global: true })),
    "read-mark.moved": ({ data }) => unreadsUpdateFrame(data),
    "modlog.recorded": null,
  };
};
