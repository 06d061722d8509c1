import { z } from "zod";
import { type Call, operation } from "../../kernel/operation.ts";
import { channelByRef, channelView } from "../channels/statements.ts";
import { decide, decideIn } from "../roles/permissions.ts";
import { byConsole, memberOf } from "../users/access.ts";
import { mayTalk } from "./access.ts";
import { changeSeat, renameSeat, standUp } from "./seating.ts";
import { type Participant, type Room, voiceBoard } from "./voice.ts";

/** What may have taken somebody's place in a call: after each of these it is looked at again who may still sit where. */
export const UNSETTLING: ReadonlySet<string> = new Set([
  "session.ended",
  "member.left",
  "member.updated",
  "member.roles-changed",
  "member.timed-out",
  "role.updated",
  "role.deleted",
  "access.changed",
  "channel.updated",
  "channel.deleted",
]);

export const settleVoice = operation({
  name: "voice.settle",
  summary: "The server itself ends at once every place in a call that its user may not have any more.",
  input: () =>
    z.object({
      /** Somebody whose sessions were ended whatever their rights are. */
      gone: z.string().min(1).max(200).optional(),
    }),
  output: () => z.object({ ended: z.int() }),
  access: { by: byConsole() },
  async run(call) {
    const board = call.cell(voiceBoard);
    let ended = 0;
    for (const room of [...board.rooms.values()])
      for (const participant of [...room.participants.values()]) {
        if (participant.community !== call.actor.community) continue;
        if (participant.user.id !== call.input.gone && (await staysIn(call, room, participant))) continue;
        if (board.roomOf(participant.session) !== room) continue;
        standUp(call, participant.session, true);
        ended++;
      }
    return { ended };
  },
});

/** Whether they may stay; if so, what is known of them and of the channel is brought up to date. */
async function staysIn(call: Call<unknown, unknown>, room: Room, { session, user }: Participant): Promise<boolean> {
  const { community } = call.actor;
  const { channel } = room.place;
  const member = await memberOf(call, user.id);
  const row = await call.once(`channel ${channel}`, () =>
    call.store.one(channelByRef, { community, ref: channel, key: channel }),
  );
  if (!member || member.banned || !row) return false;
  const found = channelView(row);
  if (found.kind !== "voice" || !decideIn(member, found.rules, "view").allowed || !decide(member, "connect").allowed)
    return false;
  const board = call.cell(voiceBoard);
  room.place = { channel, name: found.name };
  const now = board.roomOf(session) === room ? room.participants.get(session) : undefined;
  if (!now) return true;
  const change = { user: member.user, avatar: member.avatar, ...mayTalk(call, member) };
  if (now.user.name === member.user.name) changeSeat(call, room, now, change, board.isMuted(now));
  else renameSeat(call, room, now, change);
  return true;
}
