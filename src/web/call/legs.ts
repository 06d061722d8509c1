import { type Leg, onlyOpus } from "./peer.ts";
import { streamsIn } from "./sdp.ts";

/** Streams beyond that are not heard: an offer has to fit into a request. */
export const MOST_HEARD = 60;

/** The microphone on its way to the relay. */
export class Publishing implements Leg {
  #transceiver: RTCRtpTransceiver | undefined;
  #connection: RTCPeerConnection | undefined;

  constructor(private track: MediaStreamTrack) {}

  /** Another microphone, without another offer. */
  async replace(track: MediaStreamTrack): Promise<void> {
    this.track = track;
    await this.#transceiver?.sender.replaceTrack(track);
  }
  prepare(connection: RTCPeerConnection): void {
    if (this.#connection === connection) return;
    this.#connection = connection;
    this.#transceiver = connection.addTransceiver(this.track, { direction: "sendonly" });
    onlyOpus(this.#transceiver);
  }
  answered(): boolean {
    return false;
  }
}

/** Everybody else's streams on their way from the relay, each on a section of its own. */
export class Hearing implements Leg {
  /** @param heard what is heard now, by stream. */
  constructor(
    private readonly wanted: () => readonly string[],
    private readonly heard: (tracks: ReadonlyMap<string, MediaStreamTrack>) => void,
  ) {}
  #lackedBefore = "";

  /** One section more than there are streams: the relay tells who speaks also to whoever hears nobody yet, and the next one finds a place. */
  prepare(connection: RTCPeerConnection): void {
    const places = Math.min(this.wanted().length, MOST_HEARD) + 1;
    while (connection.getTransceivers().length < places) onlyOpus(connection.addTransceiver("audio", { direction: "recvonly" }));
  }
  answered(connection: RTCPeerConnection, answer: string): boolean {
    const streams = streamsIn(answer);
    const tracks = new Map<string, MediaStreamTrack>();
    for (const { mid, receiver } of connection.getTransceivers()) {
      const stream = mid === null ? undefined : streams.get(mid);
      if (stream !== undefined) tracks.set(stream, receiver.track);
    }
    this.heard(tracks);
    // A section that has just lost its stream takes another only with the next offer (see the relay).
    const lacking = this.wanted()
      .slice(0, MOST_HEARD)
      .filter((stream) => !tracks.has(stream))
      .join(" ");
    const askAgain = lacking !== "" && lacking !== this.#lackedBefore;
    this.#lackedBefore = lacking;
    return askAgain;
  }
}
