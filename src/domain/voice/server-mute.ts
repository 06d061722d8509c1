import { z } from "zod";
import { type Made, operation } from "../../kernel/operation.ts";
import { Batch } from "../../storage/store.ts";
import { userBelow } from "../moderation/access.ts";
import { recordAct } from "../moderation/modlog.ts";
import { Reason, UserRef } from "../moderation/moderation.ts";
import { Speaker } from "../users/user.ts";
import { changeSeat } from "./seating.ts";
import { deleteVoiceMute, putVoiceMute } from "./statements.ts";
import { voiceBoard } from "./voice.ts";

const Input = () => z.object({ user: UserRef, muted: z.boolean(), reason: Reason.optional() });

export const serverMute = operation({
  name: "voice.server-mute",
  summary:
    "Mute a user in every call, or end that. It lasts until it is ended, also over a restart. The relay forwards nothing of them; media that goes past this server only their client can silence.",
  input: Input,
  output: () => z.object({ user: Speaker, muted: z.boolean() }),
  access: { subject: userBelow<Made<typeof Input>>("manage_users", "mute_members") },
  async run(call) {
    const { input, actor } = call;
    const { user } = call.access.subject;
    const { community } = actor;
    const board = call.cell(voiceBoard);
    await board.recall(call);
    if (board.isSilenced(community, user.id) === input.muted) return { user, muted: input.muted };
    const batch = new Batch();
    if (input.muted) batch.add(putVoiceMute, { community, user: user.id, at: call.now() });
    else batch.add(deleteVoiceMute, { community, user: user.id });
    recordAct(batch, call, {
      action: input.muted ? "voice_mute" : "voice_unmute",
      target: { id: user.id, name: user.name },
      reason: input.reason || null,
    });
    batch.afterCommit(() => {
      const before = board.of(community, user.id).map((one) => [one, board.isMuted(one)] as const);
      board.silence(community, user.id, input.muted);
      for (const [participant, wasMuted] of before)
        changeSeat(call, board.roomOf(participant.session)!, participant, {}, wasMuted);
    });
    await call.store.commit(batch);
    return { user, muted: input.muted };
  },
});
