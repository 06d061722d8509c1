import type { Channel, Model } from "./model.ts";
import type { Person } from "./people.ts";

/** How local accounts are marked on the wire. */
const LOCAL = /^USR:local_/;

/** What people call somebody. */
export const nameOf = ({ nicknames }: Pick<Model, "nicknames">, username: string): string =>
  nicknames.get(username) ?? username.replace(LOCAL, "");

/** How somebody in one's own call is. @param isComing whether something is about to be heard of them. */
export function stateOf({ muted, streams, elsewhere }: Person, speaking: boolean, isComing: boolean): string {
  if (muted) return "muted";
  if (elsewhere) return "uses another client: you do not hear each other";
  if (streams.length === 0) return isComing ? "connecting" : "only listens";
  return speaking ? "speaks" : "quiet";
}

export function crowdOf({ people, limit }: Pick<Channel, "people" | "limit">): string {
  const count = people.length;
  if (limit > 0) return `${count} of ${limit}`;
  return count === 0 ? "empty" : `${count} in the call`;
}

/** Two numbers from a name, always the same ones: a hue, and the letter to put on it. */
export function badgeOf(name: string): { readonly letter: string; readonly hue: number } {
  let sum = 7;
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 360;
  return { letter: [...new Intl.Segmenter().segment(name)][0]?.segment.toUpperCase() ?? "?", hue: sum };
}

export const SENTENCES = {
  insecure:
    "This page came without encryption, so the browser gives it no microphone: you can only listen. " +
    "Whoever runs the server can change that with “chat serve --domain …” or “chat serve --tls self”, and an https address.",
  noWebRtc: "This browser cannot take part in calls: it has no WebRTC.",
  rotur: "Here people sign in with Rotur only, which this page does not know: use an originChats client.",
  blocked: "The browser waits for a click before it plays anybody.",
  forced: "You are muted by a moderator or by the rules of this server.",
  notThrough: "No sound gets through to the server. A firewall on the way may stop UDP; trying again.",
  closedRegistration: "This server takes new people by invite only: enter the code of one.",
} as const;

/** Why there is no microphone, by the name of the error (Media Capture and Streams §10.2). */
export function microphoneSentence(error: string): string {
  if (error === "NotAllowedError") return "The browser was not allowed to use the microphone: you can only listen.";
  if (error === "NotFoundError") return "There is no microphone: you can only listen.";
  if (error === "NotReadableError") return "Another program has the microphone: you can only listen.";
  return "The microphone cannot be used: you can only listen.";
}

/** For the ears of whoever reads the page by a screen reader. */
export function comingsSentence(came: readonly string[], left: readonly string[]): string {
  const said = (names: readonly string[], what: string) => (names.length ? `${names.join(", ")} ${what}.` : "");
  return [said(came, "came"), said(left, "left")].filter(Boolean).join(" ");
}
