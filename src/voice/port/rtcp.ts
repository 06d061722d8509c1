// RTCP (RFC 3550 §6): the reports that are read and written here; everything else in a compound packet is passed over.

const SENDER_REPORT = 200;
const RECEIVER_REPORT = 201;
const SOURCE_DESCRIPTION = 202;
const CNAME = 1;
const BLOCK_LENGTH = 24;
const SENDER_INFO_LENGTH = 20;

/** When a sender said which timestamp it was sending. */
export interface SenderClock {
  /** 64 bits of NTP time, halved. */
  readonly ntpHigh: number;
  readonly ntpLow: number;
  readonly timestamp: number;
}

/** A report block (RFC 3550 §6.4.1). */
export interface ReportBlock {
  readonly ssrc: number;
  /** Lost since the last report, of 256. */
  readonly fraction: number;
  /** Lost in all; duplicates make it negative. */
  readonly lost: number;
  readonly highest: number;
  /** In units of the stream's clock. */
  readonly jitter: number;
  /** The middle 32 bits of the last sender report's time, and how long ago that came, in 1/65536 s. */
  readonly lastReport: number;
  readonly sinceLastReport: number;
}

export interface Report {
  readonly ssrc: number;
  /** Of a sender report. */
  readonly clock?: SenderClock;
  readonly blocks: readonly ReportBlock[];
}

/** The reports in a compound packet, up to where it is malformed. */
export function readReports(packet: Buffer): Report[] {
  const reports: Report[] = [];
  for (let at = 0; at + 8 <= packet.length;) {
    const end = at + 4 + packet.readUInt16BE(at + 2) * 4;
    if (packet[at]! >> 6 !== 2 || end > packet.length) break;
    const type = packet[at + 1]!;
    if (type === SENDER_REPORT || type === RECEIVER_REPORT) {
      const blocksAt = at + 8 + (type === SENDER_REPORT ? SENDER_INFO_LENGTH : 0);
      const count = packet[at]! & 0x1f;
      if (blocksAt + count * BLOCK_LENGTH > end) break;
      reports.push({
        ssrc: packet.readUInt32BE(at + 4),
        ...(type === SENDER_REPORT && { clock: readClock(packet, at + 8) }),
        blocks: Array.from({ length: count }, (_, n) => readBlock(packet, blocksAt + n * BLOCK_LENGTH)),
      });
    }
    at = end;
  }
  return reports;
}

const readClock = (packet: Buffer, at: number): SenderClock => ({
  ntpHigh: packet.readUInt32BE(at),
  ntpLow: packet.readUInt32BE(at + 4),
  timestamp: packet.readUInt32BE(at + 8),
});

const readBlock = (packet: Buffer, at: number): ReportBlock => ({
  ssrc: packet.readUInt32BE(at),
  fraction: packet[at + 4]!,
  lost: packet.readIntBE(at + 5, 3),
  highest: packet.readUInt32BE(at + 8),
  jitter: packet.readUInt32BE(at + 12),
  lastReport: packet.readUInt32BE(at + 16),
  sinceLastReport: packet.readUInt32BE(at + 20),
});

/** What a listener gets, so that it can tell what was said at the same time: a compound packet. */
export function senderReport(ssrc: number, clock: SenderClock, packets: number, octets: number, name: string): Buffer {
  const report = head(SENDER_REPORT, 0, 8 + SENDER_INFO_LENGTH, ssrc);
  report.writeUInt32BE(clock.ntpHigh, 8);
  report.writeUInt32BE(clock.ntpLow, 12);
  report.writeUInt32BE(clock.timestamp, 16);
  report.writeUInt32BE(packets >>> 0, 20);
  report.writeUInt32BE(octets >>> 0, 24);
  return Buffer.concat([report, sourceDescription(ssrc, name)]);
}

/** What a publisher gets, so that it can adapt: a compound packet. */
export function receiverReport(ssrc: number, block: ReportBlock, name: string): Buffer {
  const report = head(RECEIVER_REPORT, 1, 8 + BLOCK_LENGTH, ssrc);
  report.writeUInt32BE(block.ssrc, 8);
  report[12] = block.fraction;
  report.writeIntBE(Math.max(-0x80_0000, Math.min(0x7f_ffff, block.lost)), 13, 3);
  report.writeUInt32BE(block.highest >>> 0, 16);
  report.writeUInt32BE(block.jitter >>> 0, 20);
  report.writeUInt32BE(block.lastReport, 24);
  report.writeUInt32BE(block.sinceLastReport >>> 0, 28);
  return Buffer.concat([report, sourceDescription(ssrc, name)]);
}

/** Every compound packet names its source (RFC 3550 §6.1). */
function sourceDescription(ssrc: number, name: string): Buffer {
  const text = Buffer.from(name);
  // The items end with at least one zero byte, at a boundary of 32 bits.
  const items = 2 + text.length + 1;
  const description = head(SOURCE_DESCRIPTION, 1, 8 + items + (-items & 3), ssrc);
  description[8] = CNAME;
  description[9] = text.length;
  text.copy(description, 10);
  return description;
}

function head(type: number, count: number, length: number, ssrc: number): Buffer {
  const packet = Buffer.alloc(length);
  packet[0] = 0x80 | count;
  packet[1] = type;
  packet.writeUInt16BE(length / 4 - 1, 2);
  packet.writeUInt32BE(ssrc, 4);
  return packet;
}
