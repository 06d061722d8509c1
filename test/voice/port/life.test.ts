import { describe, expect, test } from "bun:test";
import { RelayFull } from "../../../src/kernel/media-relay.ts";
import { newPapers } from "./dtls-client.ts";
import { seat, Studio } from "./studio.ts";

const lost = (session: string, direction: "publish" | "subscribe") =>
  ({ kind: "lost", session, room: "lobby", direction }) as const;
const stream = (session: string, live: boolean) => ({ kind: "stream", session, room: "lobby", live }) as const;

describe("a connection", () => {
  test("that is checked stays; ten seconds after the last sign of life it is lost", async () => {
    await using studio = await Studio.open();
    const ann = await studio.talker("ann");
    const eve = await studio.listener("eve");
    for (let n = 0; n < 10; n++) {
      studio.clock.advance(5000);
      await Promise.all([ann.check(), eve.check()]);
    }
    expect(studio.changes).toEqual([stream("ann", true)]);
    studio.clock.advance(9000);
    await ann.check();
    studio.clock.advance(1000);
    expect(studio.changes.slice(1)).toEqual([lost("eve", "subscribe")]);
    expect(studio.flow("eve")).toBeUndefined();
    // A check that proves nothing keeps nobody alive.
    ann.ask({ password: "wrongwrongwrongwrongwrong" });
    ann.ask({ integrity: "none" });
    studio.clock.advance(9000);
    expect(studio.changes.slice(2)).toEqual([stream("ann", false), lost("ann", "publish")]);
    expect(studio.relay.flows()).toEqual([]);
    await studio.until(() => studio.clock.pending === 1);
  });

  test("that is not checked stays as long as authentic media come by it; forged ones do not count", async () => {
    await using studio = await Studio.open();
    const ann = await studio.talker("ann");
    for (let n = 1; n <= 5; n++) {
      studio.clock.advance(6000);
      ann.say();
      await studio.until(() => studio.flow("ann")!.received === n);
    }
    const forged = ann.packet();
    forged[forged.length - 1]! ^= 1;
    studio.clock.advance(6000);
    ann.send(forged);
    const bob = await studio.talker("bob");
    expect(studio.flow("ann")).toBeDefined();
    studio.clock.advance(4000);
    expect(studio.flow("ann")).toBeUndefined();
    expect(bob.dtls.isConnected).toBe(true);
  });

  test("is lost at once when the client closes it, and what goes to it goes nowhere", async () => {
    await using studio = await Studio.open();
    const ann = await studio.talker("ann");
    const eve = await studio.listener("eve");
    eve.send(eve.dtls.alert(1, 0));
    await studio.until(() => studio.changes.length === 2);
    ann.send(ann.dtls.alert(1, 0));
    await studio.until(() => studio.changes.length === 4);
    expect(studio.changes.slice(1)).toEqual([lost("eve", "subscribe"), stream("ann", false), lost("ann", "publish")]);
    ann.say();
    ann.ask();
    expect(studio.relay.flows()).toEqual([]);
  });

  test("that never came up is forgotten after half a minute, and is not called lost", async () => {
    await using studio = await Studio.open({ most: 1 });
    const ann = await studio.stranger("ann");
    await ann.offer();
    await ann.check();
    const bob = await studio.stranger("bob");
    await expect(bob.offer()).rejects.toBeInstanceOf(RelayFull);
    studio.clock.advance(29_000);
    expect(studio.flow("ann")).toBeDefined();
    studio.clock.advance(1000);
    expect(studio.flow("ann")).toBeUndefined();
    expect(studio.changes).toEqual([]);
    await bob.offer();
  });

  test("that is refused is told so, is forgotten, and leaves the session's other one alone", async () => {
    await using studio = await Studio.open();
    const eve = await studio.listener("ann");
    const [, papers] = await Promise.all([newPapers(), newPapers()]);
    const forged = await studio.stranger("ann", "publish", { papers, announces: eve.papers.fingerprint });
    await forged.offer();
    await forged.check();
    void forged.handshake().catch(() => {});
    await studio.until(() => studio.log.lines.some(({ event }) => event === "voice.refused"));
    expect(studio.log.lines.find(({ event }) => event === "voice.refused")!.fields).toEqual({
      session: "ann",
      direction: "publish",
      why: "the certificate is not the one that was announced",
    });
    expect(studio.changes).toEqual([]);
    const bob = await studio.talker("bob");
    await eve.offer();
    bob.say();
    await eve.hears(1);
  });

  test("of another client takes the place of the one before it, which was not lost", async () => {
    await using studio = await Studio.open({ most: 2 });
    const eve = await studio.listener("eve");
    const former = await studio.talker("ann");
    const latter = await studio.talker("ann", { papers: await newPapers() });
    expect(studio.changes).toEqual([stream("ann", true), stream("ann", false), stream("ann", true)]);
    await eve.offer();
    await eve.offer();
    former.say({ payload: "former" });
    latter.say({ payload: "latter" });
    expect(await eve.hears(1)).toEqual(["latter"]);
    expect(former.raw.at(-1)![0]).toBe(21);
  });
});

test("a client that takes up a connection which is forgotten sees by the certificate that it is another one", async () => {
  await using studio = await Studio.open();
  const certificate = (answer: string) => /^a=fingerprint:.*$/m.exec(answer)![0];
  const ann = await studio.talker("ann");
  const former = certificate(ann.answered);
  ann.renew();
  expect(certificate(await ann.offer())).toBe(former);
  studio.clock.advance(20_000);
  expect(studio.changes.at(-1)).toEqual(lost("ann", "publish"));
  ann.renew();
  expect(certificate(await ann.offer())).not.toBe(former);
  await ann.check();
  await ann.handshake();
  expect(studio.flow("ann")).toMatchObject({ received: 0 });
  await studio.until(() => studio.changes.at(-1)!.kind === "stream");
});

describe("a session", () => {
  test("is not said to have lost less than was said before", async () => {
    await using studio = await Studio.open();
    const ann = await studio.talker("ann");
    const say = async (sequence: number) => {
      const { received } = studio.flow("ann")!;
      ann.say({ sequence });
      await studio.until(() => studio.flow("ann")!.received > received);
      return studio.flow("ann")!.lost;
    };
    const told: number[] = [];
    for (const sequence of [10, 13, 11, 12, 14, 17]) told.push(await say(sequence));
    expect(told).toEqual([0, 2, 2, 2, 2, 2]);
    expect(await say(20)).toBe(4);
  });

  test("that left and comes back is not silenced any more", async () => {
    await using studio = await Studio.open();
    studio.relay.silence("ann", true);
    await studio.talker("ann");
    studio.relay.leave("ann");
    const ann = await studio.talker("ann");
    const eve = await studio.listener("eve");
    ann.say();
    await eve.hears(1);
  });

  test("keeps what was counted on it when its connection is another", async () => {
    await using studio = await Studio.open();
    const former = await studio.talker("ann");
    former.say();
    former.say({ sequence: former.sequence + 3 });
    await studio.until(() => studio.flow("ann")!.received === 2);
    const latter = await studio.talker("ann", { papers: await newPapers() });
    expect(studio.flow("ann")).toMatchObject({ received: 2, lost: 2 });
    latter.say();
    await studio.until(() => studio.flow("ann")!.received === 3);
    expect(studio.flow("ann")!.lost).toBe(2);
  });

  test("that leaves is told that it is over, and is nothing afterwards", async () => {
    await using studio = await Studio.open();
    const ann = await studio.talker("ann");
    const eve = await studio.listener("eve");
    studio.relay.leave("ann");
    studio.relay.leave("ann");
    await ann.until(() => ann.raw.at(-1)![0] === 21);
    ann.say();
    ann.ask();
    const bob = await studio.talker("bob");
    await eve.offer();
    await eve.offer();
    bob.say({ payload: "bob" });
    expect(await eve.hears(1)).toEqual(["bob"]);
    expect(ann.stun).toHaveLength(1);
  });

  test("moves whole: what it had in the former room ends, also when it is full", async () => {
    await using studio = await Studio.open({ most: 2 });
    const ann = await studio.talker("ann");
    await studio.listener("ann");
    const answer = await studio.relay.answer(seat("ann", "attic"), "publish", ann.makeOffer());
    expect(answer).toStartWith("v=0");
    expect(studio.changes).toEqual([stream("ann", true), stream("ann", false)]);
    expect(studio.relay.flows()).toMatchObject([{ session: "ann", room: "attic" }]);
  });
});

test("whoever listens badly does not disturb the others", async () => {
  const studio = await Studio.open();
  studio.relay.hear(() => {
    throw new Error("not now");
  });
  const told: string[] = [];
  studio.relay.hear(({ kind }) => void told.push(kind));
  const ann = await studio.talker("ann");
  expect(ann.dtls.isConnected).toBe(true);
  expect(told).toEqual(["stream"]);
  expect(studio.log.lines.filter(({ level }) => level === "error")).toMatchObject([{ event: "voice.listener-failed" }]);
  await expect(studio[Symbol.asyncDispose]()).rejects.toThrow(/complained/);
});
