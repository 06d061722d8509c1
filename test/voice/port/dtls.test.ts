import { afterEach, describe, expect, test } from "bun:test";
import { X509Certificate } from "node:crypto";
import { createIdentity } from "../../../src/voice/port/dtls/certificate.ts";
import type { SrtpMasters } from "../../../src/voice/port/dtls/key-schedule.ts";
import { DtlsServer } from "../../../src/voice/port/dtls/server.ts";
import { randomOf } from "../../support/random.ts";
import { FakeClock } from "../../support/world.ts";
import { type DtlsClientOptions, newPapers, type Papers, TestDtlsClient } from "./dtls-client.ts";

const identity = createIdentity(Date.UTC(2026, 0, 1));
const [own, other] = await Promise.all([newPapers(), newPapers()]);

interface Setting {
  readonly papers?: Papers;
  /** What the offer announced. */
  readonly announced?: string;
  readonly options?: DtlsClientOptions;
  /** What becomes of the client's datagrams on their way. */
  readonly toServer?: (datagram: Buffer, deliver: (datagram: Buffer) => void) => void;
  readonly toClient?: (datagram: Buffer, deliver: (datagram: Buffer) => void) => void;
}

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** werift's client and our server, with a wire between them. */
function stage({ papers = own, announced = own.fingerprint, options, toServer, toClient }: Setting = {}) {
  const clock = new FakeClock();
  const outcome = Promise.withResolvers<SrtpMasters | string>();
  const sent: Buffer[] = [];
  const downs: string[] = [];
  const server: DtlsServer = new DtlsServer({
    identity,
    fingerprint: announced,
    timers: clock,
    send(datagram) {
      sent.push(datagram);
      setImmediate(() => (toClient ? toClient(datagram, (one) => client.receive(one)) : client.receive(datagram)));
    },
    up: (masters) => outcome.resolve(masters),
    down(why) {
      downs.push(why);
      outcome.resolve(why);
    },
  });
  const deliver = (datagram: Buffer) => server.receive(datagram);
  const client: TestDtlsClient = new TestDtlsClient(
    papers,
    (datagram) => setImmediate(() => (toServer ? toServer(datagram, deliver) : deliver(datagram))),
    options,
  );
  stops.push(() => {
    server.close();
    client.inner.close();
  });
  return { server, client, clock, sent, downs, outcome: outcome.promise };
}

test("the relay's certificate is one that others can read, and was signed by its own key", () => {
  const certificate = new X509Certificate(identity.certificate);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(certificate.subject).toBe("CN=relay");
  expect(new Date(certificate.validFrom).getTime()).toBeLessThan(Date.UTC(2026, 0, 1));
  expect(certificate.fingerprint256).toBe(identity.fingerprint);
});

describe("who is let in", () => {
  test("a client with the certificate it announced ends up with the keys that the relay has", async () => {
    const { client, outcome, server, clock } = stage();
    await client.connect();
    const masters = (await outcome) as SrtpMasters;
    const { localKey, localSalt, remoteKey, remoteSalt } = client.inner.extractSessionKeys(16, 12);
    expect([localKey, localSalt, remoteKey, remoteSalt].map((one) => one.toString("hex"))).toEqual(
      [masters.client.key, masters.client.salt, masters.server.key, masters.server.salt].map((one) => one.toString("hex")),
    );
    expect(server.isUp).toBe(true);
    expect(clock.pending).toBe(0);
  });

  test("somebody else's certificate, shown without its key, is refused", async () => {
    const { client, outcome } = stage({ papers: { ...own, key: other.key } });
    void client.connect().catch(() => {});
    expect(await outcome).toBe("the client does not hold the key of its certificate");
    expect(client.isConnected).toBe(false);
  });

  test("a certificate that was not announced is refused", async () => {
    const { client, outcome } = stage({ papers: other });
    void client.connect().catch(() => {});
    expect(await outcome).toBe("the certificate is not the one that was announced");
  });

  test("a client that heard another handshake is refused", async () => {
    const { client, outcome } = stage();
    client.inner.cipher.verifyData = () => Buffer.alloc(12, 1);
    void client.connect().catch(() => {});
    expect(await outcome).toBe("the client heard another handshake than this one");
  });

  test("a client that says its last word in the clear is refused", async () => {
    const { client, outcome } = stage({
      toServer(datagram, deliver) {
        const isEncrypted = datagram.readUInt16BE(3) === 1;
        deliver(
          isEncrypted
            ? Buffer.from(`16fefd00000000000000090018${"14"}00000c0004${"000000"}00000c${"00".repeat(12)}`, "hex")
            : datagram,
        );
      },
    });
    void client.connect().catch(() => {});
    expect(await outcome).toBe("unexpected handshake message 20");
  });

  test("a handshake that was changed on its way comes to nothing", async () => {
    // The random number of the client's hello: both sides would compute other keys.
    const { client, outcome } = stage({
      toServer(datagram, deliver) {
        if (datagram[13] === 1) datagram[30]! ^= 1;
        deliver(datagram);
      },
    });
    void client.connect().catch(() => {});
    expect(await outcome).toBeString();
  });

  test("a client without a certificate is refused", async () => {
    const { client, outcome } = stage({
      toServer(datagram, deliver) {
        // The Certificate message, with an empty list in it.
        const empty = Buffer.from("16fefd0000000000000005000f0b0000030001000000000003000000", "hex");
        deliver(datagram[13] === 11 ? empty : datagram);
      },
    });
    void client.connect().catch(() => {});
    expect(await outcome).toBe("the client has no certificate");
  });

  test.each([
    ["the extended master secret", { extendedMasterSecret: false }],
    ["SRTP with AEAD_AES_128_GCM", { srtpProfiles: [1] }],
  ] as const)("a client that lacks %s is refused", async (what, options) => {
    const { client, outcome } = stage({ options });
    void client.connect().catch(() => {});
    expect(await outcome).toBe(`the client lacks ${what}`);
  });
});

describe("on a network that", () => {
  test("gives every datagram twice, it comes up all the same", async () => {
    const { client, outcome } = stage({
      toServer(datagram, deliver) {
        deliver(datagram);
        setImmediate(() => deliver(datagram));
      },
    });
    await client.connect();
    expect(await outcome).toBeObject();
  });

  test("cuts messages into small pieces and mixes them, they are put together", async () => {
    const random = randomOf(5);
    const { client, outcome } = stage({
      toServer(datagram, deliver) {
        for (const piece of random.shuffled(piecesOf(datagram, 40))) deliver(piece);
      },
    });
    await client.connect();
    expect(await outcome).toBeObject();
  });

  test("loses the first answer, it is sent again after a while", async () => {
    let lost = 0;
    const { client, clock, outcome } = stage({
      toClient(datagram, deliver) {
        if (lost++ === 0) clock.advance(400);
        else deliver(datagram);
      },
    });
    await client.connect();
    expect(await outcome).toBeObject();
    expect(lost).toBeGreaterThan(1);
  });

  test("loses the last answer, it is sent again when the client repeats itself", async () => {
    const flight: Buffer[] = [];
    const lost = Promise.withResolvers<void>();
    let isLost = false;
    const { client, outcome, server } = stage({
      toServer(datagram, deliver) {
        flight.push(datagram);
        deliver(datagram);
      },
      toClient(datagram, deliver) {
        if (!server.isUp || isLost) return deliver(datagram);
        isLost = true;
        lost.resolve();
      },
    });
    const connected = client.connect();
    expect(await outcome).toBeObject();
    await lost.promise;
    expect(client.isConnected).toBe(false);
    for (const datagram of flight) server.receive(datagram);
    await connected;
  });

  test("repeats the client's last word for ever, it is answered a few times only", async () => {
    const flight: Buffer[] = [];
    const { client, outcome, server, sent } = stage({
      toServer(datagram, deliver) {
        flight.push(datagram);
        deliver(datagram);
      },
    });
    await client.connect();
    await outcome;
    for (let round = 0; round < 500; round++) server.receive(flight.at(-1)!);
    expect(sent.length).toBeLessThan(40);
    expect(server.isUp).toBe(true);
  });
});

test("a client that says nothing more is given up after a while, and told", async () => {
  const { client, clock, outcome, sent } = stage({ toClient() {} });
  void client.connect().catch(() => {});
  while (sent.length === 0) await new Promise((go) => setImmediate(go));
  clock.advance(60_000);
  expect(await outcome).toBe("the handshake took too long");
  expect(sent.at(-1)!.subarray(13)).toEqual(Buffer.from([2, 40]));
  expect(clock.pending).toBe(0);
});

test("a client that closes is known to have closed, at once and once", async () => {
  const { client, outcome, server, downs } = stage();
  await client.connect();
  await outcome;
  server.receive(client.alert(1, 0));
  expect(downs).toEqual(["the client closed it"]);
  server.close();
  expect(downs).toHaveLength(1);
});

test("what is not encrypted ends nothing any more", async () => {
  const { client, outcome, server, downs } = stage();
  await client.connect();
  await outcome;
  server.receive(Buffer.from("15fefd000000000000000900020228", "hex"));
  server.receive(Buffer.from("15fefd000000000000000a00020100", "hex"));
  expect(server.isUp).toBe(true);
  expect(downs).toEqual([]);
});

describe("what is sent instead of a handshake", () => {
  /** Until the server says what it thinks of it. */
  const toldBy = (...datagrams: Buffer[]) => {
    const { server, downs, sent } = stage();
    for (const datagram of datagrams) server.receive(datagram);
    return { downs, sent };
  };
  const record = (body: Buffer) => {
    const header = Buffer.from("16fefd0000000000000000", "hex");
    return Buffer.concat([header, Buffer.from([body.length >> 8, body.length & 0xff]), body]);
  };
  const piece = (type: number, length: number, number: number, offset: number, body: Buffer) => {
    const header = Buffer.alloc(12);
    header[0] = type;
    header.writeUIntBE(length, 1, 3);
    header.writeUInt16BE(number, 4);
    header.writeUIntBE(offset, 6, 3);
    header.writeUIntBE(body.length, 9, 3);
    return record(Buffer.concat([header, body]));
  };

  test("is refused when it is too long, contradicts itself, or comes out of turn", () => {
    expect(toldBy(piece(1, 0xff_ffff, 0, 0, Buffer.alloc(10))).downs).toEqual(["a handshake message is too long"]);
    expect(toldBy(piece(1, 20, 0, 15, Buffer.alloc(10))).downs).toEqual(["a handshake message is too long"]);
    const contradicting = toldBy(piece(1, 20, 0, 0, Buffer.alloc(10)), piece(1, 21, 0, 10, Buffer.alloc(10)));
    expect(contradicting.downs).toEqual(["the pieces of a handshake message contradict each other"]);
    // Messages that come before those they follow are kept, but not from far ahead.
    const early = (number: number) =>
      toldBy(piece(11, 20, number, 0, Buffer.alloc(9)), piece(11, 21, number, 0, Buffer.alloc(9)));
    expect(early(7).downs).toHaveLength(1);
    expect(early(8).downs).toEqual([]);
    expect(toldBy(piece(20, 12, 0, 0, Buffer.alloc(12))).downs).toEqual(["unexpected handshake message 20"]);
    expect(toldBy(piece(1, 3, 0, 0, Buffer.from([0xfe, 0xfd, 0]))).downs).toEqual(["a message ends too early"]);
    expect(toldBy(piece(1, 2, 0, 0, Buffer.from([0xfe, 0xff]))).downs).toEqual(["the client does not speak DTLS 1.2"]);
  });

  test("is passed over when it is no record, of another epoch, or far ahead", () => {
    for (const datagram of [
      Buffer.alloc(0),
      Buffer.from("16fefd", "hex"),
      Buffer.from("16fefd0000000000000000ffff00", "hex"),
      Buffer.from("16030300000000000000000000", "hex"),
      Buffer.from("16fefd00010000000000000001aa", "hex"),
      Buffer.from("16fefd00070000000000000001aa", "hex"),
      piece(1, 20, 500, 0, Buffer.alloc(20)),
    ])
      expect(toldBy(datagram)).toEqual({ downs: [], sent: [] });
  });

  test("never throws, and is told once what is wrong with it, whatever it is", async () => {
    const flights: Buffer[] = [];
    const { client } = stage({
      toServer(datagram, deliver) {
        flights.push(Buffer.from(datagram));
        deliver(datagram);
      },
    });
    await client.connect();
    const random = randomOf(99);
    for (let round = 0; round < 2000; round++) {
      const { server, downs } = stage();
      for (const datagram of flights) {
        const changed = Buffer.from(datagram);
        for (let n = random.below(6); n > 0; n--) changed[random.below(changed.length)] = random.below(256);
        server.receive(changed.subarray(0, random.below(4) === 0 ? random.below(changed.length) : changed.length));
      }
      expect(downs.length).toBeLessThan(2);
      expect(server.isUp).toBe(false);
    }
  });
});

/** The handshake messages of a datagram, cut into pieces (RFC 6347 §4.2.3), each in a datagram of its own; other records stay whole. */
function piecesOf(datagram: Buffer, most: number): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at + 13 <= datagram.length;) {
    const end = at + 13 + datagram.readUInt16BE(at + 11);
    const whole = datagram.subarray(at, end);
    if (whole[0] !== 22 || whole.readUInt16BE(3) !== 0) pieces.push(whole);
    else
      for (let from = 13; from + 12 <= whole.length;) {
        const length = whole.readUIntBE(from + 9, 3);
        for (let offset = 0; offset < length; offset += most) {
          const body = whole.subarray(from + 12 + offset, from + 12 + Math.min(length, offset + most));
          const head = Buffer.from(whole.subarray(from, from + 12));
          head.writeUIntBE(offset, 6, 3);
          head.writeUIntBE(body.length, 9, 3);
          const record = Buffer.from(whole.subarray(0, 13));
          record.writeUInt16BE(head.length + body.length, 11);
          pieces.push(Buffer.concat([record, head, body]));
        }
        from += 12 + length;
      }
    at = end;
  }
  return pieces;
}
