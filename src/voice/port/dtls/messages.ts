// The handshake messages of the one cipher suite there is: TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 on P-256
// (RFC 5246 §7.4, RFC 8422, RFC 5289), with use_srtp (RFC 5764) and the extended master secret (RFC 7627).
import { Reader, u16, u8, vector16, vector24, vector8 } from "./bytes.ts";

export const CLIENT_HELLO = 1;
export const SERVER_HELLO = 2;
export const CERTIFICATE = 11;
export const SERVER_KEY_EXCHANGE = 12;
export const CERTIFICATE_REQUEST = 13;
export const SERVER_HELLO_DONE = 14;
export const CERTIFICATE_VERIFY = 15;
export const CLIENT_KEY_EXCHANGE = 16;
export const FINISHED = 20;

const DTLS_1_2 = 0xfefd;
const SUITE = 0xc02b;
const SECURE_RENEGOTIATION_SUITE = 0x00ff;
const P256 = 23;
const NAMED_CURVE = 3;
const ECDSA_SHA256 = 0x0403;
const AEAD_AES_128_GCM = 0x0007;

const SUPPORTED_GROUPS = 10;
const POINT_FORMATS = 11;
const SIGNATURE_ALGORITHMS = 13;
const USE_SRTP = 14;
const EXTENDED_MASTER_SECRET = 23;
const RENEGOTIATION_INFO = 0xff01;

/** How a client may sign with its certificate's key: ECDSA and RSA (PKCS #1) with SHA-256, -384, -512. */
const SIGNATURES: ReadonlyMap<number, { readonly hash: string; readonly key: "ec" | "rsa" }> = new Map([
  [0x0403, { hash: "sha256", key: "ec" }],
  [0x0503, { hash: "sha384", key: "ec" }],
  [0x0603, { hash: "sha512", key: "ec" }],
  [0x0401, { hash: "sha256", key: "rsa" }],
  [0x0501, { hash: "sha384", key: "rsa" }],
  [0x0601, { hash: "sha512", key: "rsa" }],
]);
const CERTIFICATE_TYPES = Buffer.from([64, 1]);

export interface ClientHello {
  readonly random: Buffer;
  /** The client asked for answers to these extensions; unasked ones must not be given (RFC 5246 §7.4.1.4). */
  readonly wantsPointFormats: boolean;
  readonly wantsRenegotiationInfo: boolean;
}

/** @throws Error when it is malformed, or lacks what this server needs; the message says which. */
export function readClientHello(body: Buffer): ClientHello {
  const reader = new Reader(body);
  // DTLS counts its versions downwards.
  if (reader.u16() > DTLS_1_2) throw new Error("the client does not speak DTLS 1.2");
  const random = Buffer.from(reader.take(32));
  reader.vector8();
  reader.vector8();
  const suites = reader.vector16().allU16();
  const compression = reader.vector8();
  const extensions = reader.isAtEnd ? new Map<number, Reader>() : readExtensions(reader.vector16());
  const lists = (type: number, value: number) => extensions.get(type)?.vector16().allU16().includes(value) ?? false;
  const needs: readonly (readonly [boolean, string])[] = [
    [compression.bytes.includes(0), "messages without compression"],
    [suites.includes(SUITE), "the cipher suite"],
    [lists(SUPPORTED_GROUPS, P256), "the curve P-256"],
    [lists(SIGNATURE_ALGORITHMS, ECDSA_SHA256), "ECDSA signatures"],
    [lists(USE_SRTP, AEAD_AES_128_GCM), "SRTP with AEAD_AES_128_GCM"],
    [extensions.has(EXTENDED_MASTER_SECRET), "the extended master secret"],
  ];
  const missing = needs.find(([has]) => !has);
  if (missing) throw new Error(`the client lacks ${missing[1]}`);
  return {
    random,
    wantsPointFormats: extensions.has(POINT_FORMATS),
    wantsRenegotiationInfo: extensions.has(RENEGOTIATION_INFO) || suites.includes(SECURE_RENEGOTIATION_SUITE),
  };
}

function readExtensions(reader: Reader): Map<number, Reader> {
  const found = new Map<number, Reader>();
  while (!reader.isAtEnd) found.set(reader.u16(), reader.vector16());
  return found;
}

export function serverHello(random: Buffer, client: ClientHello): Buffer {
  const extension = (type: number, body: Buffer) => Buffer.concat([u16(type), vector16(body)]);
  const extensions = [
    extension(USE_SRTP, Buffer.concat([vector16(u16(AEAD_AES_128_GCM)), vector8(Buffer.alloc(0))])),
    extension(EXTENDED_MASTER_SECRET, Buffer.alloc(0)),
    ...(client.wantsPointFormats ? [extension(POINT_FORMATS, vector8(u8(0)))] : []),
    ...(client.wantsRenegotiationInfo ? [extension(RENEGOTIATION_INFO, vector8(Buffer.alloc(0)))] : []),
  ];
  const noSession = vector8(Buffer.alloc(0));
  return Buffer.concat([u16(DTLS_1_2), random, noSession, u16(SUITE), u8(0), vector16(Buffer.concat(extensions))]);
}

export const certificateMessage = (certificate: Buffer): Buffer => vector24(vector24(certificate));

/** What the server signs together with both randoms. */
export const keyParameters = (publicPoint: Buffer): Buffer => Buffer.concat([u8(NAMED_CURVE), u16(P256), vector8(publicPoint)]);

export const serverKeyExchange = (parameters: Buffer, signature: Buffer): Buffer =>
  Buffer.concat([parameters, u16(ECDSA_SHA256), vector16(signature)]);

export const certificateRequest = (): Buffer =>
  Buffer.concat([
    vector8(CERTIFICATE_TYPES),
    vector16(Buffer.concat([...SIGNATURES.keys()].map(u16))),
    vector16(Buffer.alloc(0)),
  ]);

/** The client's own certificate; what it says it was signed with is not looked at. @throws Error when there is none. */
export function readCertificate(body: Buffer): Buffer {
  const all = new Reader(body).vector24();
  if (all.isAtEnd) throw new Error("the client has no certificate");
  return Buffer.from(all.vector24().bytes);
}

export const readClientKeyExchange = (body: Buffer): Buffer => new Reader(body).vector8().bytes;

/** @throws Error for an algorithm that was not asked for */
export function readCertificateVerify(body: Buffer): {
  readonly hash: string;
  readonly key: "ec" | "rsa";
  readonly signature: Buffer;
} {
  const reader = new Reader(body);
  const algorithm = SIGNATURES.get(reader.u16());
  if (!algorithm) throw new Error("the client signs with an algorithm that was not asked for");
  return { ...algorithm, signature: reader.vector16().bytes };
}

/** Whether a datagram begins with what a client begins a handshake with, in the clear. */
export const isClientHello = (datagram: Buffer): boolean =>
  datagram.length > 25 && datagram[0] === 22 && datagram.readUInt16BE(3) === 0 && datagram[13] === CLIENT_HELLO;
