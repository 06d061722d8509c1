// The record layer (RFC 6347 §4.1) with AES-128-GCM (RFC 5288).
import { createCipheriv, createDecipheriv } from "node:crypto";
import type { RecordKey } from "./key-schedule.ts";

export const CHANGE_CIPHER_SPEC = 20;
export const ALERT = 21;
export const HANDSHAKE = 22;
const HEADER = 13;
const DTLS_1_2 = 0xfefd;
const EXPLICIT_NONCE = 8;
const TAG = 16;

export interface DtlsRecord {
  readonly type: number;
  readonly epoch: number;
  readonly body: Buffer;
}

/** Both directions of one connection: epoch 0 in the clear, epoch 1 encrypted. There is no third. */
export class Records {
  #incoming: RecordKey | undefined;
  #outgoing: RecordKey | undefined;
  readonly #sent = [0, 0];

  /** From now on epoch 1 can be read and written. */
  useKeys(incoming: RecordKey, outgoing: RecordKey): void {
    this.#incoming = incoming;
    this.#outgoing = outgoing;
  }

  /**
   * The records of a datagram; what is malformed or not authentic is left out (RFC 6347 §4.1.2.7). What was here before is not: messages
   * of the handshake have numbers of their own, an alert says nothing new, and there are clients that repeat themselves to the letter.
   */
  *read(datagram: Buffer): Generator<DtlsRecord> {
    for (let at = 0; at + HEADER <= datagram.length;) {
      const length = datagram.readUInt16BE(at + 11);
      const end = at + HEADER + length;
      if (end > datagram.length || datagram[at + 1] !== 0xfe) return;
      const header = datagram.subarray(at, at + HEADER);
      const body = datagram.subarray(at + HEADER, end);
      const type = header[0]!;
      const epoch = header.readUInt16BE(3);
      at = end;
      if (epoch === 0) yield { type, epoch, body };
      else if (epoch === 1) {
        const plain = this.#open(header, body);
        if (plain) yield { type, epoch, body: plain };
      }
    }
  }

  write(type: number, epoch: 0 | 1, body: Buffer): Buffer {
    const header = Buffer.alloc(HEADER);
    header[0] = type;
    header.writeUInt16BE(DTLS_1_2, 1);
    header.writeUInt16BE(epoch, 3);
    header.writeUIntBE(this.#sent[epoch]!++, 5, 6);
    const sealed = epoch === 1 ? this.#seal(header, body) : body;
    header.writeUInt16BE(sealed.length, 11);
    return Buffer.concat([header, sealed]);
  }

  #seal(header: Buffer, body: Buffer): Buffer {
    const { key, salt } = this.#outgoing!;
    // Epoch and sequence number never repeat, which is what the nonce needs.
    const nonce = header.subarray(3, 11);
    const cipher = createCipheriv("aes-128-gcm", key, Buffer.concat([salt, nonce]));
    cipher.setAAD(covered(header, body.length));
    const sealed = cipher.update(body);
    cipher.final();
    return Buffer.concat([nonce, sealed, cipher.getAuthTag()]);
  }

  #open(header: Buffer, body: Buffer): Buffer | undefined {
    const length = body.length - EXPLICIT_NONCE - TAG;
    if (!this.#incoming || length < 0) return undefined;
    const { key, salt } = this.#incoming;
    const decipher = createDecipheriv("aes-128-gcm", key, Buffer.concat([salt, body.subarray(0, EXPLICIT_NONCE)]));
    decipher.setAAD(covered(header, length));
    decipher.setAuthTag(body.subarray(body.length - TAG));
    const plain = decipher.update(body.subarray(EXPLICIT_NONCE, body.length - TAG));
    try {
      decipher.final();
    } catch {
      return undefined;
    }
    return plain;
  }
}

/** Epoch, sequence number, type, version and the length of the plain text (RFC 5246 §6.2.3.3). */
const covered = (header: Buffer, length: number): Buffer =>
  Buffer.concat([header.subarray(3, 11), header.subarray(0, 3), Buffer.from([length >> 8, length & 0xff])]);
