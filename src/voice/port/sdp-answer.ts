// The answer to a browser's offer (RFC 8829 §5.3): ICE-lite, one transport for all, Opus.
import { AUDIO_LEVEL, type OfferedSection } from "./sdp-offer.ts";

/** Discontinuous transmission: who is silent costs next to nothing. Error correction: lost packets are rebuilt from the next ones. */
const OPUS_PARAMETERS = "minptime=10;useinbandfec=1;usedtx=1";
/** Type preference of host candidates, best local preference, first component (RFC 8445 §5.1.2.1). */
const BEST_PRIORITY = 126 * 2 ** 24 + 65_535 * 2 ** 8 + 255;

/** What a client hears on a section. */
export interface Heard {
  readonly ssrc: number;
  /** The `msid` of the section (RFC 8830). */
  readonly stream: string;
  readonly track: string;
}

export interface AnsweredSection {
  readonly offered: OfferedSection;
  /** As the client's offer is answered; `sendonly` goes with `heard`. */
  readonly direction: "recvonly" | "sendonly" | "inactive";
  readonly heard?: Heard;
}

export interface Answer {
  /** Names the session in the `o=` line, with its version. */
  readonly id: number;
  readonly version: number;
  readonly fragment: string;
  readonly password: string;
  readonly fingerprint: string;
  readonly addresses: readonly string[];
  readonly port: number;
  readonly sections: readonly AnsweredSection[];
}

export function writeAnswer(answer: Answer): string {
  const used = answer.sections.filter(({ offered }) => !offered.refused);
  const lines = [
    "v=0",
    `o=- ${answer.id} ${answer.version} IN IP4 127.0.0.1`,
    "s=-",
    "t=0 0",
    "a=ice-lite",
    `a=group:BUNDLE ${used.map(({ offered }) => offered.mid).join(" ")}`,
    "a=msid-semantic: WMS *",
    ...answer.sections.flatMap((section) =>
      section.offered.refused ? refusal(section.offered) : [...media(section), ...transport(answer, section === used[0])],
    ),
  ];
  return `${lines.join("\r\n")}\r\n`;
}

/** A section the client refused itself, or of a kind that is not carried (RFC 3264 §6). */
const refusal = ({ kind, protocol, format, mid }: OfferedSection): string[] => [
  `m=${kind} 0 ${protocol} ${format}`,
  "c=IN IP4 0.0.0.0",
  `a=mid:${mid}`,
  "a=inactive",
];

function media({ offered, direction, heard }: AnsweredSection): string[] {
  const { kind, protocol, mid, opus, levelId } = offered;
  return [
    // Never port 0: a section that was refused once cannot be used again under its mid.
    `m=${kind} 9 ${protocol} ${opus ?? offered.format}`,
    "c=IN IP4 0.0.0.0",
    "a=rtcp:9 IN IP4 0.0.0.0",
    `a=mid:${mid}`,
    `a=${direction}`,
    "a=rtcp-mux",
    ...(opus === undefined ? offered.formatLines : [`a=rtpmap:${opus} opus/48000/2`, `a=fmtp:${opus} ${OPUS_PARAMETERS}`]),
    ...(direction === "recvonly" && levelId !== undefined ? [`a=extmap:${levelId} ${AUDIO_LEVEL}`] : []),
    ...(heard
      ? [
          `a=msid:${heard.stream} ${heard.track}`,
          `a=ssrc:${heard.ssrc} cname:${heard.stream}`,
          `a=ssrc:${heard.ssrc} msid:${heard.stream} ${heard.track}`,
        ]
      : []),
  ];
}

/** The candidates stand on the first section only; the others share its transport. */
const transport = ({ fragment, password, fingerprint, addresses, port }: Answer, first: boolean): string[] => [
  `a=ice-ufrag:${fragment}`,
  `a=ice-pwd:${password}`,
  `a=fingerprint:sha-256 ${fingerprint}`,
  "a=setup:passive",
  ...(first
    ? [
        ...addresses.map((address, n) => `a=candidate:${n + 1} 1 udp ${BEST_PRIORITY - n * 256} ${address} ${port} typ host`),
        "a=end-of-candidates",
      ]
    : []),
];
