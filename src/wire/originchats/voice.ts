import { z } from "zod";
import { joinVoice } from "../../domain/voice/join-voice.ts";
import { leaveVoice } from "../../domain/voice/leave-voice.ts";
import { moveVoice } from "../../domain/voice/move-voice.ts";
import { muteVoice, unmuteVoice } from "../../domain/voice/mute-voice.ts";
import { publishVoice, subscribeVoice } from "../../domain/voice/offer-media.ts";
import { serverMute } from "../../domain/voice/server-mute.ts";
import { showVoice } from "../../domain/voice/show-voice.ts";
import type { Seat } from "../../domain/voice/voice.ts";
import type { EventData } from "../../domain/index.ts";
import type { Place } from "../../domain/messages/message.ts";
import type { Speaker } from "../../domain/users/user.ts";
import { binding } from "../wire.ts";
import { TEXT, TEXT_OR_NULL, YES_OR_NO } from "./meant.ts";
import { userId, username } from "./names.ts";
import { complain } from "./sentences.ts";

/**
 * How to hear them, for those who are in the call (reference/originchats.md §2.9, §8): the peer past the server, `stream` (ours) through its relay.
 * The web client shows somebody without a peer in voice_join and calls only those who have one.
 */
const mediaOf = ({ peer, stream }: Seat) => ({ ...(peer !== null && { peer_id: peer }), ...(stream !== null && { stream }) });
const pictureOf = ({ avatar }: Seat) => (avatar === null ? {} : { pfp: avatar });
const wireSeat = (seat: Seat) => ({
  id: userId(seat.user),
  username: username(seat.user),
  muted: seat.muted,
  ...mediaOf(seat),
  ...pictureOf(seat),
});

/** In the channel list: each person once. */
export const voiceState = (seats: readonly Seat[]) =>
  seats.map((seat) => ({ username: username(seat.user), muted: seat.muted, ...pictureOf(seat) }));

export const joinedFrame = (place: Place, seat: Seat) => ({
  cmd: "voice_user_joined",
  channel: place.name,
  user: wireSeat(seat),
});
export const updatedFrame = (place: Place, seat: Seat) => ({
  cmd: "voice_user_updated",
  channel: place.name,
  user: wireSeat(seat),
});
/** Ours; the web client listens for itself who speaks. */
export const speakingFrame = ({ place, user, stream, speaking }: EventData<"voice.speaking">) => ({
  cmd: "voice_speaking",
  channel: place.name,
  id: userId(user),
  username: username(user),
  stream,
  speaking,
});
const leftFrame = (place: Place, user: Speaker) => ({ cmd: "voice_user_left", channel: place.name, username: username(user) });
/** The web client takes everybody of that name out; who of them remains comes in again. */
export const leftFrames = ({ place, user, remaining }: { place: Place; user: Speaker; remaining: readonly Seat[] }) => [
  leftFrame(place, user),
  ...remaining.map((seat) => joinedFrame(place, seat)),
];
export const seatedFrame = ({ place, others }: { place: Place; others: readonly Seat[] }) => ({
  cmd: "voice_join",
  channel: place.name,
  participants: others.map((seat) => ({
    username: username(seat.user),
    muted: seat.muted,
    ...mediaOf(seat),
    ...pictureOf(seat),
  })),
});
/** Makes the web client hang up on each of the others. */
export const unseatedFrames = ({ place, others }: { place: Place; others: readonly Speaker[] }) => [
  ...others.map((user) => leftFrame(place, user)),
  { cmd: "voice_leave", channel: place.name },
];

const named = (r: { channel?: unknown }, context: z.RefinementCtx): void => {
  if (typeof r.channel !== "string" || !r.channel) complain(context, "Channel name is required");
};

const voiceJoin = binding({
  name: "voice_join",
  operation: joinVoice,
  request: () =>
    z
      .looseObject({ channel: TEXT.optional(), peer_id: TEXT.optional(), relay: YES_OR_NO.optional() })
      .superRefine((r, context) => {
        const peerless = r.relay === true && r.peer_id === undefined;
        if (!peerless && (typeof r.peer_id !== "string" || !r.peer_id)) complain(context, "Peer ID is required");
        else named(r, context);
      }),
  toInput: (r) => ({ channel: r.channel as string, ...(r.peer_id !== undefined && { peer: r.peer_id as string }) }),
  toReply: seatedFrame,
});

const voiceLeave = binding({
  name: "voice_leave",
  operation: leaveVoice,
  request: () => z.looseObject({}),
  toInput: () => ({}),
  toReply: ({ place }) => ({ cmd: "voice_leave", channel: place.name }),
});

const voiceMute = binding({
  name: "voice_mute",
  operation: muteVoice,
  request: () => z.looseObject({}),
  toInput: () => ({}),
  toReply: ({ place, muted }) => ({ cmd: "voice_mute", channel: place.name, muted }),
});
const voiceUnmute = binding({
  name: "voice_unmute",
  operation: unmuteVoice,
  request: () => z.looseObject({}),
  toInput: () => ({}),
  toReply: ({ place, muted }) => ({ cmd: "voice_unmute", channel: place.name, muted }),
});

const offer = () =>
  z
    .looseObject({ sdp: TEXT.optional() })
    .superRefine((r, context) => void ((typeof r.sdp === "string" && r.sdp) || complain(context, "SDP is required")));

/** Ours: offers the relay what one sends. */
const voicePublish = binding({
  name: "voice_publish",
  operation: publishVoice,
  request: offer,
  toInput: (r) => ({ offer: r.sdp as string }),
  toReply: ({ place, answer }) => ({ cmd: "voice_publish", channel: place.name, sdp: answer }),
});
/** Ours: offers the relay a connection on which one hears the others. */
const voiceSubscribe = binding({
  name: "voice_subscribe",
  operation: subscribeVoice,
  request: offer,
  toInput: (r) => ({ offer: r.sdp as string }),
  toReply: ({ place, answer }) => ({ cmd: "voice_subscribe", channel: place.name, sdp: answer }),
});

const voiceStateGet = binding({
  name: "voice_state",
  operation: showVoice,
  request: () => z.looseObject({ channel: TEXT.optional() }).superRefine(named),
  toInput: (r) => ({ channel: r.channel as string }),
  toReply: ({ place, seats }) => ({ cmd: "voice_state", channel: place.name, participants: seats.map(wireSeat) }),
});

const User = TEXT.transform((user, context) => {
  if (typeof user === "string" && user !== "") return user;
  complain(context, "User parameter is required");
  return z.NEVER;
});
const reason = z.string().nullish();

/** Ours: a moderator's mute. */
const voiceServerMute = binding({
  name: "voice_server_mute",
  operation: serverMute,
  request: () =>
    z
      .looseObject({ user: User, muted: YES_OR_NO.optional(), reason })
      .superRefine((r, context) => void (typeof r.muted === "boolean" || complain(context, "Muted must be true or false"))),
  toInput: (r) => ({ user: r.user, muted: r.muted as boolean, ...(r.reason && { reason: r.reason }) }),
  toReply: ({ user, muted }) => ({ cmd: "voice_server_mute", user: username(user), muted }),
});

/** Ours: to another voice channel, or with null out of the call. */
const voiceMove = binding({
  name: "voice_move",
  operation: moveVoice,
  request: () =>
    z.looseObject({ user: User, channel: TEXT_OR_NULL.optional(), reason }).superRefine((r, context) => {
      if (r.channel !== null) named(r, context);
    }),
  toInput: (r) => ({ user: r.user, channel: r.channel as string | null, ...(r.reason && { reason: r.reason }) }),
  toReply: ({ user, place, moved }) => ({
    cmd: "voice_move",
    user: username(user),
    channel: place?.name ?? null,
    moved: moved > 0,
  }),
});

export const bindings = [
  voiceJoin,
  voiceLeave,
  voiceMute,
  voiceUnmute,
  voicePublish,
  voiceSubscribe,
  voiceStateGet,
  voiceServerMute,
  voiceMove,
] as const;
