import { type AddressRange, formatAddress, isWithin, parseAddress, parseRange } from "./address.ts";

/** Reads the setting `trusted_proxies`: addresses and CIDR ranges. Throws a `RangeError` that names the entry it cannot read. */
export function trustedProxies(entries: readonly string[]): readonly AddressRange[] {
  return entries.map(parseRange);
}

/** One hop of `X-Forwarded-For`; some proxies write the port too. */
const parseHop = (hop: string) => parseAddress(hop) ?? parseAddress(hop.trim().replace(/:\d{1,5}$/, ""));

/**
 * The address a request came from. Headers are believed only from a peer within `trusted`: then `X-Forwarded-For` is read from the right
 * (each proxy appends the peer it saw; what stands further left was written by the client) up to the first address that is not a proxy of ours.
 * `CF-Connecting-IP` counts only where there is no `X-Forwarded-For`, because a proxy that is not Cloudflare's passes a forged one on.
 */
export function clientAddress(req: { readonly headers: Headers }, peer: string, trusted: readonly AddressRange[]): string {
  const direct = parseAddress(peer);
  if (!direct) return peer;
  if (trusted.length === 0 || !isWithin(direct, trusted)) return formatAddress(direct);
  const forwarded = req.headers.get("x-forwarded-for");
  const hops = forwarded === null ? [req.headers.get("cf-connecting-ip") ?? ""] : forwarded.split(",");
  let nearest = direct;
  for (const hop of hops.toReversed()) {
    const address = parseHop(hop);
    if (!address) break;
    nearest = address;
    if (!isWithin(address, trusted)) break;
  }
  return formatAddress(nearest);
}
