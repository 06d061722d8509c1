// SRTP and SRTCP with AEAD_AES_128_GCM (RFC 3711, RFC 7714).
import { createCipheriv, createDecipheriv } from "node:crypto";
import { ReplayWindow } from "../replay-window.ts";
import type { RtpHeader } from "./rtp.ts";

/** Key and salt lengths of the profile, in bytes (RFC 7714 §12). */
export const MASTER_KEY_LENGTH = 16;
export const MASTER_SALT_LENGTH = 12;
/** What protection adds to an RTP packet. */
export const TAG_LENGTH = 16;
const RTCP_HEADER = 8;
const RTCP_INDEX_LENGTH = 4;
const ENCRYPTED = 0x8000_0000;
/** Sources one peer may send at most: each has a window of its own that is never given up, as it is what refuses replays. */
const MOST_SOURCES = 64;

/** The keys of one direction. */
export interface SessionKeys {
  readonly rtpKey: Buffer;
  readonly rtpSalt: Buffer;
  readonly rtcpKey: Buffer;
  readonly rtcpSalt: Buffer;
}

export function sessionKeys(masterKey: Buffer, masterSalt: Buffer): SessionKeys {
  return {
    rtpKey: derive(masterKey, masterSalt, 0, 16),
    rtpSalt: derive(masterKey, masterSalt, 2, 12),
    rtcpKey: derive(masterKey, masterSalt, 3, 16),
    rtcpSalt: derive(masterKey, masterSalt, 5, 12),
  };
}

/** The AES-CM key derivation (RFC 3711 §4.3.3); salts of 96 bits are padded to its 112 (RFC 7714 §11). */
export function derive(masterKey: Buffer, masterSalt: Buffer, label: number, length: number): Buffer {
  const counter = Buffer.alloc(16);
  masterSalt.copy(counter);
  counter[7] = counter[7]! ^ label;
  return createCipheriv("aes-128-ctr", masterKey, counter).update(Buffer.alloc(length));
}

/** `00 00 | SSRC | rollover counter | sequence number` xor salt (RFC 7714 §8.1), written into `iv`. */
function writeRtpIv(iv: Buffer, salt: Buffer, ssrc: number, rollover: number, sequence: number): Buffer {
  iv[0] = salt[0]!;
  iv[1] = salt[1]!;
  iv[2] = salt[2]! ^ (ssrc >>> 24);
  iv[3] = salt[3]! ^ (ssrc >>> 16);
  iv[4] = salt[4]! ^ (ssrc >>> 8);
  iv[5] = salt[5]! ^ ssrc;
  iv[6] = salt[6]! ^ (rollover >>> 24);
  iv[7] = salt[7]! ^ (rollover >>> 16);
  iv[8] = salt[8]! ^ (rollover >>> 8);
  iv[9] = salt[9]! ^ rollover;
  iv[10] = salt[10]! ^ (sequence >>> 8);
  iv[11] = salt[11]! ^ sequence;
  return iv;
}

/** RFC 7714 §9.1. */
function rtcpIv(salt: Buffer, ssrc: number, index: number): Buffer {
  const iv = Buffer.alloc(12);
  iv.writeUInt32BE(ssrc, 2);
  iv.writeUInt32BE(index, 8);
  for (let at = 0; at < iv.length; at++) iv[at] = iv[at]! ^ salt[at]!;
  return iv;
}

/** Protects what goes to one peer. */
export class SrtpSender {
  readonly #keys: SessionKeys;
  readonly #iv = Buffer.alloc(12);
  #rtcpIndex = 0;

  constructor(keys: SessionKeys) {
    this.#keys = keys;
  }

  /**
   * Protects the packet in `plain`, whose first `headerLength` bytes stay readable, into `out`; returns its length.
   * The caller answers for a (SSRC, rollover, sequence) being used once: a second time would give away both packets and the key's secret.
   */
  protect(plain: Buffer, headerLength: number, ssrc: number, rollover: number, sequence: number, out: Buffer): number {
    const header = plain.subarray(0, headerLength);
    const cipher = createCipheriv(
      "aes-128-gcm",
      this.#keys.rtpKey,
      writeRtpIv(this.#iv, this.#keys.rtpSalt, ssrc, rollover, sequence),
    );
    cipher.setAAD(header);
    const body = cipher.update(plain.subarray(headerLength));
    cipher.final();
    out.set(header, 0);
    out.set(body, headerLength);
    out.set(cipher.getAuthTag(), plain.length);
    return plain.length + TAG_LENGTH;
  }

  protectRtcp(packet: Buffer): Buffer {
    const index = (this.#rtcpIndex = (this.#rtcpIndex + 1) & 0x7fff_ffff);
    const trailer = Buffer.alloc(RTCP_INDEX_LENGTH);
    trailer.writeUInt32BE((index | ENCRYPTED) >>> 0);
    const header = packet.subarray(0, RTCP_HEADER);
    const cipher = createCipheriv("aes-128-gcm", this.#keys.rtcpKey, rtcpIv(this.#keys.rtcpSalt, packet.readUInt32BE(4), index));
    cipher.setAAD(Buffer.concat([header, trailer]));
    const body = cipher.update(packet.subarray(RTCP_HEADER));
    cipher.final();
    return Buffer.concat([header, body, cipher.getAuthTag(), trailer]);
  }
}

/** What an RTP packet was, once it has proved to be authentic. */
export interface Unprotected {
  readonly payload: Buffer;
  /** Rollover counter and sequence number: `counter * 65536 + sequence`. */
  readonly index: number;
}

/** Checks and opens what comes from one peer. */
export class SrtpReceiver {
  readonly #keys: SessionKeys;
  readonly #iv = Buffer.alloc(12);
  readonly #rtp = new Map<number, ReplayWindow>();
  readonly #rtcp = new Map<number, ReplayWindow>();

  constructor(keys: SessionKeys) {
    this.#keys = keys;
  }

  /** Undefined when it is not authentic, or was here before. */
  unprotect(packet: Buffer, header: RtpHeader): Unprotected | undefined {
    const end = packet.length - TAG_LENGTH;
    if (end < header.length) return undefined;
    const known = this.#rtp.get(header.ssrc);
    if (!known && this.#rtp.size >= MOST_SOURCES) return undefined;
    const window = known ?? new ReplayWindow();
    const index = indexOf(window.highest, header.sequence);
    if (index < 0 || !window.isFresh(index)) return undefined;
    const rollover = Math.floor(index / 65_536);
    const iv = writeRtpIv(this.#iv, this.#keys.rtpSalt, header.ssrc, rollover, header.sequence);
    const payload = opened(this.#keys.rtpKey, iv, packet.subarray(0, header.length), packet.subarray(header.length));
    if (!payload) return undefined;
    window.see(index);
    if (!known) this.#rtp.set(header.ssrc, window);
    return { payload, index };
  }

  /** The compound packet; undefined when it is not authentic, not encrypted, or was here before. */
  unprotectRtcp(packet: Buffer): Buffer | undefined {
    const end = packet.length - RTCP_INDEX_LENGTH;
    if (end < RTCP_HEADER + TAG_LENGTH) return undefined;
    const trailer = packet.readUInt32BE(end);
    if (trailer < ENCRYPTED) return undefined;
    const index = trailer - ENCRYPTED;
    const ssrc = packet.readUInt32BE(4);
    const known = this.#rtcp.get(ssrc);
    if (!known && this.#rtcp.size >= MOST_SOURCES) return undefined;
    const window = known ?? new ReplayWindow();
    if (!window.isFresh(index)) return undefined;
    const header = packet.subarray(0, RTCP_HEADER);
    const covered = Buffer.concat([header, packet.subarray(end)]);
    const body = opened(this.#keys.rtcpKey, rtcpIv(this.#keys.rtcpSalt, ssrc, index), covered, packet.subarray(RTCP_HEADER, end));
    if (!body) return undefined;
    window.see(index);
    if (!known) this.#rtcp.set(ssrc, window);
    return Buffer.concat([header, body]);
  }
}

/** The index nearest to the highest one that was seen (RFC 3711 §3.3.1, appendix A). */
function indexOf(highest: number, sequence: number): number {
  if (highest === -1) return sequence;
  const difference = ((sequence - highest) << 16) >> 16;
  return highest + difference;
}

function opened(key: Buffer, iv: Buffer, covered: Buffer, sealed: Buffer): Buffer | undefined {
  const end = sealed.length - TAG_LENGTH;
  const decipher = createDecipheriv("aes-128-gcm", key, iv);
  decipher.setAAD(covered);
  decipher.setAuthTag(sealed.subarray(end));
  const plain = decipher.update(sealed.subarray(0, end));
  try {
    decipher.final();
  } catch {
    return undefined;
  }
  return plain;
}
