import { describe, expect, test } from "bun:test";
import { type Direction, OfferRefused } from "../../../src/kernel/media-relay.ts";
import { readOffer } from "../../../src/voice/werift/offer.ts";

const FINGERPRINT = `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => "AB").join(":")}`;
const section = (mid: string, direction: string, { kind = "audio", port = 9, more = [] as string[] } = {}) => [
  `m=${kind} ${port} UDP/TLS/RTP/SAVPF 111`,
  `a=mid:${mid}`,
  `a=${direction}`,
  "a=ice-ufrag:abcd",
  "a=ice-pwd:0123456789012345678901",
  FINGERPRINT,
  "a=rtpmap:111 opus/48000/2",
  ...more,
];
const offer = (bundle: string, ...sections: readonly string[][]) =>
  ["v=0", "o=- 4611731400430051336 2 IN IP4 127.0.0.1", "s=-", "t=0 0", `a=group:BUNDLE ${bundle}`, ...sections.flat(), ""].join(
    "\r\n",
  );
const wanted = (text: string, direction: Direction) => readOffer(text, direction).media.map((media) => media.wanted);

describe("an offer", () => {
  test("is used in the direction of its connection", () => {
    const both = offer("0 1 2", section("0", "sendonly"), section("1", "recvonly"), section("2", "sendrecv"));
    expect(wanted(both, "publish")).toEqual([true, false, true]);
    expect(wanted(both, "subscribe")).toEqual([false, true, true]);
    expect(() => readOffer(offer("0", section("0", "inactive")), "publish")).toThrow(OfferRefused);
  });

  test("may have m-lines that go with the others, as Firefox writes them, and refused ones", () => {
    const bundled = section("1", "recvonly", { port: 0, more: ["a=bundle-only"] });
    const refused = section("2", "recvonly", { port: 0 });
    const text = offer("0 1", section("0", "recvonly"), bundled, refused);
    expect(wanted(text, "subscribe")).toEqual([true, true, false]);
    expect(readOffer(text, "subscribe").sdp.match(/^m=audio \d/gm)).toEqual(["m=audio 9", "m=audio 9", "m=audio 0"]);
  });

  test("keeps the addresses that can be asked, and no names, no TCP, no ports of the system, and not many", () => {
    const candidate = (address: string, port = 40_000, transport = "udp", component = 1) =>
      `a=candidate:1 ${component} ${transport} 2122260223 ${address} ${port} typ host`;
    const kept = [candidate("192.0.2.1"), candidate("2001:db8::1")];
    const dropped = [
      candidate("a1b2.local"),
      candidate("example.org"),
      candidate("192.0.2.1", 53),
      candidate("192.0.2.1", 40_000, "tcp"),
      candidate("192.0.2.1", 40_000, "udp", 2),
      "a=candidate:",
    ];
    const read = (...more: string[]) => readOffer(offer("0", section("0", "sendonly", { more })), "publish");
    expect(
      read(...dropped, ...kept)
        .sdp.match(/^a=candidate.*$/gm)
        ?.map((line) => line.trim()),
    ).toEqual(kept);
    expect(read(...dropped)).toMatchObject({ reachable: false });
    const many = Array.from({ length: 100 }, (_, i) => candidate(`192.0.2.${i}`));
    expect(read(...many).sdp.match(/^a=candidate/gm)).toHaveLength(8);
  });

  test("is refused when it would need more than one connection, or has data, or names one m-line twice", () => {
    const two = [section("0", "sendonly"), section("1", "sendonly")] as const;
    expect(() => readOffer(offer("0", ...two), "publish")).toThrow("BUNDLE");
    expect(() => readOffer(offer("0 1", two[0], section("1", "sendonly", { kind: "application" })), "publish")).toThrow("m=");
    expect(() => readOffer(offer("0", two[0], two[0]), "publish")).toThrow("the same");
  });
});
