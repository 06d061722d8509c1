// STUN (RFC 8489) as far as an ICE-lite agent needs it (RFC 8445 §2.5): binding requests with short-term credentials, and their answers.
import { createHmac, timingSafeEqual } from "node:crypto";
import { crc32 } from "node:zlib";
import { addressBytes } from "./addresses.ts";

const MAGIC_COOKIE = 0x2112a442;
const FINGERPRINT_XOR = 0x5354554e;
const HEADER = 20;
const BINDING_REQUEST = 0x0001;
const BINDING_SUCCESS = 0x0101;
const BINDING_ERROR = 0x0111;
const USERNAME = 0x0006;
const MESSAGE_INTEGRITY = 0x0008;
const ERROR_CODE = 0x0009;
const XOR_MAPPED_ADDRESS = 0x0020;
const USE_CANDIDATE = 0x0025;
const FINGERPRINT = 0x8028;
const ICE_CONTROLLED = 0x8029;
const INTEGRITY_LENGTH = 20;

/** A binding request whose sender has not been proved yet. */
export interface BindingRequest {
  readonly transaction: Buffer;
  /** `<the receiver's fragment>:<the sender's fragment>` (RFC 8445 §7.2.2). */
  readonly username: string;
  /** Where MESSAGE-INTEGRITY begins. */
  readonly integrityAt: number;
  readonly useCandidate: boolean;
  /** The sender believes itself controlled, which is our part. */
  readonly controlled: boolean;
}

/** Undefined for everything that is no well-formed binding request with what ICE asks for: a name, an integrity, a fingerprint. */
export function readBindingRequest(packet: Buffer): BindingRequest | undefined {
  if (packet.length < HEADER || packet.readUInt16BE(0) !== BINDING_REQUEST || packet.readUInt32BE(4) !== MAGIC_COOKIE)
    return undefined;
  if (packet.readUInt16BE(2) !== packet.length - HEADER || packet.length % 4 !== 0) return undefined;
  let username: string | undefined;
  let integrityAt = 0;
  let useCandidate = false;
  let controlled = false;
  let isFingerprinted = false;
  for (let at = HEADER; at < packet.length;) {
    const type = packet.readUInt16BE(at);
    const length = packet.readUInt16BE(at + 2);
    const value = at + 4;
    const next = value + length + (-length & 3);
    if (next > packet.length) return undefined;
    if (type === FINGERPRINT) {
      if (length !== 4 || next !== packet.length || packet.readUInt32BE(value) !== fingerprintOf(packet, at)) return undefined;
      isFingerprinted = true;
    } else if (integrityAt === 0) {
      // What follows the integrity is not protected by it and is not read (RFC 8489 §14.5).
      if (type === USERNAME) username = packet.toString("utf8", value, value + length);
      else if (type === USE_CANDIDATE) useCandidate = true;
      else if (type === ICE_CONTROLLED) controlled = true;
      else if (type === MESSAGE_INTEGRITY) {
        if (length !== INTEGRITY_LENGTH) return undefined;
        integrityAt = at;
      }
    }
    at = next;
  }
  if (username === undefined || integrityAt === 0 || !isFingerprinted) return undefined;
  return { transaction: packet.subarray(8, HEADER), username, integrityAt, useCandidate, controlled };
}

/** Whether a message with its integrity at that place was made by somebody who knows the password. */
export function isAuthentic(packet: Buffer, integrityAt: number, password: string): boolean {
  const covered = Buffer.from(packet.subarray(0, integrityAt));
  covered.writeUInt16BE(integrityAt + 4 + INTEGRITY_LENGTH - HEADER, 2);
  const given = packet.subarray(integrityAt + 4, integrityAt + 4 + INTEGRITY_LENGTH);
  return timingSafeEqual(createHmac("sha1", password).update(covered).digest(), given);
}

/** The answer to a request: where it came from. */
export function bindingSuccess(transaction: Buffer, address: string, port: number, password: string): Buffer {
  return sealed(BINDING_SUCCESS, transaction, attribute(XOR_MAPPED_ADDRESS, xorAddress(transaction, address, port)), password);
}

/** 487: both believe themselves controlled, and we are (RFC 8445 §7.3.1.1). */
export function roleConflict(transaction: Buffer, password: string): Buffer {
  return sealed(BINDING_ERROR, transaction, attribute(ERROR_CODE, Buffer.from([0, 0, 4, 87])), password);
}

/** The value of XOR-MAPPED-ADDRESS (RFC 8489 §14.2). */
export function xorAddress(transaction: Buffer, address: string, port: number): Buffer {
  const bytes = addressBytes(address);
  const mask = Buffer.alloc(16);
  mask.writeUInt32BE(MAGIC_COOKIE, 0);
  transaction.copy(mask, 4);
  const value = Buffer.alloc(4 + bytes.length);
  value[1] = bytes.length === 4 ? 1 : 2;
  value.writeUInt16BE(port ^ (MAGIC_COOKIE >>> 16), 2);
  for (let at = 0; at < bytes.length; at++) value[4 + at] = bytes[at]! ^ mask[at]!;
  return value;
}

function attribute(type: number, value: Buffer): Buffer {
  const all = Buffer.alloc(4 + value.length + (-value.length & 3));
  all.writeUInt16BE(type, 0);
  all.writeUInt16BE(value.length, 2);
  value.copy(all, 4);
  return all;
}

/** A message with MESSAGE-INTEGRITY and FINGERPRINT behind its attributes. Each covers the length up to its own end. */
function sealed(type: number, transaction: Buffer, attributes: Buffer, password: string): Buffer {
  const integrityAt = HEADER + attributes.length;
  const fingerprintAt = integrityAt + 4 + INTEGRITY_LENGTH;
  const message = Buffer.alloc(fingerprintAt + 8);
  message.writeUInt16BE(type, 0);
  message.writeUInt16BE(fingerprintAt - HEADER, 2);
  message.writeUInt32BE(MAGIC_COOKIE, 4);
  transaction.copy(message, 8);
  attributes.copy(message, HEADER);
  const integrity = createHmac("sha1", password).update(message.subarray(0, integrityAt)).digest();
  attribute(MESSAGE_INTEGRITY, integrity).copy(message, integrityAt);
  message.writeUInt16BE(message.length - HEADER, 2);
  message.writeUInt16BE(FINGERPRINT, fingerprintAt);
  message.writeUInt16BE(4, fingerprintAt + 2);
  message.writeUInt32BE(fingerprintOf(message, fingerprintAt), fingerprintAt + 4);
  return message;
}

const fingerprintOf = (message: Buffer, at: number): number => (crc32(message.subarray(0, at)) ^ FINGERPRINT_XOR) >>> 0;
