import { z } from "zod";
import { type Call, operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { refuseTimedOut } from "../messages/access.ts";
import { Place } from "../messages/message.ts";
import { decide } from "../roles/permissions.ts";
import { mayTalk, type Seated, seated } from "./access.ts";
import { changeSeat } from "./seating.ts";
import { type Participant, voiceBoard } from "./voice.ts";

const output = () => z.object({ place: Place, muted: z.boolean() });

function setMuted(
  call: Call<unknown, unknown>,
  { room, participant }: Seated,
  change: Partial<Participant> & { selfMuted: boolean },
) {
  const { selfMuted } = change;
  const wasMuted = call.cell(voiceBoard).isMuted(participant);
  changeSeat(call, room, participant, change, wasMuted);
  return { place: room.place, muted: selfMuted };
}

export const muteVoice = operation({
  name: "voice.mute",
  summary: "Show the others in the call that one's own microphone is off.",
  input: () => z.object({}),
  output,
  access: { at: seated() },
  async run(call) {
    return setMuted(call, call.access.at, { selfMuted: true });
  },
});

export const unmuteVoice = operation({
  name: "voice.unmute",
  summary: "Turn one's own microphone on again; needs the permission `speak`, no time-out, and no moderator's mute.",
  input: () => z.object({}),
  output,
  access: { at: seated() },
  async run(call) {
    const { member } = call.access.at;
    if (!decide(member, "speak").allowed) throw new Refusal("forbidden", "permission", { permission: "speak" });
    if (call.cell(voiceBoard).isSilenced(call.actor.community, member.user.id)) throw new Refusal("forbidden", "voice.silenced");
    refuseTimedOut(call, member);
    return setMuted(call, call.access.at, { selfMuted: false, ...mayTalk(call, member) });
  },
});
