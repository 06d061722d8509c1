import type { Socket } from "bun";

/** Server frames shorter than this are heartbeats and the like. */
const SMALLEST_NEWS = 100;
const TEXT = 1;
const PING = 9;
const PONG = 10;

/**
 * A WebSocket client (RFC 6455) that does next to nothing: it counts frames and bytes without decoding them, so that the load's side is not what
 * is measured. Its mask is zero, which the protocol allows (§5.3 wants it unpredictable for the sake of proxies, of which there are none here).
 */
export class RawSocket {
  /** News received since `listen`, and their bytes with framing. */
  frames = 0;
  bytes = 0;
  /** When set, each text is decoded and handed over; else only counted. */
  onText: ((text: string) => void) | undefined;
  /** Called after each piece of input in which news was counted. */
  onNews: (() => void) | undefined;
  /** Sees each piece of news undecoded. */
  onFrame: ((payload: Uint8Array) => void) | undefined;
  ended = false;
  #upgraded = false;
  #rest: Uint8Array = new Uint8Array(0);
  /** Bytes of a long payload that are still to come and are only counted. */
  #skip = 0;
  #unsent: Uint8Array[] = [];
  #socket!: Socket<RawSocket>;
  #open!: () => void;

  static async connect(port: number, address: string): Promise<RawSocket> {
    const raw = new RawSocket();
    const upgraded = new Promise<void>((go, fail) => {
      raw.#open = go;
      setTimeout(() => fail(new Error("no handshake within 20 s")), 20_000).unref();
    });
    raw.#socket = await Bun.connect({
      hostname: "127.0.0.1",
      port,
      data: raw,
      socket: {
        data: (socket, chunk) => socket.data.#take(chunk),
        drain: (socket) => socket.data.#flush(),
        close: (socket) => void (socket.data.ended = true),
        error: (socket) => void (socket.data.ended = true),
      },
    });
    raw.#write(
      Buffer.from(
        `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n` +
          `Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nX-Forwarded-For: ${address}\r\n\r\n`,
      ),
    );
    await upgraded;
    return raw;
  }

  send(text: string): void {
    this.#write(frame(TEXT, Buffer.from(text)));
  }

  /** Waits for a text that holds `needle`. */
  heard(needle: string, within = 30_000): Promise<string> {
    return new Promise((go, fail) => {
      const timer = setTimeout(() => fail(new Error(`${needle} was not heard within ${within} ms`)), within);
      this.onText = (text) => {
        if (/^\{"cmd":"(auth_)?error"/.test(text)) fail(new Error(text.slice(0, 300)));
        if (!text.includes(needle)) return;
        clearTimeout(timer);
        this.onText = undefined;
        go(text);
      };
    });
  }

  close(): void {
    this.#socket.end();
  }

  #write(bytes: Uint8Array): void {
    if (this.#unsent.length) return void this.#unsent.push(bytes);
    const sent = this.#socket.write(bytes);
    if (sent < bytes.length) this.#unsent.push(bytes.subarray(Math.max(0, sent)));
  }
  #flush(): void {
    const unsent = this.#unsent;
    this.#unsent = [];
    for (const bytes of unsent) this.#write(bytes);
  }

  #take(chunk: Uint8Array): void {
    const before = this.frames;
    let input = chunk;
    if (this.#rest.length) {
      input = Buffer.concat([this.#rest, chunk]);
      this.#rest = new Uint8Array(0);
    }
    let at = 0;
    if (!this.#upgraded) {
      const end = Buffer.from(input.buffer, input.byteOffset, input.length).indexOf("\r\n\r\n");
      if (end < 0) return void (this.#rest = input.slice());
      const status = Buffer.from(input.subarray(0, 12)).toString();
      if (!status.endsWith("101"))
        throw new Error(`the handshake was answered: ${Buffer.from(input.subarray(0, 300)).toString()}`);
      this.#upgraded = true;
      at = end + 4;
      this.#open();
    }
    while (at < input.length) {
      if (this.#skip) {
        const skipped = Math.min(this.#skip, input.length - at);
        this.#skip -= skipped;
        at += skipped;
        continue;
      }
      const left = input.length - at;
      if (left < 2) break;
      const kind = input[at]! & 15;
      const short = input[at + 1]! & 127;
      const head = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (left < head) break;
      let size = short;
      if (short === 126) size = (input[at + 2]! << 8) | input[at + 3]!;
      else if (short === 127) size = Number(new DataView(input.buffer, input.byteOffset + at + 2, 8).getBigUint64(0));
      const whole = left >= head + size;
      if (!whole && (this.onText || this.onFrame || kind !== TEXT)) break;
      const payload = input.subarray(at + head, at + head + size);
      if (kind === PING) this.#write(frame(PONG, payload));
      else if (kind === TEXT) {
        if (size >= SMALLEST_NEWS) {
          this.frames++;
          this.bytes += head + size;
          this.onFrame?.(payload);
        }
        this.onText?.(Buffer.from(payload).toString());
      }
      at += head;
      if (whole) at += size;
      else this.#skip = size;
    }
    if (at < input.length) this.#rest = input.slice(at);
    if (this.frames !== before) this.onNews?.();
  }
}

function frame(kind: number, payload: Uint8Array): Uint8Array {
  const size = payload.length;
  const head = size < 126 ? 6 : size < 65_536 ? 8 : 14;
  const bytes = new Uint8Array(head + size);
  bytes[0] = 0x80 | kind;
  if (size < 126) bytes[1] = 0x80 | size;
  else if (size < 65_536) bytes.set([0x80 | 126, size >> 8, size & 255], 1);
  else {
    bytes[1] = 0x80 | 127;
    new DataView(bytes.buffer).setBigUint64(2, BigInt(size));
  }
  bytes.set(payload, head);
  return bytes;
}
