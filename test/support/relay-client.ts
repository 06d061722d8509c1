import type { RTCDtlsTransport, RTCRtpTransceiver, RtpPacket as Packet } from "werift";
import type { Direction, MediaRelay, RelaySeat } from "../../src/kernel/media-relay.ts";
import { loadWerift } from "../../src/voice/werift/load-werift.ts";

const { RTCPeerConnection, RtcpReceiverInfo, RtcpRrPacket, RtpHeader, RtpPacket, useAudioLevelIndication, useOPUS, useVP8 } =
  await loadWerift();

const HOST = "127.0.0.1";
/** Samples of Opus in 20 ms (RFC 7587 §4.1). */
const FRAME = 960;

/** What somebody hears of one packet. */
export interface Heard {
  readonly sequence: number;
  readonly payload: string;
}

/** What a client needs of a relay. */
type Answers = Pick<MediaRelay, "answer">;

/** One of the two connections of a client: it offers, the relay answers. */
class Side implements AsyncDisposable {
  readonly pc = new RTCPeerConnection({
    iceServers: [],
    iceUseIpv6: false,
    iceInterfaceAddresses: { udp4: HOST },
    iceAdditionalHostAddresses: [HOST],
    bundlePolicy: "max-bundle",
    codecs: { audio: [useOPUS({ payloadType: 111 })], video: [useVP8({ payloadType: 96 })] },
    headerExtensions: { audio: [useAudioLevelIndication()], video: [] },
  });
  /** The last offer and the answer to it. */
  offered = "";
  answered = "";
  constructor(
    readonly relay: Answers,
    readonly seat: RelaySeat,
    readonly direction: Direction,
  ) {}

  /** What this side would offer now, with the addresses it has on this machine alone. */
  async makeOffer(): Promise<string> {
    // An empty list of servers means a public one to werift.
    for (const { connection } of this.pc.iceTransports) delete connection.stunServer;
    await this.pc.setLocalDescription(await this.pc.createOffer());
    const lines = this.pc.localDescription!.sdp.split("\r\n");
    this.offered = lines.filter((line) => !line.startsWith("a=candidate") || line.includes(` ${HOST} `)).join("\r\n");
    return this.offered;
  }
  /** Offers what it has now, and is connected when this is over. */
  async offer(): Promise<void> {
    const answer = await this.relay.answer(this.seat, this.direction, await this.makeOffer());
    await this.take(answer);
    await this.connected();
  }
  async take(answer: string): Promise<void> {
    this.answered = answer;
    await this.pc.setRemoteDescription({ type: "answer", sdp: answer });
  }
  async connected(): Promise<void> {
    if (this.pc.connectionState === "connected") return;
    const [state] = await this.pc.connectionStateChange.watch((now) => ["connected", "failed", "closed"].includes(now));
    if (state !== "connected") throw new Error(`the client's connection has ${state}`);
  }
  /** The transport that all of it goes over. */
  protected get transport(): RTCDtlsTransport {
    return this.pc.dtlsTransports[0]!;
  }
  /** Goes without a word: werift closes its socket and says nothing before. */
  vanish(): Promise<void> {
    return this.pc.close();
  }
  [Symbol.asyncDispose](): Promise<void> {
    return this.pc.close();
  }
}

/** Somebody with a microphone. */
export class Talker extends Side {
  #sequence = 1000;
  #timestamp = 5000;
  readonly #microphone: RTCRtpTransceiver;
  constructor(relay: Answers, seat: RelaySeat, { camera = false } = {}) {
    super(relay, seat, "publish");
    if (camera) this.pc.addTransceiver("video", { direction: "sendonly" });
    this.#microphone = this.pc.addTransceiver("audio", { direction: "sendonly" });
  }
  static async connect(relay: Answers, seat: RelaySeat, options?: { camera?: boolean }): Promise<Talker> {
    const talker = new Talker(relay, seat, options);
    await talker.offer();
    return talker;
  }
  /** Sends a packet as of Opus: `level` is what RFC 6464 has, 0 the loudest and 127 silence; `skip` sequence numbers are left out before. */
  async say(payload = "opus", { level = 20, skip = 0 } = {}): Promise<void> {
    this.#sequence += 1 + skip;
    this.#timestamp += FRAME * (1 + skip);
    const { id } = this.#microphone.headerExtensions[0]!;
    const header = new RtpHeader({
      payloadType: 111,
      sequenceNumber: this.#sequence % 0x1_00_00,
      timestamp: this.#timestamp,
      extension: true,
      extensions: [{ id, payload: Buffer.of(level) }],
    });
    await this.#microphone.sender.sendRtp(new RtpPacket(header, Buffer.from(payload)));
  }
}

/** Somebody who listens, with as many places for streams as it offers. */
export class Listener extends Side {
  /** By the stream's name in the answer; what came under no name there is under its SSRC. */
  readonly heard = new Map<string, Heard[]>();
  #names = new Map<number, string>();
  #waiting: (() => void)[] = [];
  constructor(relay: Answers, seat: RelaySeat, { places = 4, camera = false } = {}) {
    super(relay, seat, "subscribe");
    if (camera) this.pc.addTransceiver("video", { direction: "recvonly" });
    this.addPlaces(places);
  }
  static async connect(relay: Answers, seat: RelaySeat, options?: { places?: number; camera?: boolean }): Promise<Listener> {
    const listener = new Listener(relay, seat, options);
    await listener.offer();
    return listener;
  }
  addPlaces(count: number): void {
    for (let i = 0; i < count; i++) {
      const { receiver } = this.pc.addTransceiver("audio", { direction: "recvonly" });
      // What it says of its reception is said by the test.
      receiver.rtcpRunning = true;
    }
  }
  override async take(answer: string): Promise<void> {
    this.#names = streamsOf(answer);
    if (!this.answered) this.transport.onRtp.subscribe((packet) => this.#hear(packet));
    await super.take(answer);
  }
  /** The streams that the last answer named. */
  get streams(): string[] {
    return [...this.#names.values()].toSorted();
  }
  /** Resolves when so many packets of the stream have come. */
  async hears(stream: string, count = 1): Promise<readonly Heard[]> {
    while ((this.heard.get(stream)?.length ?? 0) < count) await new Promise<void>((go) => this.#waiting.push(go));
    return this.heard.get(stream)!;
  }
  /** Says that it missed so many packets of the stream, all in all. */
  async miss(stream: string, packetsLost: number): Promise<void> {
    const ssrc = [...this.#names].find(([, name]) => name === stream)![0];
    const reports = [
      new RtcpReceiverInfo({ ssrc, packetsLost, fractionLost: 0, highestSequence: 0, jitter: 0, lsr: 0, dlsr: 0 }),
    ];
    await this.transport.sendRtcp([new RtcpRrPacket({ ssrc: 1, reports })]);
  }
  #hear({ header: { ssrc, sequenceNumber }, payload }: Packet): void {
    const name = this.#names.get(ssrc) ?? `SSRC ${ssrc}`;
    this.heard.set(name, [...(this.heard.get(name) ?? []), { sequence: sequenceNumber, payload: payload.toString() }]);
    for (const go of this.#waiting.splice(0)) go();
  }
}

/** The parts of a description that belong to one m-line each, in their order (RFC 8866 §5.14). */
export const mediaOf = (sdp: string): string[] => sdp.split(/^(?=m=)/m).slice(1);

/** Which stream comes with which SSRC, as an answer says it (RFC 8830, RFC 5576). */
function streamsOf(answer: string): Map<number, string> {
  const streams = new Map<number, string>();
  for (const media of mediaOf(answer)) {
    const name = /^a=msid:(\S+)/m.exec(media)?.[1];
    const ssrc = /^a=ssrc:(\d+)/m.exec(media)?.[1];
    if (name && ssrc && /^a=sendonly/m.test(media)) streams.set(Number(ssrc), name);
  }
  return streams;
}
