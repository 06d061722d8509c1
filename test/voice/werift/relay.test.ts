import { expect, test } from "bun:test";
import { createSocket, type Socket } from "node:dgram";
import { OfferRefused } from "../../../src/kernel/media-relay.ts";
import { WERIFT_GAPS, openWeriftRelay } from "../../../src/voice/werift/open-werift-relay.ts";
import { newCertificate } from "../../../src/voice/werift/certificate.ts";
import { WeriftConnection } from "../../../src/voice/werift/connection.ts";
import { loadWerift } from "../../../src/voice/werift/load-werift.ts";
import { readOffer } from "../../../src/voice/werift/offer.ts";
import { relaySuite } from "../../suites/relay.ts";
import { mediaOf, Talker } from "../../support/relay-client.ts";
import { FakeClock, memoryLog } from "../../support/world.ts";

relaySuite("werift", openWeriftRelay);

const clock = new FakeClock();
const parts = { host: "127.0.0.1", port: 0, advertised: [], most: 8, now: clock.now, timers: clock, log: memoryLog() };
const ann = { session: "ann", room: "lobby", stream: "a" };

const portOf = (answer: string): number => Number(/^a=candidate:1 1 udp \d+ 127\.0\.0\.1 (\d+) /m.exec(answer)![1]);
const bound = async (): Promise<Socket> => {
  const socket = createSocket("udp4");
  await new Promise<void>((done) => socket.bind(0, "127.0.0.1", done));
  return socket;
};
/** As a browser's that may not use the microphone: its addresses have names that only its own network knows. */
const nameless = (offer: string) => offer.replaceAll(" 127.0.0.1 ", " 6a3c7cbc-5fd2-4ee1-9a8a-1c1a6c1d7a9e.local ");
/** A binding request (RFC 8489 §5) with this user name and no signature. */
function unsigned(name: string): Buffer {
  const value = Buffer.from(name.padEnd(Math.ceil(name.length / 4) * 4));
  const head = Buffer.from("0001000021 12a442".replaceAll(" ", ""), "hex");
  head.writeUInt16BE(value.length + 4, 2);
  return Buffer.concat([head, Buffer.alloc(12, 7), Buffer.of(0, 6, 0, name.length), value]);
}

test("a stranger's checks are not answered, whatever they know, and a client's still are", async () => {
  await using relay = await openWeriftRelay(parts);
  await using talker = new Talker(relay, ann);
  const answer = await relay.answer(ann, "publish", await talker.makeOffer());
  const ufrag = /^a=ice-ufrag:(.*)$/m.exec(answer)![1]!.trim();
  const stranger = await bound();
  let answered = 0;
  stranger.on("message", () => answered++);
  for (const name of ["wrong:user", `${ufrag}:user`, "__proto__:x", ""])
    stranger.send(unsigned(name), portOf(answer), "127.0.0.1");
  stranger.send(Buffer.alloc(1200, 0x16), portOf(answer), "127.0.0.1");
  await talker.take(answer);
  await talker.connected();
  expect(answered).toBe(0);
  stranger.close();
});

test("clients are told of the addresses of the router too, with one port, and of no other of this machine", async () => {
  await using relay = await openWeriftRelay({ ...parts, advertised: ["203.0.113.7"] });
  await using talker = new Talker(relay, ann);
  const answer = await relay.answer(ann, "publish", await talker.makeOffer());
  const candidates = [...answer.matchAll(/^a=candidate:.*? udp \d+ (\S+) (\d+) typ host/gm)].map(([, host, port]) => [
    host,
    port,
  ]);
  expect(candidates).toEqual([
    ["127.0.0.1", `${portOf(answer)}`],
    ["203.0.113.7", `${portOf(answer)}`],
  ]);
});

test("ports are taken from the set one upwards, and one that cannot be bound is known at the start", async () => {
  const taken = await bound();
  const { port } = taken.address();
  await expect(openWeriftRelay({ ...parts, port })).rejects.toMatchObject({ code: "EADDRINUSE" });
  await new Promise<void>((done) => taken.close(done));
  await using relay = await openWeriftRelay({ ...parts, port });
  expect(relay.port).toBe(port);
  await using talker = new Talker(relay, ann);
  const got = portOf(await relay.answer(ann, "publish", await talker.makeOffer()));
  expect(got).toBeGreaterThanOrEqual(port);
  expect(got).toBeLessThanOrEqual(port + parts.most);
});

test("who names no address that can be asked comes by itself, and is heard of all the same", async () => {
  await using relay = await openWeriftRelay(parts);
  await using talker = new Talker(relay, ann);
  const offer = nameless(await talker.makeOffer());
  const answer = await relay.answer(ann, "publish", offer);
  expect(answer).toContain("a=ice-lite");
  await talker.take(answer);
  await talker.connected();
  expect(mediaOf(answer)).toHaveLength(1);
});

test("who leaves while their offer is read gets no connection", async () => {
  await using relay = await openWeriftRelay(parts);
  await using talker = new Talker(relay, ann);
  const offer = await talker.makeOffer();
  const answering = relay.answer(ann, "publish", offer);
  relay.leave("ann");
  await expect(answering).rejects.toThrow("left");
  expect(relay.flows()).toEqual([]);
});

test("a connection that ends while its offer is read refuses it", async () => {
  await using relay = await openWeriftRelay(parts);
  await using talker = new Talker(relay, ann);
  const offer = readOffer(await talker.makeOffer(), "publish");
  const werift = await loadWerift();
  const nothing = () => {};
  const connection = new WeriftConnection(werift, parts, "publish", offer, await newCertificate(werift), {
    up: nothing,
    down: nothing,
  });
  const answering = connection.negotiate(offer, nothing);
  connection.end();
  await expect(answering).rejects.toBeInstanceOf(OfferRefused);
});

test("a connection that never comes about is given up", async () => {
  await using relay = await openWeriftRelay(parts);
  const told: unknown[] = [];
  relay.hear((change) => told.push(change));
  await using talker = new Talker(relay, ann);
  await relay.answer(ann, "publish", await talker.makeOffer());
  expect(relay.flows()).toHaveLength(1);
  clock.advance(60_000);
  expect(relay.flows()).toEqual([]);
  expect(told).toEqual([]);
});

test("its gaps are sentences", () => {
  expect(WERIFT_GAPS.length).toBeGreaterThan(3);
  for (const gap of WERIFT_GAPS) expect(gap).toMatch(/^[A-Z][^\n]+\.$/);
});
