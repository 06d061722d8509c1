import { isIP } from "node:net";
import { type Direction, OfferRefused } from "../../kernel/media-relay.ts";

/** Bounds of what is read from a client. An m-line of a browser is some 1.5 KB. */
const LONGEST = 256 * 1024;
const MOST_MEDIA = 128;
const MOST_CANDIDATES = 8;

/** One m-line of an offer. */
interface OfferedMedia {
  readonly kind: string;
  readonly mid: string;
  /** Whether it can be used in the direction of its connection. */
  readonly wanted: boolean;
}

/** What is known of an offer before werift sees it. */
export interface Offer {
  /** As werift gets it: without addresses that it must not ask for. */
  readonly sdp: string;
  /** Whether the client named an address that can be asked; if not, it has to come by itself (ICE-lite). */
  readonly reachable: boolean;
  /** Both stay through the offers of one connection, the first but for an ICE restart (RFC 8445 §9, RFC 8866 §5.2). */
  readonly ufrag: string;
  readonly origin: string;
  readonly media: readonly OfferedMedia[];
}

const HEX = String.raw`[\da-f]{2}(?::[\da-f]{2}){19,63}`;
const FINGERPRINT = new RegExp(String.raw`^a=fingerprint:sha-\d{1,3} ${HEX}$`, "im");
const UFRAG = /^a=ice-ufrag:([\w+/]{4,256})$/m;
const PASSWORD = /^a=ice-pwd:([\w+/]{22,256})$/m;
const WANTED: Readonly<Record<Direction, RegExp>> = {
  publish: /^a=(?:sendonly|sendrecv)$/m,
  subscribe: /^a=(?:recvonly|sendrecv)$/m,
};

/** @throws OfferRefused */
export function readOffer(text: string, direction: Direction): Offer {
  const must: (holds: unknown, sentence: string) => asserts holds = (holds, sentence) => {
    if (!holds) throw new OfferRefused(sentence);
  };
  must(text.length <= LONGEST, `The offer is longer than ${LONGEST} characters.`);
  const lines = text.split(/\r?\n/);
  must(lines[0] === "v=0", "The offer is no SDP.");
  const whole = lines.join("\n");
  const [session, ...parts] = whole.split(/^(?=m=)/m);
  must(parts.length > 0, "The offer has no m-line.");
  must(parts.length <= MOST_MEDIA, `The offer has more than ${MOST_MEDIA} m-lines.`);
  const origin = /^o=(\S+ \d+) /m.exec(session!)?.[1];
  must(origin, "The offer has no origin (o=).");
  const ufrag = UFRAG.exec(whole)?.[1];
  must(ufrag && PASSWORD.test(whole), "The offer has no ICE credentials (a=ice-ufrag, a=ice-pwd).");
  must(FINGERPRINT.test(whole), "The offer has no fingerprint of a certificate (a=fingerprint).");
  const bundled = /^a=group:BUNDLE (.+)$/m.exec(session!)?.[1]?.split(" ") ?? [];
  const candidates = new Set(lines.filter(isAsked).slice(0, MOST_CANDIDATES));
  const named = (part: string) =>
    part
      .split("\n")
      .filter((line) => !line.startsWith("a=candidate:") || candidates.has(line))
      .join("\r\n");
  const sdp = [named(session!)];
  const media = parts.map((part): OfferedMedia => {
    const [, kind, port] = /^m=(\w+) (\d+) /.exec(part) ?? [];
    must(kind === "audio" || kind === "video", "The offer has something else than sound and pictures (m=).");
    const mid = /^a=mid:([\w.+-]{1,32})$/m.exec(part)?.[1];
    must(mid !== undefined, "An m-line has no a=mid.");
    // Port 0 means that it is refused, or that it is to go with the others (RFC 8843 §6), which werift does not know.
    const used = port !== "0" || /^a=bundle-only$/m.test(part);
    must(!used || bundled.includes(mid), "All m-lines have to be in one group (a=group:BUNDLE).");
    sdp.push(named(used ? part.replace(/^m=(\w+) 0 /, "m=$1 9 ") : part));
    const opus = /^a=rtpmap:\d+ opus\/48000\/2$/im.test(part);
    return { kind, mid, wanted: used && kind === "audio" && opus && WANTED[direction].test(part) };
  });
  must(new Set(media.map(({ mid }) => mid)).size === media.length, "Two m-lines have the same a=mid.");
  const used = direction === "publish" ? "sends Opus" : "hears Opus";
  must(
    media.some(({ wanted }) => wanted),
    `The offer has no m-line that ${used}.`,
  );
  return { sdp: sdp.join(""), reachable: candidates.size > 0, ufrag, origin, media };
}

/** Names are not looked up (for one that ends with `.local` werift would open the port of mDNS), and there is no ICE over TCP. */
function isAsked(line: string): boolean {
  if (!line.startsWith("a=candidate:")) return false;
  const [, component, transport, , address, port] = line.split(" ");
  return component === "1" && transport?.toLowerCase() === "udp" && isIP(address ?? "") !== 0 && Number(port) > 1023;
}
