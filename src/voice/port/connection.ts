import { randomBytes } from "node:crypto";
import type { Timers } from "../../kernel/clock.ts";
import type { Identity } from "./dtls/certificate.ts";
import type { SrtpMasters } from "./dtls/key-schedule.ts";
import { isClientHello } from "./dtls/messages.ts";
import { DtlsServer } from "./dtls/server.ts";
import type { Offer } from "./sdp-offer.ts";
import { sessionKeys, SrtpReceiver, SrtpSender } from "./srtp.ts";

/** What both sides of ICE prove themselves with (RFC 8445 §5.3). */
export interface Credentials {
  readonly fragment: string;
  readonly password: string;
  /** The `USERNAME` of the peer's checks. */
  readonly username: string;
}

/** What becomes of a connection. */
export interface ConnectionEvents {
  /** Media can flow. Said again when the client begins anew with the same certificate: then all keys are new. */
  readonly up: () => void;
  /** An SRTP or SRTCP packet from the client's address, not yet proved to be authentic. Returns whether it was. */
  readonly media: (packet: Buffer, receiver: SrtpReceiver) => boolean;
  /** It ended by itself: it was refused, silent for too long, or closed by the client. */
  readonly ended: (why: string, wasUp: boolean) => void;
}

export interface ConnectionParts {
  readonly identity: Identity;
  readonly timers: Timers;
  readonly now: () => number;
  readonly send: (datagram: Buffer, port: number, address: string) => void;
  /** Whether a handshake may begin now. */
  readonly mayBegin: () => boolean;
}

/** A path whose last check is older than this gives way to any other that is checked. */
const STALE_PATH_MS = 5000;
/**
 * A peer of whom nothing authentic came for so long is gone: checks come every few seconds (RFC 7675 asks for every 5), and who does
 * not check but speaks is there too.
 */
const CONSENT_MS = 10_000;
/** For the way from the answer to the last message of the handshake. */
const CONNECT_MS = 30_000;

/** One peer connection of a client: its place on the network, and the keys that are shared with it. */
export class Connection {
  credentials: Credentials;
  /** Those before the last ICE restart, good until the new ones have been used. */
  previous: Credentials | undefined;
  readonly fingerprint: string;
  /** Where it is to be reached; undefined before the first check. */
  address: string | undefined;
  port = 0;
  /** Undefined until the connection is up. */
  sender: SrtpSender | undefined;
  #receiver: SrtpReceiver | undefined;
  #dtls: DtlsServer | undefined;
  /** An association the client began anew after an ICE restart, while the old one still counts. */
  #successor: DtlsServer | undefined;
  #restarted = false;
  #peer: { readonly fragment: string; readonly password: string };
  readonly #since: number;
  #lastHeard: number;
  #selectedAt = 0;

  constructor(
    readonly parts: ConnectionParts,
    readonly events: ConnectionEvents,
    offer: Offer,
  ) {
    this.fingerprint = offer.fingerprint;
    this.#peer = offer;
    this.credentials = newCredentials(offer.fragment);
    this.#since = this.#lastHeard = parts.now();
  }

  get isUp(): boolean {
    return this.sender !== undefined;
  }
  isUpAt(address: string, port: number): boolean {
    return this.isUp && address === this.address && port === this.port;
  }
  get isHandshaking(): boolean {
    return this.#successor !== undefined || (this.#dtls !== undefined && !this.isUp);
  }

  /** Takes over the credentials of a later offer. True when they are new: an ICE restart (RFC 8445 §9). */
  reoffer({ fragment, password }: Offer): boolean {
    if (fragment === this.#peer.fragment && password === this.#peer.password) return false;
    this.#peer = { fragment, password };
    this.previous = this.credentials;
    this.credentials = newCredentials(fragment);
    this.#restarted = true;
    return true;
  }

  /** An authenticated check came from there. */
  checked(address: string, port: number, useCandidate: boolean): void {
    const now = this.parts.now();
    this.#lastHeard = now;
    const isSelected = address === this.address && port === this.port;
    if (!isSelected && !useCandidate && this.address !== undefined && now - this.#selectedAt < STALE_PATH_MS) return;
    this.address = address;
    this.port = port;
    this.#selectedAt = now;
  }

  receiveMedia(packet: Buffer): void {
    if (this.#receiver && this.events.media(packet, this.#receiver)) this.#lastHeard = this.parts.now();
  }

  receiveDtls(datagram: Buffer): void {
    if (!this.#dtls || (this.#restarted && !this.#successor && this.isUp && isClientHello(datagram))) this.#begin();
    (this.#successor ?? this.#dtls)?.receive(datagram);
  }

  send(datagram: Buffer): void {
    if (this.address !== undefined) this.parts.send(datagram, this.port, this.address);
  }

  /** Why it is to be given up now, if it is. */
  get overdue(): string | undefined {
    const now = this.parts.now();
    if (this.isUp) return now - this.#lastHeard >= CONSENT_MS ? "it was not heard of any more" : undefined;
    return now - this.#since >= CONNECT_MS ? "it did not come up" : undefined;
  }

  /** Tells the client, and nobody else. */
  close(): void {
    this.#successor?.close();
    this.#dtls?.close();
    this.sender = undefined;
    this.#receiver = undefined;
  }

  #begin(): void {
    if (!this.parts.mayBegin()) return;
    const association: DtlsServer = new DtlsServer({
      identity: this.parts.identity,
      fingerprint: this.fingerprint,
      timers: this.parts.timers,
      send: (datagram) => this.send(datagram),
      up: (masters) => this.#up(association, masters),
      down: (why) => this.#down(association, why),
    });
    if (this.#dtls) this.#successor = association;
    else this.#dtls = association;
  }

  #up(association: DtlsServer, { client, server }: SrtpMasters): void {
    this.#dtls = association;
    this.#successor = undefined;
    this.#restarted = false;
    this.sender = new SrtpSender(sessionKeys(server.key, server.salt));
    this.#receiver = new SrtpReceiver(sessionKeys(client.key, client.salt));
    this.events.up();
  }

  #down(association: DtlsServer, why: string): void {
    if (association === this.#successor) this.#successor = undefined;
    else if (association === this.#dtls) this.events.ended(why, this.isUp);
  }
}

/** Base64 is made of the very characters ICE takes: 48 bits to be told apart by, 144 bits to be proved with. */
function newCredentials(peerFragment: string): Credentials {
  const fragment = randomBytes(6).toString("base64");
  return { fragment, password: randomBytes(18).toString("base64"), username: `${fragment}:${peerFragment}` };
}
