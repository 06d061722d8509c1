import { expect, test } from "bun:test";
import { RtpHeader, SrtcpSession, SrtpSession } from "werift";
import { ReplayWindow } from "../../../src/voice/replay-window.ts";
import { emptyRtpHeader, readRtpHeader } from "../../../src/voice/port/rtp.ts";
import { derive, sessionKeys, type SessionKeys, SrtpReceiver, SrtpSender } from "../../../src/voice/port/srtp.ts";
import { randomOf } from "../../support/random.ts";

const hex = (text: string): Buffer => Buffer.from(text, "hex");

// RFC 7714 §16 and §17: both have this session key and this salt.
const KEY = hex("000102030405060708090a0b0c0d0e0f");
const SALT = hex("517569642070726f2071756f");
const KEYS: SessionKeys = { rtpKey: KEY, rtpSalt: SALT, rtcpKey: KEY, rtcpSalt: SALT };
const RTP = hex("8040f17b8041f8d35501a0b247616c6c696120657374206f6d6e69732064697669736120696e207061727465732074726573");
const SRTP = hex(
  "8040f17b8041f8d35501a0b2f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833899d7f27beb16a9152cf765ee4390cce",
);
const RTCP = hex("81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61deadbeefdeadbeefdeadbeefdeadbeefdeadbeef");
const SRTCP = hex(
  "81c8000d4d61727363e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b4686303ded0bb9275bc84aa45896cf4d2fc5abf87245d9eade800005d4",
);
const SRTCP_ONLY_TAGGED = hex(
  "81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61deadbeefdeadbeefdeadbeefdeadbeefdeadbeef841dd9683dd78ec92ae58790125f62b3000005d4",
);
const RTCP_INDEX = 0x5d4;

const header = emptyRtpHeader();
const open = (receiver: SrtpReceiver, packet: Buffer) =>
  readRtpHeader(packet, header) ? receiver.unprotect(packet, header) : undefined;

test("keys are derived as in RFC 3711, appendix B.3", () => {
  const [key, salt] = [hex("e1f97a0d3e018be0d64fa32c06de4139"), hex("0ec675ad498afeebb6960b3aabe6")];
  expect(derive(key, salt, 0, 16)).toEqual(hex("c61e7a93744f39ee10734afe3ff7a087"));
  expect(derive(key, salt, 2, 14)).toEqual(hex("30cbbc08863d8c85d49db34a9ae1"));
});

test("the RTP packet of RFC 7714 §16.1 is protected and opened as there", () => {
  const out = Buffer.alloc(200);
  const length = new SrtpSender(KEYS).protect(RTP, 12, 0x5501a0b2, 0, 0xf17b, out);
  expect(out.subarray(0, length).equals(SRTP)).toBe(true);
  const opened = open(new SrtpReceiver(KEYS), SRTP)!;
  expect(opened.index).toBe(0xf17b);
  expect(opened.payload.equals(RTP.subarray(12))).toBe(true);
});

test("the RTCP packet of RFC 7714 §17 is protected and opened as there, and one that is not encrypted is refused", () => {
  const sender = new SrtpSender(KEYS);
  for (let index = 1; index < RTCP_INDEX; index++) sender.protectRtcp(RTCP);
  expect(sender.protectRtcp(RTCP)).toEqual(SRTCP);
  expect(new SrtpReceiver(KEYS).unprotectRtcp(SRTCP)).toEqual(RTCP);
  expect(new SrtpReceiver(KEYS).unprotectRtcp(SRTCP_ONLY_TAGGED)).toBeUndefined();
});

test("no bit of a protected packet can be changed, and none can be cut off", () => {
  for (let bit = 0; bit < SRTP.length * 8; bit++) {
    const changed = Buffer.from(SRTP);
    changed[bit >> 3]! ^= 1 << (bit & 7);
    expect(open(new SrtpReceiver(KEYS), changed)).toBeUndefined();
  }
  for (let bit = 0; bit < SRTCP.length * 8; bit++) {
    const changed = Buffer.from(SRTCP);
    changed[bit >> 3]! ^= 1 << (bit & 7);
    expect(new SrtpReceiver(KEYS).unprotectRtcp(changed)).toBeUndefined();
  }
  for (let length = 0; length < SRTP.length; length++)
    expect(open(new SrtpReceiver(KEYS), SRTP.subarray(0, length))).toBeUndefined();
  for (let length = 0; length < SRTCP.length; length++)
    expect(new SrtpReceiver(KEYS).unprotectRtcp(SRTCP.subarray(0, length))).toBeUndefined();
});

test("a packet that came before is refused, RTP and RTCP alike, and a forged one does not take its place", () => {
  const receiver = new SrtpReceiver(KEYS);
  const forged = Buffer.from(SRTP);
  forged[40]! ^= 1;
  expect(open(receiver, forged)).toBeUndefined();
  expect(open(receiver, SRTP)).toBeDefined();
  expect(open(receiver, SRTP)).toBeUndefined();
  expect(receiver.unprotectRtcp(SRTCP)).toBeDefined();
  expect(receiver.unprotectRtcp(SRTCP)).toBeUndefined();
});

test("a peer with more sources than a client has is refused those beyond", () => {
  const [sender, receiver, out] = [new SrtpSender(KEYS), new SrtpReceiver(KEYS), Buffer.alloc(200)];
  const takes = (ssrc: number) => {
    const plain = Buffer.from(RTP);
    plain.writeUInt32BE(ssrc, 8);
    return open(receiver, out.subarray(0, sender.protect(plain, 12, ssrc, 0, 0xf17b, out))) !== undefined;
  };
  expect(Array.from({ length: 70 }, (_, ssrc) => takes(ssrc)).filter(Boolean)).toHaveLength(64);
  const takesReport = (ssrc: number) => {
    const plain = Buffer.from(RTCP);
    plain.writeUInt32BE(ssrc, 4);
    return receiver.unprotectRtcp(sender.protectRtcp(plain)) !== undefined;
  };
  expect(Array.from({ length: 70 }, (_, ssrc) => takesReport(ssrc)).filter(Boolean)).toHaveLength(64);
});

test("werift understands what is sent, and is understood, over a rollover, in any order", () => {
  const random = randomOf(3);
  const bytes = (length: number) => Buffer.from(Array.from({ length }, () => random.below(256)));
  const [localMasterKey, localMasterSalt, remoteMasterKey, remoteMasterSalt] = [bytes(16), bytes(12), bytes(16), bytes(12)];
  const config = { profile: 7, keys: { localMasterKey, localMasterSalt, remoteMasterKey, remoteMasterSalt } };
  const [peer, peerRtcp] = [new SrtpSession(config), new SrtcpSession(config)];
  const sender = new SrtpSender(sessionKeys(remoteMasterKey, remoteMasterSalt));
  const receiver = new SrtpReceiver(sessionKeys(localMasterKey, localMasterSalt));
  const out = Buffer.alloc(2000);
  const [sent, received]: [Buffer[], Buffer[]] = [[], []];
  for (let index = 65_000; index < 66_200; index++) {
    const [sequence, payload] = [index % 65_536, bytes(1 + random.below(300))];
    const plain = Buffer.concat([
      new RtpHeader({ payloadType: 111, sequenceNumber: sequence, timestamp: index, ssrc: 9 }).serialize(12),
      payload,
    ]);
    const length = sender.protect(plain, 12, 9, Math.floor(index / 65_536), sequence, out);
    expect(peer.decrypt(Buffer.from(out.subarray(0, length)))).toEqual(plain);
    sent.push(peer.encrypt(payload, new RtpHeader({ payloadType: 111, sequenceNumber: sequence, timestamp: index, ssrc: 7 })));
    received.push(payload);
  }
  // Late by up to sixteen places, as on a network.
  for (let at = 0; at < sent.length; at += 16)
    for (const n of random.shuffled([...sent.keys()].slice(at, at + 16)))
      expect(open(receiver, sent[n]!)?.payload).toEqual(received[n]!);
  expect(peerRtcp.decrypt(sender.protectRtcp(RTCP))).toEqual(RTCP);
  expect(receiver.unprotectRtcp(peerRtcp.encrypt(RTCP))).toEqual(RTCP);
});

test("the window knows what a list of all numbers would know", () => {
  const random = randomOf(11);
  const window = new ReplayWindow();
  const seen = new Set<number>();
  let highest = -1;
  for (let round = 0; round < 20_000; round++) {
    const number = Math.max(0, highest + random.below(90) - 70 + (random.below(200) === 0 ? 100 : 0));
    const fresh = !seen.has(number) && number > highest - 64;
    expect(window.isFresh(number)).toBe(fresh);
    if (!fresh) continue;
    window.see(number);
    seen.add(number);
    highest = Math.max(highest, number);
    expect(window.highest).toBe(highest);
  }
});
