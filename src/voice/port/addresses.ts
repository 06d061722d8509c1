import { networkInterfaces } from "node:os";
import { isIPv6 } from "node:net";

const EVERYWHERE = new Set(["0.0.0.0", "::"]);

/** An address as peers know it: IPv4 as such also where an IPv6 socket received it, and without a zone. */
export const plainAddress = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, "").replace(/%.*$/, "");

/**
 * The addresses clients are told to try, best first. A socket that listens everywhere is reached on every interface's address;
 * this machine's own loopback is told only where it listens on nothing else.
 */
export function candidateAddresses(
  bound: string,
  advertised: readonly string[],
  interfaces: ReturnType<typeof networkInterfaces> = networkInterfaces(),
): string[] {
  return [...new Set([...reachable(bound, interfaces), ...advertised])];
}

function reachable(bound: string, interfaces: ReturnType<typeof networkInterfaces>): string[] {
  if (!EVERYWHERE.has(bound)) return [plainAddress(bound)];
  const own = Object.values(interfaces)
    .flatMap((all) => all ?? [])
    .filter(({ family }) => bound === "::" || family === "IPv4")
    // A link-local address means nothing without the interface it belongs to.
    .filter(({ address }) => !/^fe[89ab]/i.test(address));
  const outward = own.filter(({ internal }) => !internal);
  return (outward.length > 0 ? outward : own).map(({ address }) => address);
}

/** The 4 or 16 bytes of an IP address. */
export function addressBytes(address: string): Buffer {
  const plain = plainAddress(address);
  if (!isIPv6(plain)) return Buffer.from(plain.split(".").map(Number));
  const words = (part: string | undefined) => (part ? part.split(":").map((word) => Number.parseInt(word, 16)) : []);
  const [head, tail] = plain.split("::");
  const [first, last] = [words(head), words(tail)];
  const all = [...first, ...Array.from({ length: 8 - first.length - last.length }, () => 0), ...last];
  return Buffer.from(all.flatMap((word) => [word >> 8, word & 0xff]));
}
