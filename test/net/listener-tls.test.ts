import { beforeAll, describe, expect, spyOn, test } from "bun:test";
import { X509Certificate } from "node:crypto";
import { connect as connectTls } from "node:tls";
import { type Listener, openListener, type Socket, type TlsPair } from "../../src/net/listener.ts";
import { generateKey, issueCertificate } from "../../src/net/self-signed.ts";
import { openClient } from "./socket-client.ts";

const NOW = Date.UTC(2026, 10, 20);
let pairs: TlsPair[];
const fingerprintOf = ({ cert }: TlsPair) => new X509Certificate(cert).fingerprint256;

beforeAll(async () => {
  const key = await generateKey();
  const names = { required: ["localhost", "127.0.0.1"], alsoNow: [] };
  pairs = await Promise.all([0, 1, 2].map(async (n) => ({ key, cert: await issueCertificate(key, names, NOW + n) })));
});

const sockets: Socket<{ name: string }>[] = [];
const open = (tls: TlsPair | undefined, port = 0): Promise<Listener> =>
  openListener<{ name: string }>({
    hostname: "127.0.0.1",
    port,
    tls,
    http: () => new Response("hello"),
    failed: (error) => {
      throw error;
    },
    websocket: {
      path: "/",
      upgrade: () => ({ name: "x" }),
      open: (ws) => {
        ws.subscribe("room");
        sockets.push(ws);
      },
      message: (ws, frame) => void ws.send(frame),
    },
  });

/** The SHA-256 fingerprint that a new handshake is shown. */
const seen = (listener: Listener) =>
  new Promise<string>((resolve, reject) => {
    const socket = connectTls(
      { host: "127.0.0.1", port: Number(listener.url.port), ca: pairs.map(({ cert }) => cert), servername: "localhost" },
      () => {
        resolve(socket.getPeerCertificate().fingerprint256);
        socket.destroy();
      },
    );
    socket.on("error", reject);
  });

const client = (listener: Listener) => openClient(listener.url, { tls: { ca: pairs.map(({ cert }) => cert) } });

describe("a swap of certificates", () => {
  test("new handshakes see the new certificate, sockets from before live on and hear the same publishes", async () => {
    const [first, second] = pairs as [TlsPair, TlsPair];
    await using listener = await open(first);
    expect(listener.url.protocol).toBe("https:");
    expect(await seen(listener)).toBe(fingerprintOf(first));
    const before = await client(listener);
    await listener.swapTls(second);
    for (let i = 0; i < 10; i++) expect(await seen(listener)).toBe(fingerprintOf(second));
    const after = await client(listener);
    expect(listener.connections).toBe(2);
    listener.publish("room", "to both");
    expect(await Promise.all([before.next(), after.next()])).toEqual(["to both", "to both"]);
    for (const except of sockets.slice(-2)) listener.publish("room", "to the other", except);
    listener.publish("room", "to both again");
    expect([await before.next(), await after.next()]).toEqual(["to the other", "to the other"]);
    expect([await before.next(), await after.next()]).toEqual(["to both again", "to both again"]);
    before.ws.send("still heard");
    expect(await before.next()).toBe("still heard");
  });

  test("many swaps keep everybody", async () => {
    await using listener = await open(pairs[0]);
    const clients = [];
    for (let round = 1; round <= 12; round++) {
      clients.push(await client(listener));
      const pair = pairs[round % pairs.length] as TlsPair;
      await listener.swapTls(pair);
      expect(await seen(listener)).toBe(fingerprintOf(pair));
    }
    listener.publish("room", "everybody");
    expect(await Promise.all(clients.map((one) => one.next()))).toEqual(clients.map(() => "everybody"));
    for (const one of clients) one.ws.close();
    await Promise.all(clients.map((one) => one.closed));
    const last = await client(listener);
    expect(listener.connections).toBe(1);
    listener.publish("room", "once");
    listener.publish("room", "and again");
    expect([await last.next(), await last.next()]).toEqual(["once", "and again"]);
  });

  test("a server whose last socket has ended is let go", async () => {
    using serve = spyOn(Bun, "serve");
    await using listener = await open(pairs[0]);
    const old = serve.mock.results.at(-1)?.value as Bun.Server<unknown>;
    using stopped = spyOn(old, "stop");
    using published = spyOn(old, "publish");
    const before = await client(listener);
    await listener.swapTls(pairs[1] as TlsPair);
    listener.publish("room", "to the old one too");
    expect(await before.next()).toBe("to the old one too");
    expect(published).toHaveBeenCalledTimes(1);
    before.ws.close();
    await stopped.mock.results[0]?.value;
    listener.publish("room", "to nobody");
    expect(published).toHaveBeenCalledTimes(1);
  });

  test("an unusable pair is refused and the old certificate stays", async () => {
    await using listener = await open(pairs[0]);
    await expect(listener.swapTls({ cert: "nonsense", key: "nonsense" })).rejects.toThrow();
    expect(await seen(listener)).toBe(fingerprintOf(pairs[0] as TlsPair));
  });

  test("stop after swaps ends with the last socket of any server", async () => {
    const listener = await open(pairs[0]);
    const before = await client(listener);
    await listener.swapTls(pairs[1] as TlsPair);
    const after = await client(listener);
    const stopping = listener.stop();
    await expect(seen(listener)).rejects.toThrow();
    before.ws.close();
    after.ws.close();
    await stopping;
    expect(listener.connections).toBe(0);
    await expect(listener.swapTls(pairs[2] as TlsPair)).rejects.toThrow("closed");
  });

  test("a door without TLS has no certificate to swap", async () => {
    await using listener = await open(undefined);
    await expect(listener.swapTls(pairs[0] as TlsPair)).rejects.toThrow("without TLS");
  });
});

test("a port that another TLS door already shares is still a busy port", async () => {
  await using first = await open(pairs[0]);
  await expect(open(pairs[0], Number(first.url.port))).rejects.toThrow("is in use by another program");
  await expect(open(undefined, Number(first.url.port))).rejects.toThrow("is in use by another program");
});

test("a free port that was named opens with TLS", async () => {
  const probe = await open(undefined);
  const port = Number(probe.url.port);
  await probe.stopNow();
  await using listener = await open(pairs[0], port);
  expect(await seen(listener)).toBe(fingerprintOf(pairs[0] as TlsPair));
});
