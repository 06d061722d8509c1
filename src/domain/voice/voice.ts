import { z } from "zod";
import { cell } from "../../kernel/cell.ts";
import { eventType } from "../../kernel/event.ts";
import type { Call } from "../../kernel/operation.ts";
import { Place } from "../messages/message.ts";
import { Speaker } from "../users/user.ts";
import { voiceMutesIn } from "./statements.ts";

/** One session in a call. Two sessions of one user are two participants. */
export interface Participant {
  readonly session: string;
  readonly community: string;
  readonly user: Speaker;
  readonly avatar: string | null;
  /** By which the other participants reach its media through a broker outside; null where the client knows the relay here only. */
  readonly peer: string | null;
  /** What they chose themselves. */
  readonly selfMuted: boolean;
  /** Whether they have the permission `speak`, and no time-out. */
  readonly maySpeak: boolean;
  /** When their time-out ends or has ended; 0 where there was none. */
  readonly quietUntil: number;
  /** Since the relay here was offered something. */
  readonly media?: Media | undefined;
}
/** What the relay has of a session for as long as that sits where it does. */
export interface Media {
  /** By which its listeners know what they hear from it. */
  readonly stream: string;
  /** Whether there is something to hear. */
  readonly live: boolean;
}

/** A call. Channel names follow the channel. */
export interface Room {
  place: Place;
  /** By session, in the order in which they came. */
  readonly participants: Map<string, Participant>;
}

/** Who sits in which call of this process, which ends with it, and whom moderators have silenced, as the database has it. */
class VoiceBoard {
  /** By channel id; a call without participants has no room. */
  readonly rooms = new Map<string, Room>();
  readonly #silenced = new Set<string>();
  readonly #recalled = new Map<string, Promise<void>>();
  readonly #roomOf = new Map<string, Room>();

  roomOf(session: string): Room | undefined {
    return this.#roomOf.get(session);
  }
  /** Where a session sits, and as what. */
  seatOf(session: string): { readonly room: Room; readonly participant: Participant } | undefined {
    const room = this.#roomOf.get(session);
    const participant = room?.participants.get(session);
    return room && participant && { room, participant };
  }
  /** When the next time-out of somebody in a call ends; undefined when none is to be waited for. */
  nextVoice(now: number): number | undefined {
    const ends = [...this.rooms.values()]
      .flatMap(({ participants }) => [...participants.values()].map(({ quietUntil }) => quietUntil))
      .filter((until) => until > now);
    return ends.length ? Math.min(...ends) : undefined;
  }
  /** Everybody in a channel's call, in the order in which they came. */
  in(channel: string): readonly Participant[] {
    return [...(this.rooms.get(channel)?.participants.values() ?? [])];
  }
  /** The sessions of a user that are in calls of a community. */
  of(community: string, user: string): readonly Participant[] {
    return [...this.rooms.values()].flatMap(({ participants }) =>
      [...participants.values()].filter((one) => one.user.id === user && one.community === community),
    );
  }
  seat(place: Place, participant: Participant): Room {
    let room = this.rooms.get(place.channel);
    if (!room) this.rooms.set(place.channel, (room = { place, participants: new Map() }));
    room.participants.set(participant.session, participant);
    this.#roomOf.set(participant.session, room);
    return room;
  }
  unseat(session: string): void {
    const room = this.#roomOf.get(session);
    if (!room) return;
    this.#roomOf.delete(session);
    room.participants.delete(session);
    if (!room.participants.size) this.rooms.delete(room.place.channel);
  }
  /** To be waited for before anybody is seated or silenced: whom the database knows to be silenced. It is asked once. */
  recall({ store, actor: { community } }: Pick<Call<unknown, unknown>, "store" | "actor">): Promise<void> {
    let recalling = this.#recalled.get(community);
    if (!recalling) {
      recalling = store
        .all(voiceMutesIn, { community })
        .then((rows) => rows.forEach(({ user_ }) => this.silence(community, user_, true)));
      this.#recalled.set(community, recalling);
      recalling.catch(() => this.#recalled.delete(community));
    }
    return recalling;
  }
  /** A moderator's mute outlasts leaving, coming back and the process. */
  silence(community: string, user: string, silenced: boolean): void {
    const key = `${community} ${user}`;
    if (silenced) this.#silenced.add(key);
    else this.#silenced.delete(key);
  }
  isSilenced(community: string, user: string): boolean {
    return this.#silenced.has(`${community} ${user}`);
  }
  isMuted({ selfMuted, maySpeak, community, user }: Participant): boolean {
    return selfMuted || !maySpeak || this.isSilenced(community, user.id);
  }
}
export const voiceBoard = cell("voice.board", () => new VoiceBoard());

/**
 * Somebody in a call as those see them who may view the channel. `peer` and `stream` are there only for who is in the call too, and a stream only
 * while the relay has something to hear from it; the operator is also told those that only listen.
 */
export const Seat = z.lazy(() =>
  z.object({
    user: Speaker,
    avatar: z.string().nullable(),
    muted: z.boolean(),
    peer: z.string().nullable(),
    stream: z.string().nullable(),
  }),
);
export type Seat = z.output<typeof Seat>;

export const voiceJoined = eventType({
  name: "voice.joined",
  summary: "Somebody joined a call. Told once to those in it, with the peer, and once to the channel's other viewers, without.",
  data: () => z.object({ place: Place, seat: Seat }),
  durable: false,
});
export const voiceUpdated = eventType({
  name: "voice.updated",
  summary:
    "Somebody in a call was muted or unmuted: told to those in it, with peer and stream, and to other viewers, without. Or their stream came or went: told to those in it.",
  data: () => z.object({ place: Place, seat: Seat }),
  durable: false,
});
export const voiceSpeaking = eventType({
  name: "voice.speaking",
  summary: "The relay began or ceased to hear somebody speak. Told to those in the call who are connected to it.",
  data: () => z.object({ place: Place, user: Speaker, stream: z.string(), speaking: z.boolean() }),
  durable: false,
});
export const voiceLeft = eventType({
  name: "voice.left",
  summary: "A session left a call; `remaining` are the same user's other sessions in it.",
  data: () => z.object({ place: Place, user: Speaker, remaining: z.array(Seat) }),
  durable: false,
});
export const voiceSeated = eventType({
  name: "voice.seated",
  summary: "Tells a session that it sits in a call it did not ask for, or with whom it sits there now.",
  data: () => z.object({ place: Place, others: z.array(Seat) }),
  durable: false,
});
export const voiceUnseated = eventType({
  name: "voice.unseated",
  summary: "Tells a session that it is no longer in a call; `others` are those it was with.",
  data: () => z.object({ place: Place, others: z.array(Speaker) }),
  durable: false,
});
