import { z } from "zod";
import { type Made, operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { Batch } from "../../storage/store.ts";
import { userBelow } from "../moderation/access.ts";
import { recordAct } from "../moderation/modlog.ts";
import { Reason, UserRef } from "../moderation/moderation.ts";
import { Place } from "../messages/message.ts";
import { decide, decideIn } from "../roles/permissions.ts";
import { Speaker } from "../users/user.ts";
import { voiceChannel } from "./access.ts";
import { refuseFull } from "./room-limit.ts";
import { seatsBut, sitDown, standUp } from "./seating.ts";
import { voiceBoard, voiceSeated } from "./voice.ts";

const Input = () =>
  z.object({
    user: UserRef,
    /** Where to; null ends their calls. */
    channel: z.string().min(1).max(200).nullable(),
    reason: Reason.optional(),
  });
const destination = voiceChannel((channel: string) => channel);

export const moveVoice = operation({
  name: "voice.move",
  summary:
    "Move a user's sessions that are in calls to another voice channel, which they must be allowed to join, or out of all.",
  input: Input,
  output: () => z.object({ user: Speaker, place: Place.nullable(), moved: z.int() }),
  access: {
    subject: userBelow<Made<typeof Input>>("manage_users", "move_members"),
    to: {
      needs: "`view` in the voice channel",
      load: async (ask) =>
        ask.input.channel === null ? null : (await destination.load({ ...ask, input: ask.input.channel })).channel,
    },
  },
  async run(call) {
    const { actor } = call;
    const { subject, to } = call.access;
    const { user, member } = subject;
    const board = call.cell(voiceBoard);
    const place: Place | null = to && { channel: to.id, name: to.name };
    const moving = () =>
      board.of(actor.community, user.id).filter(({ session }) => board.roomOf(session)?.place.channel !== to?.id);
    if (!board.of(actor.community, user.id).length || !member) throw new Refusal("conflict", "voice.user-not-in");
    if (to) {
      if (!decideIn(member, to.rules, "view").allowed || !decide(member, "connect").allowed)
        throw new Refusal("forbidden", "voice.user-not-allowed");
      refuseFull(call, to, user.id);
    }
    if (!moving().length) return { user, place, moved: 0 };
    const batch = new Batch();
    recordAct(batch, call, {
      action: "voice_move",
      target: { id: user.id, name: user.name },
      reason: call.input.reason || null,
      details: { channel: place?.name ?? null },
    });
    await call.store.commit(batch);
    const went = moving();
    for (const participant of went) {
      standUp(call, participant.session, true);
      if (!place) continue;
      const room = sitDown(call, place, { ...participant, media: undefined });
      call.announce(voiceSeated, { session: participant.session }, { place, others: seatsBut(call, room, participant.session) });
    }
    return { user, place, moved: went.length };
  },
});
