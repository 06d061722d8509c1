import type { Call, World } from "../../kernel/operation.ts";
import type { EventType } from "../../kernel/event.ts";
import type { Place } from "../messages/message.ts";
import {
  type Media,
  type Participant,
  type Room,
  type Seat,
  voiceBoard,
  voiceJoined,
  voiceLeft,
  voiceSeated,
  voiceUnseated,
  voiceUpdated,
} from "./voice.ts";

type Caller = Pick<Call<unknown, unknown>, "announce" | "cell" | "relay">;

/** A participant as others are shown them. */
export const seatOf = ({ cell }: Pick<World, "cell">, participant: Participant, inside: boolean): Seat => ({
  user: participant.user,
  avatar: participant.avatar,
  muted: cell(voiceBoard).isMuted(participant),
  peer: inside ? participant.peer : null,
  stream: inside && participant.media?.live ? participant.media.stream : null,
});
/** The seats of all in a room but one session. */
export const seatsBut = (world: Pick<World, "cell">, room: Room | undefined, session?: string): Seat[] =>
  [...(room?.participants.values() ?? [])].filter((one) => one.session !== session).map((one) => seatOf(world, one, true));

/** The people in a channel's call, each once, as they are where they sat down first. */
export function peopleIn(world: Pick<World, "cell">, channel: string): Seat[] {
  const people = new Map<string, Seat>();
  for (const participant of world.cell(voiceBoard).in(channel)) {
    const { id } = participant.user;
    if (!people.has(id)) people.set(id, seatOf(world, participant, false));
  }
  return [...people.values()];
}

/** Says it to the room with peers and streams, and to whoever else may view the channel without, where there is something to say. `spared` is told neither. */
function tellBoth<D>(
  call: Caller,
  room: Room,
  type: EventType<string, D>,
  make: (inside: boolean) => D | undefined,
  spared: readonly string[],
): void {
  const seated = [...room.participants.keys()];
  const sessions = seated.filter((session) => !spared.includes(session));
  const [toThem, toOthers] = [make(true), make(false)];
  if (sessions.length && toThem) call.announce(type, { sessions }, toThem);
  if (toOthers) call.announce(type, { channel: room.place.channel, except: [...seated, ...spared] }, toOthers);
}

/** Puts a session into a call; the session itself is not told, its asker knows. It must not be in another. */
export function sitDown(call: Caller, place: Place, participant: Participant): Room {
  const room = call.cell(voiceBoard).seat(place, participant);
  tellBoth(call, room, voiceJoined, (inside) => ({ place: room.place, seat: seatOf(call, participant, inside) }), [
    participant.session,
  ]);
  return room;
}

/**
 * Takes a session out of its call, if it is in one, ends its media, and tells those who were with it.
 * @param told whether the session itself hears that it was put out.
 */
export function standUp(call: Caller, session: string, told: boolean): void {
  call.relay?.leave(session);
  rise(call, session, told);
}

/** Clients know people in calls by name: under another one they leave and come in again. Their media goes on. */
export function renameSeat(call: Caller, room: Room, before: Participant, change: Partial<Participant>): void {
  const after = { ...before, ...change };
  rise(call, before.session, false);
  sitDown(call, room.place, after);
  silenceMedia(call, after);
}

function rise(call: Caller, session: string, told: boolean): void {
  const board = call.cell(voiceBoard);
  const room = board.roomOf(session);
  const leaving = room?.participants.get(session);
  if (!room || !leaving) return;
  board.unseat(session);
  const { place } = room;
  const own = [...room.participants.values()].filter(({ user }) => user.id === leaving.user.id);
  tellBoth(
    call,
    room,
    voiceLeft,
    (inside) => ({ place, user: leaving.user, remaining: own.map((one) => seatOf(call, one, inside)) }),
    // Clients that know people by name would take this for their own end; they get the list of the others anew.
    [...own.map((one) => one.session), ...(told ? [session] : [])],
  );
  for (const one of own)
    call.announce(voiceSeated, { session: one.session }, { place, others: seatsBut(call, room, one.session) });
  if (told) {
    const others = [...room.participants.values()].map(({ user }) => user);
    call.announce(voiceUnseated, { session }, { place, others });
  }
}

/** Changes a participant where they sit; all in the room hear it if it can be seen, they themselves too. Others see people, not sessions. */
export function changeSeat(call: Caller, room: Room, before: Participant, change: Partial<Participant>, wasMuted: boolean): void {
  const after = { ...before, ...change };
  room.participants.set(after.session, after);
  if (call.cell(voiceBoard).isMuted(after) === wasMuted) return;
  silenceMedia(call, after);
  const first = [...room.participants.values()].find(({ user }) => user.id === after.user.id);
  const told = (inside: boolean) =>
    inside || first === after ? { place: room.place, seat: seatOf(call, after, inside) } : undefined;
  tellBoth(call, room, voiceUpdated, told, []);
}

/** Lets the relay drop what a session sends while it is muted, whatever its client does. */
export function silenceMedia(call: Pick<World, "cell" | "relay">, participant: Participant): void {
  if (participant.media) call.relay?.silence(participant.session, call.cell(voiceBoard).isMuted(participant));
}

/** What the relay has of a session changed; those in the call hear it if it can be heard. */
export function changeMedia(call: Caller, room: Room, before: Participant, media: Media): void {
  const after = { ...before, media };
  room.participants.set(after.session, after);
  if (media.live === (before.media?.live ?? false)) return;
  call.announce(
    voiceUpdated,
    { sessions: [...room.participants.keys()] },
    { place: room.place, seat: seatOf(call, after, true) },
  );
}
