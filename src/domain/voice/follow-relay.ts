import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { byConsole } from "../users/access.ts";
import { changeMedia } from "./seating.ts";
import { voiceBoard, voiceSpeaking } from "./voice.ts";

const of = { session: z.string().max(200), room: z.string().max(200) };

export const followRelay = operation({
  name: "voice.follow-relay",
  summary: "The server itself takes over what its relay says of a session that sits in a call.",
  input: () =>
    z.discriminatedUnion("kind", [
      z.object({ ...of, kind: z.literal("stream"), live: z.boolean() }),
      z.object({ ...of, kind: z.literal("speaking"), speaking: z.boolean() }),
    ]),
  output: () => z.object({}),
  access: { by: byConsole() },
  async run(call) {
    const { input } = call;
    const seat = call.cell(voiceBoard).seatOf(input.session);
    // They may have left since, or be elsewhere.
    if (!seat?.participant.media || seat.room.place.channel !== input.room) return {};
    const { room, participant } = seat;
    const { media, user } = participant;
    if (input.kind === "stream") changeMedia(call, room, participant, { ...media!, live: input.live });
    else {
      const sessions = [...room.participants.values()].flatMap((one) => (one.media ? one.session : []));
      const { stream } = media!;
      call.announce(voiceSpeaking, { sessions }, { place: room.place, user, stream, speaking: input.speaking });
    }
    return {};
  },
});
