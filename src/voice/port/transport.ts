import { RelayFull, type RelayParts } from "../../kernel/media-relay.ts";
import { candidateAddresses } from "./addresses.ts";
import { Connection, type ConnectionEvents, type Credentials } from "./connection.ts";
import { createIdentity } from "./dtls/certificate.ts";
import type { Offer } from "./sdp-offer.ts";
import { bindingSuccess, isAuthentic, readBindingRequest, roleConflict } from "./stun.ts";
import { openUdpSocket, type UdpSocket } from "./udp-socket.ts";

/** Longer than any network carries whole. */
const LONGEST_DATAGRAM = 1500;
/** Handshakes at once: each is some milliseconds of work and some tens of kilobytes. */
const MOST_HANDSHAKES = 64;
/** Addresses one connection is known by; a client has a few. */
const MOST_ADDRESSES = 16;
/** What went wrong in here is said once in so long, however many packets bring it about. */
const COMPLAIN_EVERY_MS = 60_000;

const addressKey = (address: string, port: number): string => `${address} ${port}`;

/** The one socket, and whose packets come in by it. */
export class Transport {
  #socket!: UdpSocket;
  readonly #byFragment = new Map<string, Connection>();
  /** Only addresses that an authenticated check came from. */
  readonly #byAddress = new Map<string, Connection>();
  readonly #connections = new Map<Connection, Set<string>>();
  #complainedAt = -Infinity;

  private constructor(readonly parts: RelayParts) {}

  /** @throws what the system says when the port cannot be bound */
  static async open(parts: RelayParts): Promise<Transport> {
    const transport = new Transport(parts);
    transport.#socket = await openUdpSocket(
      parts,
      (packet, port, address) => transport.#receive(packet, port, address),
      (why) => transport.#complain(why),
    );
    return transport;
  }

  get socket(): UdpSocket {
    return this.#socket;
  }
  get size(): number {
    return this.#connections.size;
  }
  /** What clients are told to try; asked each time, because interfaces come and go. */
  get addresses(): string[] {
    return candidateAddresses(this.#socket.address, this.parts.advertised);
  }

  /**
   * A connection for the client that made the offer. `leaving` are about to be dropped and do not count.
   * @throws RelayFull
   */
  connect(offer: Offer, events: ConnectionEvents, leaving: number): Connection {
    if (this.size - leaving >= this.parts.most) throw new RelayFull("The relay takes no more connections.");
    const connection: Connection = new Connection(
      {
        // A certificate for each: a client that took up a connection which is forgotten here would otherwise believe that the keys
        // of old are still good, and be connected without hearing anything. It sees that it is another, and begins anew.
        identity: createIdentity(this.parts.now()),
        timers: this.parts.timers,
        now: this.parts.now,
        send: (datagram, port, address) => this.#socket.send(datagram, port, address),
        mayBegin: () => this.#handshakes < MOST_HANDSHAKES,
      },
      {
        ...events,
        ended: (why, wasUp) => {
          this.drop(connection);
          events.ended(why, wasUp);
        },
      },
      offer,
    );
    this.#connections.set(connection, new Set());
    this.#byFragment.set(connection.credentials.fragment, connection);
    return connection;
  }

  /** Takes over what a later offer says of the same client. */
  reoffer(connection: Connection, offer: Offer): void {
    const { previous } = connection;
    if (!connection.reoffer(offer)) return;
    if (previous) this.#byFragment.delete(previous.fragment);
    this.#byFragment.set(connection.credentials.fragment, connection);
  }

  /** Closes a connection and knows it no more. */
  drop(connection: Connection): void {
    connection.close();
    for (const key of this.#connections.get(connection) ?? [])
      if (this.#byAddress.get(key) === connection) this.#byAddress.delete(key);
    this.#byFragment.delete(connection.credentials.fragment);
    if (connection.previous) this.#byFragment.delete(connection.previous.fragment);
    this.#connections.delete(connection);
  }

  /** Gives up those that are not heard of any more. To be called every second. */
  sweep(): void {
    for (const connection of [...this.#connections.keys()]) {
      const { overdue, isUp } = connection;
      if (overdue !== undefined) connection.events.ended(overdue, isUp);
    }
  }

  close(): void {
    for (const connection of [...this.#connections.keys()]) this.drop(connection);
    this.#socket.close();
  }

  get #handshakes(): number {
    let count = 0;
    for (const connection of this.#connections.keys()) if (connection.isHandshaking) count++;
    return count;
  }

  /** What it is stands in the first byte (RFC 7983 §7). */
  #receive(packet: Buffer, port: number, address: string): void {
    const first = packet[0];
    if (first === undefined || packet.length > LONGEST_DATAGRAM) return;
    if (first >= 128 && first < 192) this.#byAddress.get(addressKey(address, port))?.receiveMedia(packet);
    else if (first < 4) this.#check(packet, port, address);
    else if (first >= 20 && first < 64) this.#byAddress.get(addressKey(address, port))?.receiveDtls(packet);
  }

  /** A connectivity check. Whoever cannot prove who it is gets no answer: nothing is reflected to a forged address. */
  #check(packet: Buffer, port: number, address: string): void {
    const request = readBindingRequest(packet);
    const fragment = request?.username.slice(0, request.username.indexOf(":"));
    const connection = fragment && this.#byFragment.get(fragment);
    if (!request || !connection) return;
    const credentials = connection.credentials.fragment === fragment ? connection.credentials : connection.previous;
    if (credentials?.username !== request.username) return;
    if (!isAuthentic(packet, request.integrityAt, credentials.password)) return;
    const key = addressKey(address, port);
    const there = this.#byAddress.get(key);
    // A client proves who it is, and may still have forged where it is: nobody is driven from the path they are heard on.
    if (there !== connection && there?.isUpAt(address, port)) return;
    if (request.controlled) {
      this.#socket.send(roleConflict(request.transaction, credentials.password), port, address);
      return;
    }
    this.#socket.send(bindingSuccess(request.transaction, address, port, credentials.password), port, address);
    this.#retire(connection, credentials);
    this.#know(connection, key);
    connection.checked(address, port, request.useCandidate);
  }

  /** The client uses its new credentials: the old ones have had their time. */
  #retire(connection: Connection, used: Credentials): void {
    if (!connection.previous || used !== connection.credentials) return;
    this.#byFragment.delete(connection.previous.fragment);
    connection.previous = undefined;
  }

  #know(connection: Connection, key: string): void {
    if (this.#byAddress.get(key) === connection) return;
    this.#byAddress.set(key, connection);
    const keys = this.#connections.get(connection)!.add(key);
    const selected = connection.address === undefined ? undefined : addressKey(connection.address, connection.port);
    const oldest = [...keys].find((one) => one !== selected && one !== key);
    if (keys.size <= MOST_ADDRESSES || oldest === undefined) return;
    keys.delete(oldest);
    if (this.#byAddress.get(oldest) === connection) this.#byAddress.delete(oldest);
  }

  /** Nothing a packet holds should make us throw; if it does, the others' media go on. */
  #complain(why: unknown): void {
    const now = this.parts.now();
    if (now - this.#complainedAt < COMPLAIN_EVERY_MS) return;
    this.#complainedAt = now;
    this.parts.log.error("voice.packet-failed", { error: why });
  }
}
