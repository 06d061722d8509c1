import type { Connection } from "werift";
import type { Werift } from "./load-werift.ts";

/** What werift keeps to itself of an ICE agent, of its socket, and of a pair of addresses. */
interface Inside {
  readonly checkList: readonly { readonly requestTransactionIds: Set<string> }[];
  ensureProtocol(protocol: { datagramReceived(data: Buffer, address: readonly [host: string, port: number]): void }): void;
  getCandidatePromises(addresses: string[], timeout?: number): Promise<unknown>[];
}

interface Guard {
  readonly host: string;
  /** Told of each signed check. */
  readonly alive: () => void;
  readonly hasEnded: () => boolean;
}

/** Addresses from which one client may come at once, and SSRCs it may use: each costs memory. */
const MOST_ADDRESSES = 16;
const MOST_SOURCES = 256;
/** Identifiers of checks that werift remembers for an address and would never forget. */
const MOST_REMEMBERED = 64;
const REQUEST = 0x0000;
const CLASS = 0x0110;

/**
 * Gives an ICE agent of werift one socket, on `host`, no STUN server, and ears for its client only: checks that are not
 * signed with the password of its own description are dropped unanswered (RFC 8445 §7.3 wants that, werift answers
 * them), as is all else from where no signed check has come.
 */
export function guardSocket(werift: Werift, connection: Connection, { host, alive, hasEnded }: Guard): void {
  const inside = connection as unknown as Inside;
  const known = new Set<string>();
  const sources = new Set<number>();
  // An empty list of servers means a public one to werift.
  delete connection.stunServer;
  const promises = inside.getCandidatePromises.bind(connection);
  // A socket that was still being bound when the connection ended would stay open.
  inside.getCandidatePromises = (_, timeout) =>
    promises([host], timeout).map((gathered) => gathered.finally(() => (hasEnded() ? connection.close() : undefined)));

  const isSigned = (data: Buffer): boolean => {
    const name = werift.parseMessage(data)?.getAttributeValue("USERNAME") as unknown;
    const ufrag = typeof name === "string" ? name.split(":")[0]! : "";
    const password = Object.hasOwn(connection.userHistory, ufrag) ? connection.userHistory[ufrag]! : undefined;
    return password !== undefined && werift.parseMessage(data, Buffer.from(password)) !== undefined;
  };
  const isWelcome = (data: Buffer, from: string): boolean => {
    if (werift.isStunMessage(data)) {
      if ((data.readUInt16BE(0) & CLASS) !== REQUEST) return true;
      if ((!known.has(from) && known.size >= MOST_ADDRESSES) || !isSigned(data)) return false;
      known.add(from);
      for (const { requestTransactionIds: ids } of inside.checkList) if (ids.size >= MOST_REMEMBERED) ids.clear();
      alive();
      return true;
    }
    if (!known.has(from)) return false;
    if (!werift.isMedia(data)) return true;
    if (data.length < 12) return false;
    const source = data.readUInt32BE(werift.isRtcp(data) ? 4 : 8);
    if (!sources.has(source) && sources.size >= MOST_SOURCES) return false;
    sources.add(source);
    return true;
  };
  const ensure = inside.ensureProtocol.bind(connection);
  inside.ensureProtocol = (protocol) => {
    const received = protocol.datagramReceived.bind(protocol);
    protocol.datagramReceived = (data, address) => {
      if (isWelcome(data, `${address[0]} ${address[1]}`)) received(data, address);
    };
    ensure(protocol);
  };
}
