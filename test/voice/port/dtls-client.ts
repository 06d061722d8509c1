import { createHash, X509Certificate } from "node:crypto";
import { CipherContext, DtlsClient, HashAlgorithm, NamedCurveAlgorithm, SignatureAlgorithm } from "werift";

/** A certificate with a key: usually its own. */
export interface Papers {
  readonly certificate: string;
  readonly key: string;
  /** As an offer announces it. */
  readonly fingerprint: string;
}

const signatureHash = { signature: SignatureAlgorithm.ecdsa_3, hash: HashAlgorithm.sha256_4 };

export async function newPapers(): Promise<Papers> {
  const { certPem, keyPem } = await CipherContext.createSelfSignedCertificateWithKey(
    signatureHash,
    NamedCurveAlgorithm.secp256r1_23,
  );
  const digest = createHash("sha256").update(new X509Certificate(certPem).raw).digest("hex");
  return { certificate: certPem, key: keyPem, fingerprint: digest.toUpperCase().match(/../g)!.join(":") };
}

/** What werift's client may be told to do. */
export interface DtlsClientOptions {
  readonly srtpProfiles?: readonly number[];
  readonly extendedMasterSecret?: boolean;
}

/** werift's DTLS client over whatever carries datagrams. */
export class TestDtlsClient {
  readonly inner: DtlsClient;
  isConnected = false;
  /** Where werift puts what hears of datagrams. */
  readonly #wire: { onData?: (data: Buffer) => void };

  constructor(papers: Papers, send: (datagram: Buffer) => void, options: DtlsClientOptions = {}) {
    const wire: { onData?: (data: Buffer) => void } & Record<string, unknown> = {
      type: "udp",
      address: { address: "127.0.0.1", port: 0, family: "IPv4" },
      closed: false,
      send: async (data: Buffer) => send(Buffer.from(data)),
      close: async () => {},
    };
    this.#wire = wire;
    this.inner = new DtlsClient({
      cert: papers.certificate,
      key: papers.key,
      signatureHash,
      transport: wire as never,
      srtpProfiles: [...(options.srtpProfiles ?? [7])] as never,
      extendedMasterSecret: options.extendedMasterSecret ?? true,
    });
    // werift throws at what it is sent when it is refused.
    this.inner.onError.subscribe(() => {});
  }

  receive(datagram: Buffer): void {
    this.#wire.onData?.(datagram);
  }
  connect(): Promise<void> {
    return new Promise((done, fail) => {
      this.inner.onConnect.once(() => {
        this.isConnected = true;
        done();
      });
      this.inner.connect().catch(fail);
    });
  }
  /** A record with an alert, encrypted as all records are after the handshake. werift closes without a word. */
  alert(level: number, description: number): Buffer {
    const { cipher, dtls, sessionType } = this.inner;
    const header = { type: 21, version: 0xfefd, epoch: 1, sequenceNumber: ++dtls.recordSequenceNumber };
    const body = cipher.cipher!.encrypt(sessionType, Buffer.from([level, description]), header);
    const record = Buffer.alloc(13);
    record[0] = header.type;
    record.writeUInt16BE(header.version, 1);
    record.writeUInt16BE(header.epoch, 3);
    record.writeUIntBE(header.sequenceNumber, 5, 6);
    record.writeUInt16BE(body.length, 11);
    return Buffer.concat([record, body]);
  }
}
