import { chance, waitBefore } from "./backoff.ts";

/** One of the two connections of a call: what is sent, or what is heard. */
export interface Leg {
  /** Brings the connection into the shape that the next offer is to have. */
  prepare(connection: RTCPeerConnection): void;
  /** Whether another offer is needed at once. */
  answered(connection: RTCPeerConnection, answer: string): boolean;
}

/** Acts after so many ms; returns the undo. */
export type After = (ms: number, act: () => void) => () => void;

interface PeerParts {
  readonly connect: () => RTCPeerConnection;
  readonly after: After;
  readonly leg: Leg;
  /** Sends the offer and gives the answer, or throws. */
  readonly offer: (sdp: string) => Promise<string>;
  /** Whether media goes through; `undefined` while that is not known. */
  readonly through: (isThrough: boolean) => void;
  readonly refused: (sentence: string) => void;
}

/** How long a connection may be unsteady before another is made. */
const UNSTEADY_MS = 5000;

/** A connection to the relay that is made anew whenever it fails. One offer is on its way at a time; what changed meanwhile goes into the next. */
export class Peer {
  #connection: RTCPeerConnection | undefined;
  /** The connection on which an offer is on its way. */
  #busyWith: RTCPeerConnection | undefined;
  #again = false;
  #isOver = false;
  #attempt = 0;
  #stopWaiting = (): void => {};

  constructor(private readonly parts: PeerParts) {}

  /** Offers what there is to offer now. */
  async negotiate(): Promise<void> {
    this.#again = true;
    // What was under way on a connection that is closed by now may never end (WebRTC §4.4.1.2).
    if (this.#isOver || (this.#connection && this.#busyWith === this.#connection)) return;
    const connection = (this.#connection ??= this.#connect());
    this.#busyWith = connection;
    try {
      while (this.#again && this.#isCurrent(connection)) {
        this.#again = false;
        if (await this.#offer(connection)) this.#again = true;
      }
    } catch (why) {
      if (this.#isCurrent(connection)) await this.#refused((why as Error).message);
    } finally {
      if (this.#busyWith === connection) this.#busyWith = undefined;
    }
  }

  end(): void {
    this.#isOver = true;
    this.#stopWaiting();
    this.#connection?.close();
  }

  #isCurrent(connection: RTCPeerConnection): boolean {
    return !this.#isOver && connection === this.#connection;
  }

  async #offer(connection: RTCPeerConnection): Promise<boolean> {
    this.parts.leg.prepare(connection);
    await connection.setLocalDescription();
    // The relay learns the client's addresses from its packets (ICE-lite): none are waited for.
    const sdp = await this.parts.offer(connection.localDescription!.sdp);
    if (!this.#isCurrent(connection)) return false;
    await connection.setRemoteDescription({ type: "answer", sdp });
    if (!this.#isCurrent(connection)) return false;
    if (connection.connectionState === "connected") this.#isThrough();
    return this.parts.leg.answered(connection, sdp);
  }

  #connect(): RTCPeerConnection {
    const connection = this.parts.connect();
    connection.addEventListener("connectionstatechange", () => {
      if (!this.#isCurrent(connection)) return;
      const { connectionState: state } = connection;
      if (state === "connected") this.#isThrough();
      else if (state === "disconnected") this.#later(UNSTEADY_MS, () => this.#drop());
      else if (state === "failed") {
        this.parts.through(false);
        this.#anew();
      }
    });
    return connection;
  }

  #isThrough(): void {
    this.#stopWaiting();
    this.#attempt = 0;
    this.parts.through(true);
  }

  /** What goes through meanwhile goes on; a second “no” in a row is of a connection that is good for nothing. */
  async #refused(sentence: string): Promise<void> {
    this.parts.refused(sentence);
    if (this.#attempt > 0) return this.#anew();
    await this.#connection?.setLocalDescription({ type: "rollback" }).catch(() => this.#drop());
    this.#later(waitBefore(this.#attempt++, chance()), () => {});
  }

  /** With other keys and another place at the relay. */
  #anew(): void {
    this.#drop();
    this.#later(waitBefore(this.#attempt++, chance()), () => {});
  }

  #drop(): void {
    this.#connection?.close();
    this.#connection = undefined;
  }

  #later(ms: number, first: () => void): void {
    this.#stopWaiting();
    this.#stopWaiting = this.parts.after(ms, () => {
      first();
      void this.negotiate();
    });
  }
}

/** Opus alone: the relay carries nothing else, and an offer for a large room stays short. */
export function onlyOpus(transceiver: RTCRtpTransceiver): void {
  const codecs = RTCRtpReceiver.getCapabilities("audio")?.codecs.filter(({ mimeType }) => /^audio\/opus$/i.test(mimeType));
  if (codecs?.length && "setCodecPreferences" in transceiver) transceiver.setCodecPreferences(codecs);
}
