import { z } from "zod";
import { type Made, operation } from "../../kernel/operation.ts";
import { Place } from "../messages/message.ts";
import { voiceChannel } from "./access.ts";
import { seatOf } from "./seating.ts";
import { Seat, voiceBoard } from "./voice.ts";

const Input = () => z.object({ channel: z.string().min(1).max(200) });

export const showVoice = operation({
  name: "voice.state",
  summary:
    "Who is in a call, in the order in which they came; their peers and streams only for a session that is in it too, and for the operator.",
  input: Input,
  output: () => z.object({ place: Place, seats: z.array(Seat) }),
  access: { of: voiceChannel((input: Made<typeof Input>) => input.channel) },
  async run(call) {
    const { channel } = call.access.of;
    const participants = call.cell(voiceBoard).in(channel.id);
    const operator = call.actor.kind === "console";
    const inside = operator || participants.some(({ session }) => session === call.actor.session);
    return {
      place: { channel: channel.id, name: channel.name },
      seats: participants.map((participant) => ({
        ...seatOf(call, participant, inside),
        ...(operator && { stream: participant.media?.stream ?? null }),
      })),
    };
  },
});
