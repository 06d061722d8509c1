import { describe, expect, test } from "bun:test";
import { OfferRefused } from "../../../src/kernel/media-relay.ts";
import { type AnsweredSection, writeAnswer } from "../../../src/voice/port/sdp-answer.ts";
import { readOffer } from "../../../src/voice/port/sdp-offer.ts";
import { randomOf } from "../../support/random.ts";
import { CHROMIUM, FIREFOX } from "./offers.ts";

const SHARED = {
  id: 1,
  version: 2,
  fragment: "abcdefgh",
  password: "0123456789012345678901",
  fingerprint: "AB:CD",
  addresses: ["192.0.2.1", "2001:db8::1"],
  port: 4000,
};
const inactive = (text: string): AnsweredSection[] =>
  readOffer(text).sections.map((offered) => ({ offered, direction: "inactive" }));
const media = (answer: string): string[] => answer.split(/^(?=m=)/m).slice(1);

describe("an offer", () => {
  test("of Chromium is read", () => {
    const offer = readOffer(CHROMIUM);
    expect(offer).toMatchObject({ fragment: "dfki", password: "9c0TbXopaBFwYsRiUUFRSNWQ" });
    expect(offer.fingerprint).toStartWith("AA:24:C3");
    expect(
      offer.sections.map(({ mid, opus, levelId, direction, refused }) => ({ mid, opus, levelId, direction, refused })),
    ).toEqual([
      { mid: "0", opus: 111, levelId: 1, direction: "sendonly", refused: false },
      { mid: "1", opus: undefined, levelId: undefined, direction: "sendonly", refused: false },
      { mid: "2", opus: undefined, levelId: undefined, direction: "sendrecv", refused: true },
    ]);
  });

  test("of Firefox is read: a section that waits for its bundle is not refused", () => {
    const offer = readOffer(FIREFOX);
    expect(offer).toMatchObject({ fragment: "4b7a09a8", password: "36e1c68fe8efa9bd1cbb2b7fd5a5e3a5" });
    expect(offer.sections.map(({ opus, direction, refused }) => ({ opus, direction, refused }))).toEqual([
      { opus: 109, direction: "recvonly", refused: false },
      { opus: 109, direction: "recvonly", refused: false },
    ]);
  });

  test("may end its lines without a carriage return", () => {
    expect(readOffer(CHROMIUM.replaceAll("\r", ""))).toEqual(readOffer(CHROMIUM));
  });

  test.each([
    ["is empty", () => ""],
    ["is no text of this kind", () => "hello"],
    ["has no sections", (text: string) => text.slice(0, text.indexOf("m="))],
    ["has no fingerprint", (text: string) => text.replaceAll(/a=fingerprint.*\r\n/g, "")],
    ["has a fingerprint of another kind only", (text: string) => text.replaceAll("sha-256", "sha-1")],
    ["has no credentials", (text: string) => text.replaceAll(/a=ice-pwd.*\r\n/g, "")],
    ["has a password that is too short", (text: string) => text.replaceAll("9c0TbXopaBFwYsRiUUFRSNWQ", "short")],
    ["wants the relay to open the connection", (text: string) => text.replaceAll("actpass", "passive")],
    ["is ICE-lite", (text: string) => text.replace("t=0 0", "t=0 0\r\na=ice-lite")],
    ["has sections outside of the bundle", (text: string) => text.replace("BUNDLE 0 1 2", "BUNDLE 0 2")],
    ["has a mid twice", (text: string) => text.replace("a=mid:1", "a=mid:0")],
    ["has a mid that is none", (text: string) => text.replace("a=mid:0", `a=mid:${"x".repeat(65)}`)],
    ["has a section without a mid", (text: string) => text.replace("a=mid:0\r\n", "")],
    ["is not encrypted", (text: string) => text.replaceAll("UDP/TLS/RTP/SAVPF", "RTP/AVP")],
    ["keeps RTCP apart", (text: string) => text.replaceAll("a=rtcp-mux\r\n", "")],
    ["has too many sections", (text: string) => text + text.slice(text.indexOf("m=")).repeat(50)],
    ["is too long", (text: string) => text + "a=x\r\n".repeat(60_000)],
  ] as const)("that %s is refused with a sentence", (_, change) => {
    expect(() => readOffer(change(CHROMIUM))).toThrow(OfferRefused);
    expect(() => readOffer(change(CHROMIUM))).toThrow(/^[A-Z].*\.$/);
  });

  test("says of what there is too much", () => {
    const sections = (count: number) =>
      Array.from({ length: count }, (_, n) =>
        FIREFOX.slice(FIREFOX.indexOf("m="))
          .split(/^(?=m=)/m)[0]!
          .replace("a=mid:0", `a=mid:${n}`),
      );
    const offer = (count: number) => {
      const head = FIREFOX.slice(0, FIREFOX.indexOf("m="));
      const mids = Array.from({ length: count }, (_, n) => n).join(" ");
      return head.replace("BUNDLE 0 1", `BUNDLE ${mids}`) + sections(count).join("");
    };
    expect(readOffer(offer(128)).sections).toHaveLength(128);
    expect(() => readOffer(offer(129))).toThrow("An offer has at most 128 media sections.");
    expect(() => readOffer(`${offer(1)}${"a=x\r\n".repeat(60_000)}`)).toThrow("An offer has at most 262144 characters.");
  });

  test("is read or refused, whatever it is", () => {
    const random = randomOf(21);
    for (let round = 0; round < 3000; round++) {
      const lines = random.of([CHROMIUM, FIREFOX]).split("\r\n");
      for (let n = random.below(5); n >= 0; n--) {
        const at = random.below(lines.length);
        if (random.below(3) === 0) lines.splice(at, 1);
        else if (random.below(2) === 0) lines.splice(at, 0, random.of(lines));
        else
          lines[at] =
            lines[at]!.slice(0, random.below(lines[at]!.length + 1)) + random.of(["", " ", ":", "\0", "999999999999", "a=mid:"]);
      }
      try {
        const answer = writeAnswer({ ...SHARED, sections: inactive(lines.join("\r\n")) });
        for (const line of answer.split("\r\n").slice(0, -1)) expect(line).toMatch(/^[a-z]=/);
      } catch (why) {
        expect(why).toBeInstanceOf(OfferRefused);
      }
    }
  });
});

describe("an answer", () => {
  const [audio, video, data] = readOffer(CHROMIUM).sections;
  const answer = writeAnswer({
    ...SHARED,
    sections: [
      { offered: audio!, direction: "recvonly" },
      { offered: video!, direction: "inactive" },
      { offered: data!, direction: "inactive" },
    ],
  });

  test("is one of an ICE-lite agent that waits for the client to come", () => {
    expect(answer).toStartWith("v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=ice-lite\r\na=group:BUNDLE 0 1\r\n");
    expect(answer).toEndWith("\r\n");
    for (const part of media(answer).slice(0, 2))
      for (const line of [
        "a=ice-ufrag:abcdefgh",
        "a=ice-pwd:0123456789012345678901",
        "a=fingerprint:sha-256 AB:CD",
        "a=setup:passive",
        "a=rtcp-mux",
      ])
        expect(part.split("\r\n")).toContain(line);
    expect(media(answer)[0]!.match(/^a=candidate:.*$/gm)).toEqual([
      "a=candidate:1 1 udp 2130706431 192.0.2.1 4000 typ host",
      "a=candidate:2 1 udp 2130706175 2001:db8::1 4000 typ host",
    ]);
    expect(media(answer)[1]).not.toContain("a=candidate");
  });

  test("takes Opus under the client's number, with the level of the sound and nothing else", () => {
    const [first] = media(answer);
    expect(first).toStartWith("m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n");
    expect(first).toContain("\r\na=recvonly\r\n");
    expect(first!.match(/^a=rtpmap.*$/gm)).toEqual(["a=rtpmap:111 opus/48000/2"]);
    expect(first!.match(/^a=extmap.*$/gm)).toEqual(["a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level"]);
    expect(first).not.toContain("transport-cc");
  });

  test("says of pictures that they go nowhere, never with port 0; of what is not carried at all, with port 0", () => {
    const [, pictures, rest] = media(answer);
    expect(pictures).toStartWith("m=video 9 UDP/TLS/RTP/SAVPF 102\r\n");
    expect(pictures).toContain("\r\na=inactive\r\n");
    expect(pictures).toContain("a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f");
    expect(rest).toStartWith("m=application 0 UDP/DTLS/SCTP webrtc-datachannel\r\n");
  });

  test("names what is heard by its stream, its track and its SSRC", () => {
    const [place] = readOffer(FIREFOX).sections;
    const heard = { ssrc: 77, stream: "ann", track: "audio-4d" };
    const [part] = media(writeAnswer({ ...SHARED, sections: [{ offered: place!, direction: "sendonly", heard }] }));
    expect(part).toStartWith("m=audio 9 UDP/TLS/RTP/SAVPF 109\r\n");
    for (const line of ["a=sendonly", "a=msid:ann audio-4d", "a=ssrc:77 cname:ann", "a=ssrc:77 msid:ann audio-4d"])
      expect(part!.split("\r\n")).toContain(line);
    expect(part).not.toContain("extmap");
  });
});
