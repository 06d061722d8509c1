import { type Frame, list, text } from "./frames.ts";

/** Somebody in a call, however many of their devices are. */
export interface Person {
  /** As the server calls them; `nameOf` says it for people. */
  readonly username: string;
  readonly seats: number;
  readonly muted: boolean;
  /** What is heard of them, one for each device; known only of those in one's own call. */
  readonly streams: readonly string[];
  /** They came with a client that does not use the relay. */
  readonly elsewhere: boolean;
}

/** More is not kept, whoever sends it. */
const MOST_PEOPLE = 1000;
const MOST_STREAMS = 8;

/** Of one seat. */
export function personOf(seat: Frame): Person {
  const stream = text(seat["stream"]);
  return {
    username: text(seat["username"]),
    seats: 1,
    muted: seat["muted"] === true,
    streams: stream ? [stream] : [],
    elsewhere: text(seat["peer_id"]) !== "" && !stream,
  };
}

/** Each person once, with all of their devices; muted who is muted on each. */
export function gathered(seats: readonly Person[]): Person[] {
  const people = new Map<string, Person>();
  for (const seat of seats) {
    const one = people.get(seat.username);
    people.set(
      seat.username,
      one
        ? {
            ...one,
            seats: one.seats + seat.seats,
            muted: one.muted && seat.muted,
            streams: [...new Set([...one.streams, ...seat.streams])].slice(0, MOST_STREAMS),
            elsewhere: one.elsewhere && seat.elsewhere,
          }
        : seat,
    );
  }
  return [...people.values()].slice(0, MOST_PEOPLE);
}
/** Of a list of seats. */
export const peopleOf = (seats: unknown): Person[] => gathered(list(seats, MOST_PEOPLE).map(personOf));
