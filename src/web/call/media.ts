import { Hearing, Publishing } from "./legs.ts";
import { Peer } from "./peer.ts";
import type { Sounds } from "./sounds.ts";
import type { Frame } from "./frames.ts";

interface MediaParts {
  readonly ask: (cmd: string, fields: object) => Promise<Frame>;
  readonly sounds: Sounds;
  /** The streams that are to be heard. */
  readonly wanted: () => readonly string[];
  readonly through: (isThrough: boolean) => void;
  readonly refused: (sentence: string) => void;
}

const BROWSER = {
  connect: () => new RTCPeerConnection({ bundlePolicy: "max-bundle" }),
  after: (ms: number, act: () => void) => {
    const timer = window.setTimeout(act, ms);
    return () => window.clearTimeout(timer);
  },
};

/** Both connections of one place in one call. */
export class Media {
  readonly #hearing: Peer;
  #publishing: { readonly leg: Publishing; readonly peer: Peer } | undefined;
  #wanted = "";

  constructor(private readonly parts: MediaParts) {
    const leg = new Hearing(parts.wanted, (tracks) => parts.sounds.play(tracks));
    this.#hearing = new Peer({ ...parts, ...BROWSER, leg, offer: (sdp) => this.#answered("voice_subscribe", sdp) });
    this.#wanted = this.#streams();
    void this.#hearing.negotiate();
  }

  /** A microphone, or another one. */
  async publish(track: MediaStreamTrack): Promise<void> {
    if (this.#publishing) return this.#publishing.leg.replace(track);
    const leg = new Publishing(track);
    const peer = new Peer({ ...this.parts, ...BROWSER, leg, offer: (sdp) => this.#answered("voice_publish", sdp) });
    this.#publishing = { leg, peer };
    await peer.negotiate();
  }

  /** Streams may have come or gone. */
  settle(): void {
    const wanted = this.#streams();
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    void this.#hearing.negotiate();
  }

  end(): void {
    this.#hearing.end();
    this.#publishing?.peer.end();
    this.parts.sounds.stop();
  }

  #streams(): string {
    return [...this.parts.wanted()].toSorted().join(" ");
  }
  async #answered(cmd: string, sdp: string): Promise<string> {
    return String((await this.parts.ask(cmd, { sdp }))["sdp"] ?? "");
  }
}
