import { createHmac } from "node:crypto";
import { crc32 } from "node:zlib";

export interface Check {
  readonly username: string;
  readonly password: string;
  readonly transaction: Buffer;
  /** Whether it nominates; `late` says so where nothing protects it. */
  readonly useCandidate?: boolean | "late";
  /** Claims the part that is the relay's. */
  readonly controlled?: boolean;
  readonly integrity?: "right" | "none";
  readonly fingerprint?: "right" | "wrong" | "none";
}

const attribute = (type: number, value: Buffer): Buffer => {
  const bytes = Buffer.alloc(4 + Math.ceil(value.length / 4) * 4);
  bytes.writeUInt16BE(type, 0);
  bytes.writeUInt16BE(value.length, 2);
  value.copy(bytes, 4);
  return bytes;
};

/** A connectivity check as a browser sends it (RFC 8445 §7.2.2), made without the code that is tested. */
export function bindingRequest(check: Check): Buffer {
  const parts = [
    attribute(0x0006, Buffer.from(check.username)),
    attribute(0x0024, Buffer.from("6e0001ff", "hex")),
    attribute(check.controlled ? 0x8029 : 0x802a, Buffer.alloc(8, 7)),
    ...(check.useCandidate === false || check.useCandidate === "late" ? [] : [attribute(0x0025, Buffer.alloc(0))]),
  ];
  const message = (extra: number) => {
    const body = Buffer.concat(parts);
    const header = Buffer.alloc(20);
    header.writeUInt16BE(1, 0);
    header.writeUInt16BE(body.length + extra, 2);
    header.writeUInt32BE(0x2112a442, 4);
    check.transaction.copy(header, 8);
    return Buffer.concat([header, body]);
  };
  if (check.integrity !== "none") parts.push(attribute(0x0008, createHmac("sha1", check.password).update(message(24)).digest()));
  if (check.useCandidate === "late") parts.push(attribute(0x0025, Buffer.alloc(0)));
  if (check.fingerprint !== "none") {
    const value = Buffer.alloc(4);
    value.writeUInt32BE((crc32(message(8)) ^ (check.fingerprint === "wrong" ? 0 : 0x5354554e)) >>> 0);
    parts.push(attribute(0x8028, value));
  }
  return message(0);
}
