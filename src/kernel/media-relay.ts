import type { Timers } from "./clock.ts";
import type { Log } from "./log.ts";

/**
 * Forwards the media of calls between the sessions in them (an SFU: one packet in, one out per listener, nothing decoded).
 * It knows sessions, rooms and streams by their ids, and nothing of people or of what they may: whoever calls it has proved that.
 */
export interface MediaRelay extends AsyncDisposable {
  /** The UDP port that is bound. */
  readonly port: number;
  /**
   * Answers a session's offer. The client always offers: once for what it sends (`publish`), on a second connection for what it
   * hears (`subscribe`), and there again whenever `streams` changed. The same offer again gets a valid answer.
   * The connections of a session that was in another room end first.
   * @throws OfferRefused when the offer cannot be used; the session's connections stay as they are.
   * @throws RelayFull when no more connections are taken.
   */
  answer(seat: RelaySeat, direction: Direction, offer: string): Promise<string>;
  /** While silenced, what a session sends goes nowhere. It may be said before the session has connected, and lasts until `leave`. */
  silence(session: string, silenced: boolean): void;
  /** Ends both connections of a session; a session that has none is nothing. */
  leave(session: string): void;
  /** Returns the undo. */
  hear(listener: (change: RelayChange) => void): () => void;
  /** Every session with a connection, as it stands now; counts go up for as long as the session is connected. */
  flows(): readonly Flow[];
}

export type Direction = "publish" | "subscribe";

/** Which session's media it is, and who hears it. */
export interface RelaySeat {
  readonly session: string;
  readonly room: string;
  /** By which its listeners know what they hear from it: the `msid` of their answers. See `STREAM_NAME`. */
  readonly stream: string;
}
/** What a stream may be called: 1 to 64 token characters (RFC 8830 §2). */
export const STREAM_NAME = /^[\w!#$%&'*+.^`{|}~-]{1,64}$/;

export type RelayChange =
  /** A session's stream can be heard now, or no more. Those in the room should offer `subscribe` again. */
  | { readonly kind: "stream"; readonly session: string; readonly room: string; readonly live: boolean }
  | { readonly kind: "speaking"; readonly session: string; readonly room: string; readonly speaking: boolean }
  /** A connection that was up has been silent for too long, or was closed by the client. */
  | { readonly kind: "lost"; readonly session: string; readonly room: string; readonly direction: Direction };

export interface Flow {
  readonly session: string;
  readonly room: string;
  /** Whether something is heard from it right now. */
  readonly speaking: boolean;
  /** RTP packets that came from it, and of those that it numbered how many never came. */
  readonly received: number;
  readonly lost: number;
  /** RTP packets that were sent to it, and how many of them it says it missed (RFC 3550 §6.4.1). */
  readonly sent: number;
  readonly missed: number;
}

/** How a relay is made. */
export interface RelayParts {
  /** Where it listens; one UDP port for all. Port 0 takes a free one. */
  readonly host: string;
  readonly port: number;
  /** Addresses that clients are told besides those it listens on: of the router in front of it. */
  readonly advertised: readonly string[];
  /** Most connections at once; a session has up to two. */
  readonly most: number;
  readonly now: () => number;
  readonly timers: Timers;
  readonly log: Log;
}

/** An offer that is no SDP, or asks for what is not offered here; `message` is a sentence for the client's author. */
export class OfferRefused extends Error {}
export class RelayFull extends Error {}
/** There is no relay at the moment, and may be one later; `message` is a sentence that says why not. */
export class RelayAway extends Error {}

/** A relay as those see it whose media it forwards. */
export type Forwarding = Pick<MediaRelay, "answer" | "silence" | "leave" | "hear" | "flows">;
