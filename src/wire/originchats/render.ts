import { listChannels } from "../../domain/channels/list-channels.ts";
import { type Kernel, UNPROMPTED } from "../../kernel/kernel.ts";
import { Each, type Renderings } from "../wire.ts";
import { userConnectFrame, userJoinFrame } from "./accounts.ts";
import { channelsGet } from "./channels.ts";
import { messageFrame } from "./messages.ts";
import { farewell, purgeFrames, timeoutFrames } from "./moderation.ts";
import { username } from "./names.ts";

/** Every event in this wire's words (reference/originchats.md §3). */
export const renderings = (kernel: Kernel): Renderings => {
  /** The web client follows changes of channels only by a whole list, and each viewer has their own. */
  const channelsForEach = () =>
    new Each(async ({ actor }) => channelsGet.toReply(await kernel.invoke(listChannels, actor, {}, UNPROMPTED), {}));
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
    "message.created": ({ data }) => messageFrame(data),
    "message.purged": ({ data }) => purgeFrames(data),
    "member.timed-out": ({ data }) => timeoutFrames(data.lastsMs),
    "session.ended": ({ data }) => farewell(data),
    "member.banned": null,
    "member.unbanned": null,
    "member.kicked": null,
    "modlog.recorded": null,
  };
};
