import { listChannels } from "../../domain/channels/list-channels.ts";
import { listUsers } from "../../domain/users/list-users.ts";
import type { MemberView } from "../../domain/users/user.ts";
import { type Kernel, UNPROMPTED } from "../../kernel/kernel.ts";
import { Each, Farewell, type Renderings, type Session } from "../wire.ts";
import { userConnectFrame, userJoinFrame } from "./accounts.ts";
import { attachmentDeletedFrame } from "./attachments.ts";
import { channelsGet, listedChannel } from "./channels.ts";
import { directMessageFrame } from "./direct-messages.ts";
import { emojiAddedFrame, emojiDeletedFrame, emojiUpdatedFrame } from "./emoji.ts";
import { messageFrame, typingFrame } from "./messages.ts";
import { deleteFrame, editFrame, pinFrame, reactionFrame } from "./messages-changes.ts";
import { farewell, purgeFrames, timeoutFrames } from "./moderation.ts";
import { username } from "./names.ts";
import { pollEndFrame, pollVoteFrame } from "./polls.ts";
import { statusFrame } from "./presence.ts";
import { rolesListFrame, userRolesFrame } from "./roles.ts";
import { serverUpdateFrame } from "./server.ts";
import { participantFrame, threadCreateFrame, threadDeleteFrame, threadUpdateFrame } from "./threads.ts";
import { leftFrame, updatedFrames, userLeaveFrame, usersListFrame } from "./users.ts";
import { slashAddFrame, slashCallFrame, slashRemoveFrame, whisperFrame } from "./slash.ts";
import { unreadsUpdateFrame } from "./unreads.ts";
import { joinedFrame, leftFrames, seatedFrame, speakingFrame, unseatedFrames, updatedFrame } from "./voice.ts";

/** Every event in this wire's words (reference/originchats.md §3). */
export const renderings = (kernel: Kernel): Renderings => {
  const channelsOf = ({ actor }: Session) => kernel.invoke(listChannels, actor, {}, UNPROMPTED);
  /**
   * The web client follows new and other places of channels only by a whole list, and each viewer has their own. A list throws it out of the
   * thread, forum or page of roles that it shows (reference/originchats.md §10.2), so it is sent only where one may differ.
   */
  const channelsForEach = () => new Each(async (session) => channelsGet.toReply(await channelsOf(session), {}));
  const channelForEach = (id: string, was: string) =>
    new Each(async (session) => {
      const channel = (await channelsOf(session)).channels.find((one) => one.id === id);
      return channel && { cmd: "channel_update", current_name: was, channel: listedChannel(channel), global: true };
    });
  /** Asked once for all who listen: the list is the same for everybody. */
  const usersForAll = () => {
    let list: Promise<unknown> | undefined;
    return new Each(({ actor }) => (list ??= kernel.invoke(listUsers, actor, {}, UNPROMPTED).then(usersListFrame)));
  };
  return {
    "community.updated": ({ data: { community } }) => serverUpdateFrame(community),
    "member.joined": ({ data: { member } }) => userJoinFrame(member),
    "member.updated": ({ data, actor }) => updatedFrames(data, actor === data.member.user.id),
    "member.roles-changed": ({ data: { members } }) => (members ? members.map(userRolesFrame) : usersForAll()),
    "member.left": ({ data: { user } }) => userLeaveFrame(user),
    "member.departed": ({ data: { user } }) => new Farewell([leftFrame(user)], "left"),
    "presence.connected": ({ data: { member } }) => connectFrames(member),
    "presence.disconnected": ({ data: { user } }) => ({ cmd: "user_disconnect", username: username(user) }),
    "status.changed": ({ data }) => statusFrame(data),
    "role.created": ({ data }) => rolesListFrame(data),
    "role.updated": ({ data }) => rolesListFrame(data),
    "role.deleted": ({ data }) => rolesListFrame(data),
    "role.reordered": ({ data }) => rolesListFrame(data),
    "access.changed": ({ data: { relisted } }) => (relisted ? channelsForEach() : undefined),
    "channel.created": channelsForEach,
    "channel.updated": ({ data: { channel, was, relisted } }) => (relisted ? channelsForEach() : channelForEach(channel.id, was)),
    "channel.moved": channelsForEach,
    "channel.deleted": channelsForEach,
    "channel.entered": null,
    "channel.left": null,
    "direct-message.sent": ({ data }) => directMessageFrame(data),
    "message.created": ({ data }) => messageFrame(data),
    "message.edited": ({ data }) => editFrame(data),
    "message.deleted": ({ data }) => deleteFrame(data),
    "message.pinned": ({ data }) => pinFrame(data),
    "reaction.added": ({ data }) => reactionFrame("message_react_add", data),
    "reaction.removed": ({ data }) => reactionFrame("message_react_remove", data),
    "thread.created": ({ data }) => threadCreateFrame(data),
    "thread.updated": ({ data }) => threadUpdateFrame(data),
    "thread.deleted": ({ data }) => threadDeleteFrame(data),
    "thread.joined": ({ data }) => participantFrame("thread_join", data),
    "thread.left": ({ data }) => participantFrame("thread_leave", data),
    "poll.voted": ({ data }) => pollVoteFrame(data),
    "poll.ended": ({ data }) => pollEndFrame(data),
    "typing.started": ({ data }) => typingFrame(data),
    "attachment.deleted": ({ data }) => attachmentDeletedFrame(data),
    "emoji.added": ({ data }) => emojiAddedFrame(data),
    "emoji.updated": ({ data }) => emojiUpdatedFrame(data),
    "emoji.deleted": ({ data }) => emojiDeletedFrame(data),
    "message.purged": ({ data }) => purgeFrames(data),
    "member.timed-out": ({ data }) => timeoutFrames(data.lastsMs),
    "session.ended": ({ data }) => farewell(data),
    "member.banned": null,
    "member.unbanned": null,
    "member.kicked": null,
    "message.expired": ({ data }) => purgeFrames(data),
    "read-mark.moved": ({ data }) => unreadsUpdateFrame(data),
    "plugin.started": null,
    "plugin.stopped": null,
    "modlog.recorded": null,
    "token.minted": null,
    "slash.added": ({ data }) => slashAddFrame(data),
    "slash.removed": ({ data }) => slashRemoveFrame(data),
    "slash.called": ({ data }) => slashCallFrame(data),
    "slash.whispered": ({ data }) => whisperFrame(data),
    "voice.joined": ({ data: { place, seat } }) => joinedFrame(place, seat),
    "voice.updated": ({ data: { place, seat } }) => updatedFrame(place, seat),
    "voice.speaking": ({ data }) => speakingFrame(data),
    "voice.left": ({ data }) => leftFrames(data),
    "voice.seated": ({ data }) => seatedFrame(data),
    "voice.unseated": ({ data }) => unseatedFrames(data),
  };
};

/** The web client takes whoever connects for `online`; another status is told after it. */
function connectFrames(member: MemberView): object[] {
  const { user, status } = member;
  const told = status.status === "online" && status.text === "";
  return told ? [userConnectFrame(member)] : [userConnectFrame(member), statusFrame({ user, status })];
}
