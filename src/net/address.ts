/** An IP address as a number. An IPv4-mapped IPv6 address (`::ffff:a.b.c.d`, RFC 4291 §2.5.5.2) is read as the IPv4 address it stands for. */
export interface Address {
  readonly family: 4 | 6;
  readonly value: bigint;
}

/** A block of addresses, `10.0.0.0/8` or a single address. */
export interface AddressRange {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
}

const MAPPED = 0xffffn;

function parseIpv4(text: string): bigint | undefined {
  const parts = text.split(".");
  if (parts.length !== 4) return undefined;
  let value = 0n;
  for (const part of parts) {
    // A leading zero is octal to some readers and decimal to others: nobody may choose.
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined;
    value = (value << 8n) | BigInt(part);
  }
  return value;
}

function parseIpv6(text: string): bigint | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const groups = (half: string): bigint[] | undefined => {
    if (half === "") return [];
    const found: bigint[] = [];
    const parts = half.split(":");
    for (const [index, part] of parts.entries()) {
      if (part.includes(".")) {
        const tail = index === parts.length - 1 ? parseIpv4(part) : undefined;
        if (tail === undefined) return undefined;
        found.push(tail >> 16n, tail & 0xffffn);
      } else {
        if (!/^[0-9a-f]{1,4}$/i.test(part)) return undefined;
        found.push(BigInt(`0x${part}`));
      }
    }
    return found;
  };
  const head = groups(halves[0] ?? "");
  const tail = halves.length === 2 ? groups(halves[1] ?? "") : [];
  if (!head || !tail) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  return [...head, ...Array<bigint>(missing).fill(0n), ...tail].reduce((value, group) => (value << 16n) | group, 0n);
}

/** Reads an address as written in a header, a setting or a socket; brackets and an IPv6 zone are dropped. `undefined` if it is none. */
export function parseAddress(text: string): Address | undefined {
  if (text.length > 64) return undefined;
  const bare = text
    .trim()
    .replace(/^\[(.*)\]$/, "$1")
    .replace(/%.*$/, "");
  if (!bare.includes(":")) {
    const value = parseIpv4(bare);
    return value === undefined ? undefined : { family: 4, value };
  }
  const value = parseIpv6(bare);
  if (value === undefined) return undefined;
  return value >> 32n === MAPPED ? { family: 4, value: value & 0xffffffffn } : { family: 6, value };
}

/** The address in its usual notation (RFC 5952 for IPv6). */
export function formatAddress({ family, value }: Address): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 0xffn).join(".");
  const groups = Array.from({ length: 8 }, (_, index) => ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16)).join(":");
  return new URL(`http://[${groups}]`).hostname.slice(1, -1);
}

/** Reads `10.0.0.0/8`, `fc00::/7` or a single address. Throws a `RangeError` with a sentence if it is neither. */
export function parseRange(text: string): AddressRange {
  const [head = "", prefix, ...rest] = text.split("/");
  const address = parseAddress(head);
  const bits = address?.family === 4 ? 32 : 128;
  const length = prefix === undefined ? bits : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN;
  if (!address || rest.length > 0 || !(length <= bits)) {
    throw new RangeError(`"${text}" is not an address or a range of addresses: write 192.0.2.7, 10.0.0.0/8 or fd00::/8.`);
  }
  const span = BigInt(bits - length);
  const first = (address.value >> span) << span;
  return { family: address.family, first, last: first + (1n << span) - 1n };
}

/** Is the address inside one of the ranges? */
export function isWithin(address: Address, ranges: readonly AddressRange[]): boolean {
  return ranges.some(({ family, first, last }) => family === address.family && address.value >= first && address.value <= last);
}

/** What counts as one subscriber when connections are counted: an IPv4 address, or the /64 that an IPv6 host chooses its addresses from. */
export function subscriberOf(text: string): string {
  const address = parseAddress(text);
  if (!address) return text;
  if (address.family === 4) return formatAddress(address);
  return `${formatAddress({ family: 6, value: (address.value >> 64n) << 64n })}/64`;
}

/**
 * Addresses that are not on the public internet, or stand for one that is not:
 * IANA special-purpose registries (RFC 6890), multicast, and the translations (NAT64, 6to4, Teredo) that carry an IPv4 address inside.
 */
const NOT_PUBLIC = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
  "::/96",
  "64:ff9b::/96",
  "64:ff9b:1::/48",
  "100::/64",
  "2001::/23",
  "2001:db8::/32",
  "2002::/16",
  "3fff::/20",
  "5f00::/16",
  "fc00::/7",
  "fe80::/10",
  "fec0::/10",
  "ff00::/8",
].map(parseRange);

/** May this address be reached by a request that somebody else had us make? Cloud metadata (169.254.169.254, fd00:ec2::254) is not. */
export function isPublic(address: Address): boolean {
  return !isWithin(address, NOT_PUBLIC);
}
