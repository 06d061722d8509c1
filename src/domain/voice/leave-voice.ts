import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { Place } from "../messages/message.ts";
import { seated } from "./access.ts";
import { standUp } from "./seating.ts";

export const leaveVoice = operation({
  name: "voice.leave",
  summary: "Leave the call that the asking session is in.",
  input: () => z.object({}),
  output: () => z.object({ place: Place }),
  access: { at: seated() },
  async run(call) {
    const { room, participant } = call.access.at;
    standUp(call, participant.session, false);
    return { place: room.place };
  },
});
