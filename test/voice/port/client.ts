import { randomBytes } from "node:crypto";
import { RtpHeader, RtpPacket, SrtcpSession, SrtpSession } from "werift";
import type { Direction, MediaRelay, RelaySeat } from "../../../src/kernel/media-relay.ts";
import { newPapers, type Papers, TestDtlsClient } from "./dtls-client.ts";
import { bindingRequest, type Check } from "./stun-client.ts";

const HOST = "127.0.0.1";
/** werift's number for AEAD_AES_128_GCM. */
const PROFILE = 7;
const FRAME = 960;

let sharedPapers: Promise<Papers> | undefined;

export interface ClientOptions {
  /** What it calls Opus. */
  readonly opus?: number;
  /** How many sections for sound it offers. */
  readonly places?: number;
  readonly papers?: Papers;
  /** What the offer announces, when it is not the papers' own. */
  readonly announces?: string;
}

/** How a packet differs from the next one in the row. */
export interface Said {
  readonly sequence?: number;
  readonly timestamp?: number;
  readonly ssrc?: number;
  readonly level?: number;
  readonly payload?: string;
  readonly payloadType?: number;
  readonly marker?: boolean;
  /** How many bytes at the payload's end are there to fill it up. */
  readonly padding?: number;
}

/** A client whose every datagram the test decides on: its own sockets and checks, werift's DTLS and SRTP. */
export class Client implements AsyncDisposable {
  fragment = randomBytes(3).toString("hex");
  password = randomBytes(12).toString("hex");
  answered = "";
  /** Opened RTP packets, compound RTCP packets in the clear, and STUN answers, in the order they came. */
  readonly rtp: RtpPacket[] = [];
  readonly rtcp: Buffer[] = [];
  readonly stun: Buffer[] = [];
  /** Datagrams as they came that were no STUN. */
  readonly raw: Buffer[] = [];
  /** What it was sent and could not open. */
  readonly unreadable: Buffer[] = [];
  /** By which of its sockets each RTP packet came: 0 is the first. */
  readonly cameBy: number[] = [];
  sequence = 1000;
  timestamp = 5000;
  readonly ssrc = randomBytes(4).readUInt32BE(0);
  dtls!: TestDtlsClient;
  srtp!: SrtpSession;
  srtcp!: SrtcpSession;
  #socket!: Awaited<ReturnType<typeof openSocket>>;
  #waiting: (() => void)[] = [];
  #former: Awaited<ReturnType<typeof openSocket>>[] = [];

  private constructor(
    readonly relay: MediaRelay,
    readonly seat: RelaySeat,
    readonly direction: Direction,
    readonly papers: Papers,
    readonly options: ClientOptions,
  ) {}

  /** One that has a socket and has said nothing. */
  static async create(relay: MediaRelay, seat: RelaySeat, direction: Direction, options: ClientOptions = {}): Promise<Client> {
    const papers = options.papers ?? (await (sharedPapers ??= newPapers()));
    const client = new Client(relay, seat, direction, papers, options);
    await client.rebind();
    return client;
  }
  /** One that is connected. */
  static async connect(relay: MediaRelay, seat: RelaySeat, direction: Direction, options: ClientOptions = {}): Promise<Client> {
    const client = await Client.create(relay, seat, direction, options);
    await client.offer();
    await client.check();
    await client.handshake();
    return client;
  }

  /** Goes on from another port, as behind a router that forgot. */
  async rebind(): Promise<void> {
    if (this.#socket) this.#former.push(this.#socket);
    const which = this.#former.length;
    this.#socket = await openSocket((datagram) => this.#receive(datagram, which));
  }
  makeOffer(): string {
    const { opus = 111, places = 1, announces = this.papers.fingerprint } = this.options;
    const direction = this.direction === "publish" ? "sendonly" : "recvonly";
    const mids = Array.from({ length: places }, (_, n) => String(n));
    const sections = mids.flatMap((mid) => [
      `m=audio 9 UDP/TLS/RTP/SAVPF ${opus}`,
      "c=IN IP4 0.0.0.0",
      `a=ice-ufrag:${this.fragment}`,
      `a=ice-pwd:${this.password}`,
      `a=fingerprint:sha-256 ${announces}`,
      "a=setup:actpass",
      `a=mid:${mid}`,
      "a=extmap:3 urn:ietf:params:rtp-hdrext:ssrc-audio-level",
      `a=${direction}`,
      "a=rtcp-mux",
      `a=rtpmap:${opus} opus/48000/2`,
    ]);
    return `${["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0", `a=group:BUNDLE ${mids.join(" ")}`, ...sections].join("\r\n")}\r\n`;
  }
  async offer(): Promise<string> {
    this.answered = await this.relay.answer(this.seat, this.direction, this.makeOffer());
    return this.answered;
  }
  /** The next offer has new credentials, as after an ICE restart. */
  renew(): void {
    this.fragment = randomBytes(3).toString("hex");
    this.password = randomBytes(12).toString("hex");
  }
  get relayFragment(): string {
    return /^a=ice-ufrag:(\S+)/m.exec(this.answered)![1]!;
  }
  get relayPassword(): string {
    return /^a=ice-pwd:(\S+)/m.exec(this.answered)![1]!;
  }
  /** The SSRCs of the last answer, with the streams they are of. */
  get heard(): Map<number, string> {
    return new Map([...this.answered.matchAll(/^a=ssrc:(\d+) msid:(\S+)/gm)].map(([, ssrc, stream]) => [Number(ssrc), stream!]));
  }

  /** Sends a check and returns its transaction. */
  ask(how: Partial<Check> = {}): Buffer {
    const transaction = randomBytes(12);
    this.send(
      bindingRequest({
        username: `${this.relayFragment}:${this.fragment}`,
        password: this.relayPassword,
        transaction,
        ...how,
      }),
    );
    return transaction;
  }
  /** Sends a check and waits for its answer. */
  async check(how: Partial<Check> = {}): Promise<Buffer> {
    const transaction = this.ask(how);
    const answers = (one: Buffer) => one.subarray(8, 20).equals(transaction);
    await this.until(() => this.stun.some(answers));
    return this.stun.find(answers)!;
  }
  async handshake(): Promise<void> {
    this.dtls = new TestDtlsClient(this.papers, (datagram) => this.send(datagram));
    await this.dtls.connect();
    const { localKey, localSalt, remoteKey, remoteSalt } = this.dtls.inner.extractSessionKeys(16, 12);
    const keys = {
      localMasterKey: localKey,
      localMasterSalt: localSalt,
      remoteMasterKey: remoteKey,
      remoteMasterSalt: remoteSalt,
    };
    this.srtp = new SrtpSession({ profile: PROFILE, keys });
    this.srtcp = new SrtcpSession({ profile: PROFILE, keys });
  }

  /** The next RTP packet, protected and not yet sent. */
  packet(said: Said = {}): Buffer {
    this.sequence = said.sequence ?? (this.sequence + 1) % 65_536;
    this.timestamp = said.timestamp ?? (this.timestamp + FRAME) % 2 ** 32;
    const header = new RtpHeader({
      payloadType: said.payloadType ?? this.options.opus ?? 111,
      sequenceNumber: this.sequence,
      timestamp: this.timestamp,
      ssrc: said.ssrc ?? this.ssrc,
      marker: said.marker ?? false,
      padding: said.padding !== undefined,
      extension: said.level !== undefined,
      extensions: said.level === undefined ? [] : [{ id: 3, payload: Buffer.of(said.level) }],
    });
    const { payload = "opus", padding = 0 } = said;
    return this.srtp.encrypt(Buffer.concat([Buffer.from(payload), Buffer.alloc(padding, padding)]), header);
  }
  say(said: Said = {}): void {
    this.send(this.packet(said));
  }
  report(compound: Buffer): void {
    this.send(this.srtcp.encrypt(compound));
  }
  send(datagram: Buffer): void {
    this.#socket.send(datagram, this.relay.port, HOST);
  }
  /** From a socket it had before. */
  sendFrom(which: number, datagram: Buffer): void {
    this.#former[which]!.send(datagram, this.relay.port, HOST);
  }
  /** Resolves when it holds; asked whenever something came. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((go) => this.#waiting.push(go));
  }
  /** The payloads of the first packets that came, once there are so many. */
  async hears(count: number): Promise<string[]> {
    await this.until(() => this.rtp.length >= count);
    return this.rtp.map(({ payload }) => payload.toString());
  }

  #receive(datagram: Buffer, which: number): void {
    const first = datagram[0]!;
    if (first < 4) this.stun.push(datagram);
    else {
      this.raw.push(datagram);
      try {
        this.#open(datagram, which);
      } catch {
        this.unreadable.push(datagram);
      }
    }
    for (const go of this.#waiting.splice(0)) go();
  }
  #open(datagram: Buffer, which: number): void {
    if (datagram[0]! < 64) this.dtls?.receive(datagram);
    else if (datagram[1]! >= 192 && datagram[1]! < 224) this.rtcp.push(this.srtcp.decrypt(datagram));
    else {
      this.rtp.push(RtpPacket.deSerialize(this.srtp.decrypt(datagram)));
      this.cameBy.push(which);
    }
  }
  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of [this.#socket, ...this.#former]) socket.close();
  }
}

const openSocket = (receive: (datagram: Buffer) => void) =>
  Bun.udpSocket({
    hostname: HOST,
    port: 0,
    binaryType: "buffer",
    socket: {
      data: (_, datagram) => receive(Buffer.from(datagram)),
      error() {},
    },
  });
