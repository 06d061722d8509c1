import { createECDH, type ECDH, randomBytes, sign, timingSafeEqual, verify } from "node:crypto";
import type { Timers } from "../../../kernel/clock.ts";
import { fingerprintOf, type Identity, publicKeyOf } from "./certificate.ts";
import { u8 } from "./bytes.ts";
import { Fragments, type HandshakeMessage, handshakeMessage } from "./fragments.ts";
import { extendedMasterSecret, finishedBy, recordKeys, sha256, type SrtpMasters, srtpMasters } from "./key-schedule.ts";
import {
  CERTIFICATE,
  CERTIFICATE_REQUEST,
  CERTIFICATE_VERIFY,
  CLIENT_HELLO,
  CLIENT_KEY_EXCHANGE,
  type ClientHello,
  FINISHED,
  SERVER_HELLO,
  SERVER_HELLO_DONE,
  SERVER_KEY_EXCHANGE,
  certificateMessage,
  certificateRequest,
  keyParameters,
  readCertificate,
  readCertificateVerify,
  readClientHello,
  readClientKeyExchange,
  serverHello,
  serverKeyExchange,
} from "./messages.ts";
import { ALERT, CHANGE_CIPHER_SPEC, HANDSHAKE, Records } from "./records.ts";

export interface DtlsParts {
  readonly identity: Identity;
  /** Of the certificate the client said it would show (SHA-256). */
  readonly fingerprint: string;
  readonly timers: Timers;
  readonly send: (datagram: Buffer) => void;
  /** The client has proved to be who it said, and both know the keys. */
  readonly up: (masters: SrtpMasters) => void;
  /** It is over: refused, given up, or closed by the client. Said once, and not after `close`. */
  readonly down: (why: string) => void;
}

type State = "hello" | "certificate" | "key" | "proof" | "finished" | "up" | "down";

/** What each state waits for, and in which epoch. */
const AWAITED: Readonly<Record<Exclude<State, "up" | "down">, readonly [type: number, epoch: number]>> = {
  hello: [CLIENT_HELLO, 0],
  certificate: [CERTIFICATE, 0],
  key: [CLIENT_KEY_EXCHANGE, 0],
  proof: [CERTIFICATE_VERIFY, 0],
  finished: [FINISHED, 1],
};

const FIRST_RETRY_MS = 400;
const MOST_RETRIES = 5;
/** Answers to repeated questions, so that nobody can have us talk for ever. */
const MOST_REPEATS = 24;
const LARGEST_DATAGRAM = 1200;
const FATAL = 2;
const WARNING = 1;
const CLOSE_NOTIFY = 0;
const HANDSHAKE_FAILURE = 40;

/**
 * The server's side of one DTLS 1.2 association (RFC 6347). No cookies are exchanged: whoever gets here has proved its address by an
 * authenticated connectivity check. The client must show the certificate that was announced, and prove that its key is its own.
 */
export class DtlsServer {
  #state: State = "hello";
  readonly #records = new Records();
  readonly #fragments = new Fragments();
  #transcript: Buffer[] = [];
  #sentMessages = 0;
  #flight: (() => Buffer[]) | undefined;
  #repeats = 0;
  #stopRetrying = (): void => {};

  #clientRandom: Buffer = Buffer.alloc(0);
  readonly #serverRandom = randomBytes(32);
  #ecdh: ECDH | undefined;
  #certificate: Buffer = Buffer.alloc(0);
  #master: Buffer = Buffer.alloc(0);

  constructor(readonly parts: DtlsParts) {}

  get isUp(): boolean {
    return this.#state === "up";
  }

  /** Whatever came from the client's address; never throws. */
  receive(datagram: Buffer): void {
    let repeated = false;
    try {
      for (const { type, epoch, body } of this.#records.read(datagram)) {
        if (this.#state === "down") return;
        // What is not encrypted means nothing any more once it could have been.
        if (this.#state === "up" && epoch === 0) continue;
        if (type === HANDSHAKE) repeated = this.#handshake(body, epoch) || repeated;
        else if (type === ALERT) this.#alert(body);
      }
    } catch (why) {
      this.#refuse(why instanceof Error ? why.message : String(why));
      return;
    }
    if (repeated && this.#repeats++ < MOST_REPEATS) this.#fly();
  }

  /** Tells the client, when it can be told, and forgets it. */
  close(): void {
    if (this.#state === "up") this.parts.send(this.#records.write(ALERT, 1, Buffer.from([WARNING, CLOSE_NOTIFY])));
    this.#end();
  }

  #handshake(body: Buffer, epoch: number): boolean {
    const repeated = this.#fragments.add(body, epoch);
    for (let message = this.#fragments.next(); message; message = this.#fragments.next()) this.#take(message);
    return repeated;
  }

  #take(message: HandshakeMessage): void {
    // A client that asks for a new handshake on top of this one is not answered (RFC 5246 §7.4.1.1).
    if (this.#state === "up" || this.#state === "down") return;
    const [type, epoch] = AWAITED[this.#state];
    if (message.type !== type || message.epoch !== epoch) throw new Error(`unexpected handshake message ${message.type}`);
    const { body, raw } = message;
    if (this.#state === "hello") this.#hello(body, raw);
    else if (this.#state === "certificate") this.#readCertificate(body, raw);
    else if (this.#state === "key") this.#agree(body, raw);
    else if (this.#state === "proof") this.#prove(body, raw);
    else this.#finish(body, raw);
  }

  #hello(body: Buffer, raw: Buffer): void {
    const hello = readClientHello(body);
    this.#clientRandom = hello.random;
    this.#ecdh = createECDH("prime256v1");
    const messages = this.#serverFlight(hello, this.#ecdh.generateKeys());
    this.#transcript.push(raw, ...messages);
    this.#state = "certificate";
    this.#flight = () => messages.map((message) => this.#records.write(HANDSHAKE, 0, message));
    this.#fly();
    this.#retryAfter(FIRST_RETRY_MS, MOST_RETRIES);
  }

  #serverFlight(hello: ClientHello, publicPoint: Buffer): Buffer[] {
    const { certificate, privateKey } = this.parts.identity;
    const parameters = keyParameters(publicPoint);
    const signature = sign("sha256", Buffer.concat([this.#clientRandom, this.#serverRandom, parameters]), privateKey);
    return [
      this.#message(SERVER_HELLO, serverHello(this.#serverRandom, hello)),
      this.#message(CERTIFICATE, certificateMessage(certificate)),
      this.#message(SERVER_KEY_EXCHANGE, serverKeyExchange(parameters, signature)),
      this.#message(CERTIFICATE_REQUEST, certificateRequest()),
      this.#message(SERVER_HELLO_DONE, Buffer.alloc(0)),
    ];
  }

  #readCertificate(body: Buffer, raw: Buffer): void {
    this.#certificate = readCertificate(body);
    if (fingerprintOf(this.#certificate) !== this.parts.fingerprint)
      throw new Error("the certificate is not the one that was announced");
    this.#transcript.push(raw);
    this.#state = "key";
  }

  #agree(body: Buffer, raw: Buffer): void {
    const premaster = this.#ecdh!.computeSecret(readClientKeyExchange(body));
    this.#ecdh = undefined;
    this.#transcript.push(raw);
    this.#master = extendedMasterSecret(premaster, sha256(...this.#transcript));
    const { client, server } = recordKeys(this.#master, this.#clientRandom, this.#serverRandom);
    this.#records.useKeys(client, server);
    this.#state = "proof";
  }

  #prove(body: Buffer, raw: Buffer): void {
    const { hash, key, signature } = readCertificateVerify(body);
    const publicKey = publicKeyOf(this.#certificate);
    if (publicKey.asymmetricKeyType !== key || !verify(hash, Buffer.concat(this.#transcript), publicKey, signature))
      throw new Error("the client does not hold the key of its certificate");
    this.#transcript.push(raw);
    this.#state = "finished";
  }

  #finish(body: Buffer, raw: Buffer): void {
    const expected = finishedBy("client", this.#master, sha256(...this.#transcript));
    if (body.length !== expected.length || !timingSafeEqual(body, expected))
      throw new Error("the client heard another handshake than this one");
    this.#transcript.push(raw);
    const finished = this.#message(FINISHED, finishedBy("server", this.#master, sha256(...this.#transcript)));
    const masters = srtpMasters(this.#master, this.#clientRandom, this.#serverRandom);
    this.#stopRetrying();
    this.#transcript = [];
    this.#master = Buffer.alloc(0);
    this.#state = "up";
    this.#flight = () => [this.#records.write(CHANGE_CIPHER_SPEC, 0, u8(1)), this.#records.write(HANDSHAKE, 1, finished)];
    this.#fly();
    this.parts.up(masters);
  }

  #message(type: number, body: Buffer): Buffer {
    return handshakeMessage(type, this.#sentMessages++, body);
  }

  /** Sends the last flight, or sends it again, in as few datagrams as it fits in. */
  #fly(): void {
    let together: Buffer[] = [];
    let length = 0;
    for (const record of this.#flight?.() ?? []) {
      if (length > 0 && length + record.length > LARGEST_DATAGRAM) {
        this.parts.send(Buffer.concat(together));
        together = [];
        length = 0;
      }
      together.push(record);
      length += record.length;
    }
    if (length > 0) this.parts.send(Buffer.concat(together));
  }

  #retryAfter(ms: number, left: number): void {
    this.#stopRetrying = this.parts.timers.after(ms, () => {
      if (left === 0) return this.#refuse("the handshake took too long");
      this.#fly();
      this.#retryAfter(ms * 2, left - 1);
    });
  }

  #alert(body: Buffer): void {
    const [level, description] = body;
    if (level === FATAL) this.#fail(`the client ended it with alert ${description}`);
    else if (description === CLOSE_NOTIFY && this.#state === "up") this.#fail("the client closed it");
  }

  #refuse(why: string): void {
    this.parts.send(this.#records.write(ALERT, 0, Buffer.from([FATAL, HANDSHAKE_FAILURE])));
    this.#fail(why);
  }

  #fail(why: string): void {
    if (this.#state === "down") return;
    this.#end();
    this.parts.down(why);
  }

  #end(): void {
    this.#state = "down";
    this.#stopRetrying();
    this.#flight = undefined;
  }
}
