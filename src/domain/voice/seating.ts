import type { Call, World } from "../../kernel/operation.ts";
import type { EventType } from "../../kernel/event.ts";
import type { Place } from "../messages/message.ts";
import {
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

type Caller = Pick<Call<unknown, unknown>, "announce" | "cell">;

/** A participant as others are shown them. */
export const seatOf = ({ cell }: Pick<World, "cell">, participant: Participant, withPeer: boolean): Seat => ({
  user: participant.user,
  avatar: participant.avatar,
  muted: cell(voiceBoard).isMuted(participant),
  peer: withPeer ? participant.peer : null,
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

/** Says it to the room with peers, and to whoever else may view the channel without, where there is something to say. `spared` is told neither. */
function tellBoth<D>(
  call: Caller,
  room: Room,
  type: EventType<string, D>,
  make: (withPeer: boolean) => D | undefined,
  spared: readonly string[],
): void {
  const inside = [...room.participants.keys()];
  const sessions = inside.filter((session) => !spared.includes(session));
  const [toThem, toOthers] = [make(true), make(false)];
  if (sessions.length && toThem) call.announce(type, { sessions }, toThem);
  if (toOthers) call.announce(type, { channel: room.place.channel, except: [...inside, ...spared] }, toOthers);
}

/** Puts a session into a call; the session itself is not told, its asker knows. It must not be in another. */
export function sitDown(call: Caller, place: Place, participant: Participant): Room {
  const room = call.cell(voiceBoard).seat(place, participant);
  tellBoth(call, room, voiceJoined, (withPeer) => ({ place: room.place, seat: seatOf(call, participant, withPeer) }), [
    participant.session,
  ]);
  return room;
}

/**
 * Takes a session out of its call, if it is in one, and tells those who were with it.
 * @param told whether the session itself hears that it was put out.
 */
export function standUp(call: Caller, session: string, told: boolean): Room | undefined {
  const board = call.cell(voiceBoard);
  const room = board.roomOf(session);
  const leaving = room?.participants.get(session);
  if (!room || !leaving) return undefined;
  board.unseat(session);
  const { place } = room;
  const own = [...room.participants.values()].filter(({ user }) => user.id === leaving.user.id);
  tellBoth(
    call,
    room,
    voiceLeft,
    (withPeer) => ({ place, user: leaving.user, remaining: own.map((one) => seatOf(call, one, withPeer)) }),
    // Clients that know people by name would take this for their own end; they get the list of the others anew.
    [...own.map((one) => one.session), ...(told ? [session] : [])],
  );
  for (const one of own)
    call.announce(voiceSeated, { session: one.session }, { place, others: seatsBut(call, room, one.session) });
  if (told) {
    const others = [...room.participants.values()].map(({ user }) => user);
    call.announce(voiceUnseated, { session }, { place, others });
  }
  return room;
}

/** Changes a participant where they sit; all in the room hear it if it can be seen, they themselves too. Others see people, not sessions. */
export function changeSeat(call: Caller, room: Room, before: Participant, change: Partial<Participant>, wasMuted: boolean): void {
  const after = { ...before, ...change };
  room.participants.set(after.session, after);
  if (call.cell(voiceBoard).isMuted(after) === wasMuted) return;
  const first = [...room.participants.values()].find(({ user }) => user.id === after.user.id);
  const told = (withPeer: boolean) =>
    withPeer || first === after ? { place: room.place, seat: seatOf(call, after, withPeer) } : undefined;
  tellBoth(call, room, voiceUpdated, told, []);
}
