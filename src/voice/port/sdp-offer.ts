// What is read of a browser's offer (RFC 8866, RFC 8829).
import { OfferRefused } from "../../kernel/media-relay.ts";

/** An offer that hears a large room, with what browsers say of every section of it. */
const LONGEST_OFFER = 256 * 1024;
const MOST_SECTIONS = 128;
/** The header extension with the level of the sound (RFC 6464). */
export const AUDIO_LEVEL = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";
/** RFC 8866 §9: what may stand as an identification tag. Bounded, as it comes back in every answer. */
const TAG = /^[\w!#$%&'*+.^`{|}~-]{1,64}$/;
/** RFC 8839 §5.4. */
const FRAGMENT = /^[A-Za-z0-9+/]{4,256}$/;
const PASSWORD = /^[A-Za-z0-9+/]{22,256}$/;
const FINGERPRINT = /^sha-256 ((?:[\dA-F]{2}:){31}[\dA-F]{2})$/i;
const PROTOCOL = /^(?:UDP|TCP)\/TLS\/RTP\/SAVPF?$/;

export type SdpDirection = "sendrecv" | "sendonly" | "recvonly" | "inactive";
const DIRECTIONS: readonly string[] = ["sendrecv", "sendonly", "recvonly", "inactive"] satisfies SdpDirection[];

/** One m-line with what belongs to it. */
export interface OfferedSection {
  readonly kind: string;
  readonly protocol: string;
  readonly mid: string;
  /** The client wants nothing of it, or it is of a kind that is not carried here: answered with port 0. */
  readonly refused: boolean;
  readonly direction: SdpDirection;
  /** The payload type the client has for Opus. */
  readonly opus: number | undefined;
  /** The client's id for the header extension with the level of the sound. */
  readonly levelId: number | undefined;
  /** The first format with its attributes: what an answer that carries nothing names, because it has to name one. */
  readonly format: string;
  readonly formatLines: readonly string[];
}

export interface Offer {
  readonly sections: readonly OfferedSection[];
  readonly fragment: string;
  readonly password: string;
  /** SHA-256 of the client's certificate, in upper case. */
  readonly fingerprint: string;
}

/** @throws OfferRefused */
export function readOffer(text: string): Offer {
  if (text.length > LONGEST_OFFER) throw new OfferRefused(`An offer has at most ${LONGEST_OFFER} characters.`);
  if (!text.startsWith("v=0")) throw new OfferRefused("The offer is no session description: it does not begin with v=0.");
  const [session = [], ...media] = blocksOf(text);
  if (media.length === 0) throw new OfferRefused("The offer has no media section.");
  if (media.length > MOST_SECTIONS) throw new OfferRefused(`An offer has at most ${MOST_SECTIONS} media sections.`);
  if (session.includes("a=ice-lite")) throw new OfferRefused("The relay is ICE-lite itself: the client needs full ICE.");
  const general = directionOf(session) ?? "sendrecv";
  const sections = media.map((block) => readSection(block, general));
  const mids = sections.map(({ mid }) => mid);
  if (new Set(mids).size < mids.length) throw new OfferRefused("Two media sections have the same mid.");
  const used = sections.filter(({ refused }) => !refused);
  if (used.length === 0) throw new OfferRefused("The offer has no section for audio or video that is not refused by itself.");
  const bundle = values(session, "group").find((group) => group.startsWith("BUNDLE "));
  const bundled = new Set(bundle?.split(" ").slice(1));
  if (used.length > 1 && used.some(({ mid }) => !bundled.has(mid)))
    throw new OfferRefused("All media sections of an offer must be in one BUNDLE group.");
  // All share the transport of the first (RFC 9143 §7.2).
  return { sections, ...readTransport([...media[sections.indexOf(used[0]!)]!, ...session]) };
}

/** The lines of the session, then those of each media section. */
function blocksOf(text: string): string[][] {
  const blocks: string[][] = [[]];
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith("m=")) blocks.push([]);
    if (line !== "") blocks.at(-1)!.push(line);
  }
  return blocks;
}

/** The values of an attribute, in order. */
const values = (lines: readonly string[], name: string): string[] =>
  lines.filter((line) => line.startsWith(`a=${name}:`)).map((line) => line.slice(name.length + 3).trim());

/** @param general the direction of sections that name none. */
function readSection(lines: readonly string[], general: SdpDirection): OfferedSection {
  const [kind = "", port = "", protocol = "", ...formats] = lines[0]!.slice(2).trim().split(/\s+/);
  const mid = values(lines, "mid")[0] ?? "";
  const [format = ""] = formats;
  if (![kind, mid, format].every((text) => TAG.test(text)) || !/^[\w/]{1,64}$/.test(protocol))
    throw new OfferRefused(
      "Every media section needs a kind, a port, a protocol, formats, and an a=mid of at most 64 characters.",
    );
  // Port 0 is a refusal, unless the section only waits for its bundle (RFC 9143 §6).
  const refused = (port === "0" && !lines.includes("a=bundle-only")) || (kind !== "audio" && kind !== "video");
  if (!refused && !PROTOCOL.test(protocol)) throw new OfferRefused("Media is carried over UDP/TLS/RTP/SAVPF only.");
  if (!refused && !lines.includes("a=rtcp-mux")) throw new OfferRefused("Every media section needs a=rtcp-mux.");
  const isOf = (name: string) => name === `rtpmap:${format}` || name === `fmtp:${format}`;
  const level = values(lines, "extmap").find((extension) => extension.split(" ")[1] === AUDIO_LEVEL);
  return {
    kind,
    protocol,
    mid,
    refused,
    direction: directionOf(lines) ?? general,
    opus: kind === "audio" ? payloadTypeOfOpus(lines, formats) : undefined,
    levelId: level === undefined ? undefined : extensionId(level),
    format,
    formatLines: lines.filter((line) => line.startsWith("a=") && isOf(line.slice(2).split(" ")[0]!)),
  };
}

const directionOf = (lines: readonly string[]): SdpDirection | undefined =>
  lines.map((line) => line.slice(2)).find((name): name is SdpDirection => DIRECTIONS.includes(name));

function payloadTypeOfOpus(lines: readonly string[], formats: readonly string[]): number | undefined {
  const map = values(lines, "rtpmap").find((one) => /^\d{1,3} opus\/48000\/2$/i.test(one));
  const [type = ""] = map?.split(" ") ?? [];
  // Numbers from 64 to 95 would be taken for RTCP (RFC 5761 §4).
  const usable = Number(type) < 64 || (Number(type) > 95 && Number(type) < 128);
  return map !== undefined && usable && formats.includes(type) ? Number(type) : undefined;
}

function extensionId(value: string): number | undefined {
  const id = Number.parseInt(value, 10);
  return id >= 1 && id <= 255 && id !== 15 ? id : undefined;
}

/** Who is to be talked to, and how it proves that it is the one who made the offer. */
function readTransport(lines: readonly string[]): Pick<Offer, "fragment" | "password" | "fingerprint"> {
  const fragment = values(lines, "ice-ufrag")[0] ?? "";
  const password = values(lines, "ice-pwd")[0] ?? "";
  if (!FRAGMENT.test(fragment) || !PASSWORD.test(password))
    throw new OfferRefused("The offer needs a=ice-ufrag and a=ice-pwd as ICE has them.");
  const fingerprint = values(lines, "fingerprint")
    .map((one) => FINGERPRINT.exec(one)?.[1])
    .find(Boolean);
  if (!fingerprint) throw new OfferRefused("The offer needs a=fingerprint with sha-256.");
  if (!["actpass", "active"].includes(values(lines, "setup")[0] ?? ""))
    throw new OfferRefused("The client opens the DTLS connection: the offer needs a=setup:actpass.");
  return { fragment, password, fingerprint: fingerprint.toUpperCase() };
}
