// RTP (RFC 3550 §5.1) with header extensions (RFC 8285).

/** Of every RTP packet that is forwarded: no contributing sources, no extension. */
export const PLAIN_HEADER = 12;
const ONE_BYTE_PROFILE = 0xbede;
const TWO_BYTE_PROFILE = 0x1000;

/** The header of a packet. One is filled again for every packet that comes. */
export interface RtpHeader {
  payloadType: number;
  marker: boolean;
  padded: boolean;
  sequence: number;
  timestamp: number;
  ssrc: number;
  /** With contributing sources and extension. */
  length: number;
  /** Where the extension's elements begin, and how many bytes they are; 0 without one. */
  extensionAt: number;
  extensionLength: number;
  twoByteElements: boolean;
}

export const emptyRtpHeader = (): RtpHeader => ({
  payloadType: 0,
  marker: false,
  padded: false,
  sequence: 0,
  timestamp: 0,
  ssrc: 0,
  length: 0,
  extensionAt: 0,
  extensionLength: 0,
  twoByteElements: false,
});

/** RTCP shares the port, and has these numbers where RTP has its payload type (RFC 5761 §4). */
export const isRtcp = (packet: Buffer): boolean => packet[1]! >= 192 && packet[1]! <= 223;

/** False when it is no RTP packet. Nothing of it is authentic yet. */
export function readRtpHeader(packet: Buffer, header: RtpHeader): boolean {
  if (packet.length < PLAIN_HEADER || packet[0]! >> 6 !== 2) return false;
  const first = packet[0]!;
  let length = PLAIN_HEADER + (first & 0x0f) * 4;
  header.extensionAt = 0;
  header.extensionLength = 0;
  if ((first & 0x10) !== 0) {
    if (packet.length < length + 4) return false;
    const profile = packet.readUInt16BE(length);
    const words = packet.readUInt16BE(length + 2);
    header.twoByteElements = (profile & 0xfff0) === TWO_BYTE_PROFILE;
    if (header.twoByteElements || profile === ONE_BYTE_PROFILE) {
      header.extensionAt = length + 4;
      header.extensionLength = words * 4;
    }
    length += 4 + words * 4;
  }
  if (packet.length < length) return false;
  header.marker = packet[1]! >= 0x80;
  header.payloadType = packet[1]! & 0x7f;
  header.padded = (first & 0x20) !== 0;
  header.sequence = packet.readUInt16BE(2);
  header.timestamp = packet.readUInt32BE(4);
  header.ssrc = packet.readUInt32BE(8);
  header.length = length;
  return true;
}

/** The first byte of a header extension's element; undefined when the packet has none with that id. */
export function extensionByte(packet: Buffer, header: RtpHeader, id: number): number | undefined {
  const end = header.extensionAt + header.extensionLength;
  for (let at = header.extensionAt; at < end;) {
    const found = header.twoByteElements ? packet[at]! : packet[at]! >> 4;
    if (found === 0) {
      at++;
      continue;
    }
    if (!header.twoByteElements && found === 15) return undefined;
    const head = header.twoByteElements ? 2 : 1;
    if (at + head > end) return undefined;
    const length = header.twoByteElements ? packet[at + 1]! : (packet[at]! & 0x0f) + 1;
    if (at + head + length > end) return undefined;
    if (found === id && length > 0) return packet[at + head]!;
    at += head + length;
  }
  return undefined;
}
