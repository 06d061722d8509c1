import { networkInterfaces } from "node:os";
import type { Connection, RTCPeerConnection, RTCRtpTransceiver, RtcpPacket, RtpPacket } from "werift";
import { type Direction, OfferRefused, RelayFull, type RelayParts } from "../../kernel/media-relay.ts";
import type { Certificate } from "./certificate.ts";
import { guardSocket } from "./guarded-socket.ts";
import type { Werift } from "./load-werift.ts";
import type { Offer } from "./offer.ts";

const OPUS = "minptime=10;useinbandfec=1;usedtx=1";
/** Of a host candidate whose address is the only one of its kind (RFC 8445 §5.1.2). */
const PRIORITY = 2_130_706_431;
const CANDIDATES = /(?:^a=candidate:.*\r\n)+/gm;

/** What a connection is told. */
interface Ears {
  up(): void;
  /** It has failed, or the client has closed it. */
  down(): void;
  rtp?(packet: RtpPacket): void;
  rtcp?(packet: RtcpPacket): void;
}

/** One direction of a client's media: a peer connection of werift that only ever answers. */
export class WeriftConnection {
  isUp = false;
  ended = false;
  /** When something that only the client can have sent came last, by the relay's clock. */
  heardAt: number;
  readonly #pc: RTCPeerConnection;
  readonly #guarded = new Set<object>();
  readonly #over = Promise.withResolvers<never>();
  #ufrag = "";
  #origin = "";

  constructor(
    private readonly werift: Werift,
    private readonly parts: RelayParts,
    readonly direction: Direction,
    offer: Offer,
    keys: Certificate,
    private readonly ears: Ears,
  ) {
    const { host, port, most, now } = parts;
    this.heardAt = now();
    this.#over.promise.catch(() => {});
    const { RTCPeerConnection: PeerConnection, useAudioLevelIndication, useOPUS, useVP8 } = werift;
    this.#pc = new PeerConnection({
      iceServers: [],
      // Without an address of the client there is nobody to ask, and werift gives up at once when it asks nobody.
      iceLite: !offer.reachable,
      iceUseIpv4: !host.includes(":"),
      iceUseIpv6: host.includes(":"),
      iceInterfaceAddresses: { udp4: host, udp6: host },
      // One more than there may be, for a connection that takes the place of another.
      ...(port ? { icePortRange: [port, Math.min(port + most, 65_535)] as [number, number] } : {}),
      bundlePolicy: "max-bundle",
      dtls: { keys },
      codecs: { audio: [useOPUS({ payloadType: 111, parameters: OPUS })], video: [useVP8()] },
      headerExtensions: { audio: direction === "publish" ? [useAudioLevelIndication()] : [], video: [] },
    });
    this.#pc.connectionStateChange.subscribe((state) => {
      if (state === "connected" && !this.isUp && !this.ended) {
        this.isUp = true;
        ears.up();
      }
      if (state === "failed" || state === "closed") this.#down();
    });
  }

  /** Whether an offer is of the client's same peer connection. */
  continues({ ufrag, origin }: Offer): boolean {
    return !this.ended && (this.#ufrag === ufrag || this.#origin === origin);
  }

  /**
   * Answers; `arrange` is given the m-lines that can be used, in their order, and sets what goes over them. All others are inactive.
   * @throws OfferRefused when werift cannot use the offer; the connection stays as it was.
   * @throws RelayFull when there is no port left for it.
   */
  negotiate(offer: Offer, arrange: (places: readonly RTCRtpTransceiver[]) => void): Promise<string> {
    // What is under way when werift's connection is closed never settles (W3C WebRTC §4.4.1.5).
    return Promise.race([this.#negotiate(offer, arrange), this.#over.promise]);
  }
  async #negotiate(offer: Offer, arrange: (places: readonly RTCRtpTransceiver[]) => void): Promise<string> {
    try {
      await this.#pc.setRemoteDescription({ type: "offer", sdp: offer.sdp });
    } catch (error) {
      if (this.#pc.signalingState === "have-remote-offer") await this.#pc.setRemoteDescription({ type: "rollback", sdp: "" });
      throw new OfferRefused("The offer cannot be used.", { cause: error });
    }
    this.#guard();
    const byMid = new Map(this.#pc.getTransceivers().map((transceiver) => [transceiver.mid, transceiver]));
    const places = offer.media.flatMap(({ mid, wanted }) => (wanted ? (byMid.get(mid) ?? []) : []));
    for (const transceiver of byMid.values()) transceiver.setDirection("inactive");
    arrange(places);
    await this.#pc.setLocalDescription(await this.#pc.createAnswer());
    this.#ufrag = offer.ufrag;
    this.#origin = offer.origin;
    return this.#addressed(this.#pc.localDescription!.sdp);
  }

  /** Whether packets can be sent. */
  get transport() {
    return this.#pc.dtlsTransports[0];
  }
  end(): void {
    this.ended = true;
    this.#over.reject(new OfferRefused("The connection was ended while its offer was read."));
    this.#pc.close().catch((error: unknown) => this.parts.log.debug("relay.close-failed", { error }));
  }

  #alive = () => {
    this.heardAt = this.parts.now();
  };
  #down(): void {
    if (!this.ended) this.ears.down();
  }
  #guard(): void {
    for (const transport of this.#pc.dtlsTransports) {
      if (this.#guarded.has(transport)) continue;
      this.#guarded.add(transport);
      // Whoever is the server of DTLS is ready before its client is: nothing that is said at once is lost.
      transport.role = "server";
      guardSocket(this.werift, transport.iceTransport.connection as Connection, {
        host: this.parts.host,
        alive: this.#alive,
        hasEnded: () => this.ended,
      });
      transport.onRtp.subscribe((packet) => {
        this.#alive();
        this.ears.rtp?.(packet);
      });
      transport.onRtcp.subscribe((packet) => {
        this.#alive();
        this.ears.rtcp?.(packet);
      });
      transport.onStateChange.subscribe((state) => {
        if (state === "closed" || state === "failed") this.#down();
      });
    }
  }
  /** The answer with the addresses that lead to its socket: werift names each interface of the machine, wherever it listens. */
  #addressed(sdp: string): string {
    const port = this.transport?.iceTransport.connection.localCandidates[0]?.port;
    if (port === undefined) throw new RelayFull("The relay has no free UDP port.");
    const { host, advertised } = this.parts;
    const addresses = new Set([...(isUnspecified(host) ? ownAddresses(host) : [host]), ...advertised]);
    const lines = [...addresses].map(
      (address, i) => `a=candidate:${i + 1} 1 udp ${PRIORITY - i} ${address} ${port} typ host\r\n`,
    );
    return sdp.replaceAll(CANDIDATES, lines.join(""));
  }
}

const isUnspecified = (host: string): boolean => host === "0.0.0.0" || host === "::";
const ownAddresses = (host: string): string[] =>
  Object.values(networkInterfaces()).flatMap((of) =>
    (of ?? [])
      .filter(({ internal, family, scopeid }) => !internal && !scopeid && (family === "IPv6") === host.includes(":"))
      .map(({ address }) => address),
  );
