import { expect, test } from "bun:test";
import { Reception } from "../../../src/voice/port/reception.ts";
import { readReports, receiverReport, type ReportBlock, senderReport } from "../../../src/voice/port/rtcp.ts";
import { emptyRtpHeader, extensionByte, isRtcp, readRtpHeader } from "../../../src/voice/port/rtp.ts";
import { randomOf } from "../../support/random.ts";

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(/\s/g, ""), "hex");
const FRAME = 960;

test("a header is read with its contributing sources and its extension", () => {
  const header = emptyRtpHeader();
  const packet = hex("b2ef1234 00005678 9abcdef0 00000001 00000002 bede0001 10aa0000 0102");
  expect(readRtpHeader(packet, header)).toBe(true);
  expect(header).toMatchObject({
    payloadType: 111,
    marker: true,
    padded: true,
    sequence: 0x1234,
    timestamp: 0x5678,
    ssrc: 0x9abcdef0,
  });
  expect(header.length).toBe(12 + 8 + 8);
  expect(extensionByte(packet, header, 1)).toBe(0xaa);
  expect(extensionByte(packet, header, 2)).toBeUndefined();
  expect(readRtpHeader(hex("806f0001 00000000 00000001"), header)).toBe(true);
  expect(header).toMatchObject({ length: 12, marker: false, padded: false, extensionLength: 0 });
  expect(extensionByte(packet, header, 1)).toBeUndefined();
});

test.each([
  ["one byte each, with padding between", "bede0003 00 1155aa 0030bb00 00000000", 3, 0xbb],
  ["one byte each, after a longer one", "bede0002 12010203 40cc0000", 4, 0xcc],
  ["one byte each, until 15 ends them", "bede0001 f040cc00", 4, undefined],
  ["two bytes each", "10000002 0102aabb 0301cc00", 3, 0xcc],
  ["two bytes each, one of them empty", "10000001 03000000", 3, undefined],
  ["a length that goes beyond", "bede0001 000000 4f", 4, undefined],
  ["a kind of its own", "cafe0001 40cc0000", 4, undefined],
] as const)("extension elements are found: %s", (_, extension, id, value) => {
  const header = emptyRtpHeader();
  const packet = Buffer.concat([hex("906f0001 00000000 00000001"), hex(extension)]);
  expect(readRtpHeader(packet, header)).toBe(true);
  expect(extensionByte(packet, header, id)).toBe(value);
});

test("what was cut off is no packet, and nothing makes the readers fail", () => {
  const header = emptyRtpHeader();
  const packet = hex("b2ef1234 00005678 9abcdef0 00000001 00000002 bede0001 10aa0000");
  for (let length = 0; length < packet.length; length++) expect(readRtpHeader(packet.subarray(0, length), header)).toBe(false);
  const random = randomOf(8);
  for (let round = 0; round < 5000; round++) {
    const noise = Buffer.from(Array.from({ length: random.below(80) }, () => random.below(256)));
    if (noise.length > 1) isRtcp(noise);
    if (readRtpHeader(noise, header)) extensionByte(noise, header, 1 + random.below(14));
    readReports(noise);
    if (noise.length > 3) readReports(Buffer.concat([hex("81c90007"), noise]));
  }
});

test("reports are read as they are written, through whatever else is in the packet", () => {
  const clock = { ntpHigh: 0xe6a1_0203, ntpLow: 0x8000_0000, timestamp: 4_000_000_000 };
  const sent = senderReport(7, clock, 3, 480, "stream-1");
  expect(sent.length % 4).toBe(0);
  expect(sent.subarray(0, 8)).toEqual(hex("80c80006 00000007"));
  expect(readReports(sent)).toEqual([{ ssrc: 7, clock, blocks: [] }]);
  const block: ReportBlock = {
    ssrc: 9,
    fraction: 128,
    lost: -3,
    highest: 70_000,
    jitter: 5,
    lastReport: 0x02038000,
    sinceLastReport: 65_536,
  };
  const received = receiverReport(8, block, "s");
  expect(received.subarray(0, 4)).toEqual(hex("81c90007"));
  const nack = hex("81cd0003 00000001 00000002 00010000");
  expect(readReports(Buffer.concat([nack, sent, received]))).toEqual([
    { ssrc: 7, clock, blocks: [] },
    { ssrc: 8, blocks: [block] },
  ]);
  for (const name of ["a", "ab", "abc", "abcd", "x".repeat(64)]) {
    const packet = senderReport(7, clock, 0, 0, name);
    expect(packet.readUInt16BE(28 + 2)).toBe((packet.length - 28) / 4 - 1);
    expect(packet.subarray(38, 38 + name.length).toString()).toBe(name);
    expect(packet.at(-1)).toBe(0);
  }
});

test("what never came is counted over a rollover, and what was late only is not", () => {
  const reception = new Reception(1);
  const come = (...indexes: number[]) => {
    for (const index of indexes) reception.count(index, index * FRAME, index * 20);
  };
  come(65_533, 65_534, 65_537);
  expect(reception.lost).toBe(2);
  come(65_536, 65_535);
  expect(reception.lost).toBe(0);
  come(65_532);
  expect(reception).toMatchObject({ received: 6, lost: 0 });
  come(65_541);
  expect(reception.block(65_541 * 20)).toMatchObject({ ssrc: 1, lost: 3, fraction: Math.floor((3 * 256) / 10), highest: 65_541 });
  come(65_542);
  expect(reception.block(65_542 * 20)).toMatchObject({ lost: 3, fraction: 0 });
});

test("jitter is none when packets keep time, and grows when they do not (RFC 3550, A.8)", () => {
  const [even, uneven] = [new Reception(1), new Reception(2)];
  for (let n = 0; n < 200; n++) {
    even.count(n, n * FRAME, n * 20);
    uneven.count(n, n * FRAME, n * 20 + (n % 2) * 10);
  }
  expect(even.block(0).jitter).toBe(0);
  // Every other packet is 10 ms late: the mean comes to 480 ticks.
  expect(uneven.block(0).jitter).toBeGreaterThan(470);
  expect(uneven.block(0).jitter).toBeLessThanOrEqual(480);
});

test("a report says which sender report came last, and how long ago", () => {
  const reception = new Reception(1);
  reception.count(5, 0, 0);
  expect(reception.block(0)).toMatchObject({ lastReport: 0, sinceLastReport: 0 });
  reception.hearClock({ ntpHigh: 0x1111_2222, ntpLow: 0x3333_4444, timestamp: 0 }, 1000);
  expect(reception.block(1500)).toMatchObject({ lastReport: 0x2222_3333, sinceLastReport: 32_768 });
});
