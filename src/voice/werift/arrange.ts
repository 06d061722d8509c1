import type { RTCRtpTransceiver } from "werift";
import type { Werift } from "./load-werift.ts";
import type { Publication, Session, Subscription } from "./session.ts";

/** Takes what a session sends from the first m-line that it offers for that. */
export function arrangePublication(werift: Werift, publication: Publication, places: readonly RTCRtpTransceiver[]): void {
  const [microphone] = places;
  microphone!.setDirection("recvonly");
  publication.takeFrom(microphone!, werift.RTP_EXTENSION_URI.audioLevelIndication);
}

/** Plays everybody else in the room over the m-lines that a session offers for that, as far as they go. What is heard somewhere stays there. */
export function arrangeSubscription(
  werift: Werift,
  subscription: Subscription,
  places: readonly RTCRtpTransceiver[],
  sessions: Iterable<Session>,
): void {
  const { id, room } = subscription.session;
  const outlets = places.map((place) => subscription.outletAt(werift, place));
  for (const outlet of subscription.outlets.values()) if (!outlets.includes(outlet)) outlet.play(undefined);
  const playing = new Set(outlets.map(({ publication }) => publication));
  const waiting = [...sessions]
    .filter((session) => session.room === room && session.id !== id)
    .flatMap(({ publication }) => (publication?.isLive && !playing.has(publication) ? [publication] : []));
  for (const outlet of outlets) outlet.play(outlet.publication ?? waiting.shift());
}
