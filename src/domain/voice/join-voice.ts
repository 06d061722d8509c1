import { z } from "zod";
import { type Made, operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { Place } from "../messages/message.ts";
import { isOpen } from "../presence/seen.ts";
import { callToJoin, mayTalk } from "./access.ts";
import { refuseFull } from "./room-limit.ts";
import { seatsBut, silenceMedia, sitDown, standUp } from "./seating.ts";
import { type Participant, Seat, voiceBoard } from "./voice.ts";

const Input = () =>
  z.object({
    channel: z.string().min(1).max(200),
    /** By which others reach this session's media, past this server; without it, the session is heard through the relay here only. */
    peer: z
      .string()
      .regex(/^[\x21-\x7e]{1,128}$/, "voice.peer")
      .optional(),
  });

export const joinVoice = operation({
  name: "voice.join",
  summary:
    "Join a call with the asking session, which leaves the call it was in. Who may not speak joins muted. Without a peer one is heard through the server's relay only, by others who use it.",
  input: Input,
  output: () => z.object({ place: Place, others: z.array(Seat) }),
  access: { to: callToJoin((input: Made<typeof Input>) => input.channel) },
  pace: { burst: 10, perMinute: 30 },
  async run(call) {
    const { channel, member } = call.access.to;
    const { session, community } = call.actor;
    if (call.input.peer === undefined && !call.relay) throw new Refusal("unavailable", "voice.no-relay");
    const board = call.cell(voiceBoard);
    await board.recall(call);
    if (!session || !isOpen(call)) throw new Refusal("forbidden", "voice.no-session");
    refuseFull(call, channel, member.user.id);
    const before = board.roomOf(session);
    const known = before?.place.channel === channel.id ? before.participants.get(session) : undefined;
    if (before && !known) standUp(call, session, false);
    const participant: Participant = {
      session,
      community,
      user: member.user,
      avatar: member.avatar,
      peer: call.input.peer ?? null,
      selfMuted: known?.selfMuted ?? false,
      ...mayTalk(call, member),
      media: known?.media,
    };
    const place: Place = { channel: channel.id, name: channel.name };
    const room = sitDown(call, place, participant);
    // What was learnt just now of whether they may speak holds for what the relay has of them.
    silenceMedia(call, participant);
    return { place, others: seatsBut(call, room, session) };
  },
});
