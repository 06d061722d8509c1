import { describe, expect, test } from "bun:test";
import type { Client } from "./client.ts";
import { Studio } from "./studio.ts";

describe("a packet on its way", () => {
  test("gets the relay's SSRC, the listener's payload type, and no extensions; its sound and its time stay", async () => {
    await using studio = await Studio.open();
    const ann = await studio.talker("ann", { opus: 111 });
    const eve = await studio.listener("eve", { opus: 109, places: 2 });
    const ivy = await studio.listener("ivy", { opus: 96, places: 2 });
    ann.say({ payload: "sound", timestamp: 4_294_967_000, level: 30, marker: true });
    ann.say({ payload: "more", padding: 4 });
    for (const [who, payloadType] of [
      [eve, 109],
      [ivy, 96],
    ] as const) {
      expect(await who.hears(2)).toEqual(["sound", "more"]);
      const [{ header }, { header: next }] = [who.rtp[0]!, who.rtp[1]!];
      expect(header).toMatchObject({ payloadType, marker: true, timestamp: 4_294_967_000, extension: false, csrcLength: 0 });
      expect([...who.heard]).toEqual([[header.ssrc, "stream-ann"]]);
      expect(header.ssrc).not.toBe(ann.ssrc);
      expect(next).toMatchObject({ marker: false, sequenceNumber: header.sequenceNumber + 1, padding: true, paddingSize: 4 });
    }
    expect(eve.rtp[0]!.header.ssrc).toBe(ivy.rtp[0]!.header.ssrc);
  });

  test("reaches everybody else in the room: two who talk, three who listen", async () => {
    await using studio = await Studio.open();
    const [ann, bob] = await Promise.all([studio.talker("ann"), studio.talker("bob")]);
    const [atAnn, atBob, eve] = await Promise.all(["ann", "bob", "eve"].map((session) => studio.listener(session)));
    for (let n = 0; n < 5; n++) {
      ann.say({ payload: "ann" });
      bob.say({ payload: "bob" });
    }
    const heard = async (who: typeof eve, count: number) => (await who!.hears(count)).toSorted().join(" ");
    expect(await heard(atAnn, 5)).toBe("bob bob bob bob bob");
    expect(await heard(atBob, 5)).toBe("ann ann ann ann ann");
    expect(await heard(eve, 10)).toBe("ann ann ann ann ann bob bob bob bob bob");
    for (const { rtp, heard: names } of [eve!])
      for (const { header, payload } of rtp) expect(names.get(header.ssrc)).toBe(`stream-${payload}`);
  });

  test("goes out once, however often it comes in, and not at all when it is forged or of another kind", async () => {
    await using studio = await Studio.open();
    const ann = await studio.talker("ann");
    const eve = await studio.listener("eve");
    const packet = ann.packet({ payload: "once" });
    const forged = Buffer.from(packet);
    forged[packet.length - 1]! ^= 1;
    for (const datagram of [forged, packet, packet, packet]) ann.send(datagram);
    ann.say({ payload: "telephone", payloadType: 110 });
    ann.say({ payload: "too long".repeat(300) });
    ann.say({ payload: "last" });
    expect(await eve.hears(2)).toEqual(["once", "last"]);
    expect(studio.flow("ann")!.received).toBe(2);
  });

  test("is not lost because somebody else's port is closed", async () => {
    await using studio = await Studio.open();
    const ann = await studio.talker("ann");
    const gone = await Promise.all(["gone-1", "gone-2", "gone-3"].map((session) => studio.listener(session)));
    const eve = await studio.listener("eve");
    const late = await studio.listener("late");
    for (const one of gone) await one[Symbol.asyncDispose]();
    for (let round = 1; round <= 10; round++) {
      for (let n = 0; n < 10; n++) ann.say();
      await eve.hears(round * 10);
      await late.hears(round * 10);
    }
    expect(eve.rtp).toHaveLength(100);
  });
});

describe("the relay's sequence numbers", () => {
  test("begin again at zero without anybody losing the thread, whoever came when", async () => {
    await using studio = await Studio.open();
    const ann = await studio.talker("ann");
    const eve = await studio.listener("eve");
    // The second source begins where the relay's own numbers are, so that both are the same from here on.
    ann.say();
    await eve.hears(1);
    const ssrc = 5;
    let at = eve.rtp[0]!.header.sequenceNumber;
    const hear = (who: Client, sequence: number) => who.until(() => who.rtp.at(-1)?.header.sequenceNumber === sequence);
    const say = async (ahead: number) => {
      // werift notices that numbers begin again only when the last one before and the first one after are there.
      for (let left = ahead; left > 0;) {
        const step = Math.min(left, Math.max(1, 65_535 - at), 20_000);
        at = (at + step) % 65_536;
        ann.say({ ssrc, sequence: at });
        await hear(eve, at);
        left -= step;
      }
    };
    await say(1);
    await say(3 * 65_536);
    const late = await studio.listener("late");
    await say(65_500 - at + (at > 65_500 ? 65_536 : 0));
    await hear(late, 65_500);
    // So close to a rollover nobody begins: one who loses the packets before it would never know of it.
    const latest = await studio.listener("latest");
    await say(1);
    await say(40);
    expect(at).toBe(5);
    await hear(latest, 5);
    expect(latest.rtp.map(({ header }) => header.sequenceNumber)).toEqual([0, 5]);
    await hear(late, 5);
    expect(late.rtp.slice(-4).map(({ header }) => header.sequenceNumber)).toEqual([65_501, 65_535, 0, 5]);
    // One from before the rollover that comes late is of no use to who began after it.
    ann.say({ ssrc, sequence: 65_530 });
    await hear(late, 65_530);
    // Whoever has new keys begins to count anew.
    late.renew();
    await late.rebind();
    await late.offer();
    await late.check();
    await late.handshake();
    await say(1);
    await hear(late, 6);
    await hear(latest, 6);
    expect(latest.rtp.map(({ header }) => header.sequenceNumber)).toEqual([0, 5, 6]);
  });

  test("are never given twice, whatever the talker does with its own", async () => {
    await using studio = await Studio.open();
    const ann = await studio.talker("ann");
    const eve = await studio.listener("eve");
    const [one, two] = [11, 22];
    ann.say({ ssrc: one, sequence: 100, payload: "a" });
    ann.say({ ssrc: two, sequence: 500, payload: "b" });
    // Older than where this source began: its number was given to "a".
    ann.say({ ssrc: two, sequence: 499, payload: "dropped" });
    ann.say({ ssrc: two, sequence: 502, payload: "d" });
    ann.say({ ssrc: two, sequence: 501, payload: "c" });
    ann.say({ ssrc: one, sequence: 99, payload: "e" });
    ann.say({ ssrc: one, sequence: 98, payload: "dropped" });
    ann.say({ ssrc: two, sequence: 503, payload: "f" });
    expect(await eve.hears(6)).toEqual(["a", "b", "d", "c", "e", "f"]);
    const [first] = eve.rtp.map(({ header }) => header.sequenceNumber);
    expect(eve.rtp.map(({ header }) => header.sequenceNumber - first!)).toEqual([0, 1, 3, 2, 4, 5]);
    expect(new Set(eve.rtp.map(({ header }) => header.ssrc)).size).toBe(1);
  });

  test("have no gap where the talker was silenced, and what was missed on the way to the relay shows", async () => {
    await using studio = await Studio.open();
    const ann = await studio.talker("ann");
    const eve = await studio.listener("eve");
    ann.say({ payload: "before" });
    await eve.hears(1);
    studio.relay.silence("ann", true);
    for (let n = 0; n < 10; n++) ann.say();
    await studio.until(() => studio.flow("ann")!.received === 11);
    studio.relay.silence("ann", false);
    ann.say({ payload: "after" });
    ann.say({ payload: "after a gap", sequence: ann.sequence + 4 });
    expect(await eve.hears(3)).toEqual(["before", "after", "after a gap"]);
    const [first] = eve.rtp.map(({ header }) => header.sequenceNumber);
    expect(eve.rtp.map(({ header }) => header.sequenceNumber - first!)).toEqual([0, 1, 5]);
  });

  test("go on for a listener that hears a stream again", async () => {
    await using studio = await Studio.open();
    const ann = await studio.talker("ann");
    const eve = await studio.listener("eve");
    ann.say();
    await eve.hears(1);
    const offer = eve.makeOffer();
    await studio.relay.answer(eve.seat, "subscribe", offer.replaceAll("a=recvonly", "a=inactive"));
    ann.say({ payload: "unheard" });
    await studio.until(() => studio.flow("ann")!.received === 2);
    for (const _ of ["not in the answer that follows", "but in the next"]) await eve.offer();
    expect([...eve.heard.values()]).toEqual(["stream-ann"]);
    ann.say({ payload: "again" });
    expect(await eve.hears(2)).toEqual(["opus", "again"]);
    expect(eve.rtp[1]!.header.sequenceNumber - eve.rtp[0]!.header.sequenceNumber).toBe(2);
  });
});

describe("places", () => {
  const places = (answer: string) =>
    answer
      .split(/^(?=m=)/m)
      .slice(1)
      .map((part) => /^a=msid:stream-(\S+)/m.exec(part)?.[1] ?? /^a=(inactive|sendonly|recvonly)/m.exec(part)![1]);

  test("stay with their stream, and are given to another after an answer has said that they are free", async () => {
    await using studio = await Studio.open();
    const eve = await studio.listener("eve", { places: 2 });
    expect(places(eve.answered)).toEqual(["inactive", "inactive"]);
    await studio.talker("ann");
    expect(places(await eve.offer())).toEqual(["ann", "inactive"]);
    await studio.talker("bob");
    await studio.talker("cid");
    expect(places(await eve.offer())).toEqual(["ann", "bob"]);
    studio.relay.leave("ann");
    expect(places(await eve.offer())).toEqual(["inactive", "bob"]);
    expect(places(await eve.offer())).toEqual(["cid", "bob"]);
    expect(places(await eve.offer())).toEqual(["cid", "bob"]);
  });

  test("are for what others send; who sends has one, on the first section that does", async () => {
    await using studio = await Studio.open();
    const ann = await studio.talker("ann", { places: 3 });
    expect(places(ann.answered)).toEqual(["recvonly", "inactive", "inactive"]);
    const other = ann.makeOffer().replace("a=sendonly", "a=inactive");
    expect(places(await studio.relay.answer(ann.seat, "publish", other))).toEqual(["inactive", "recvonly", "inactive"]);
    const none = ann.makeOffer().replaceAll("a=sendonly", "a=inactive");
    expect(places(await studio.relay.answer(ann.seat, "publish", none))).toEqual(["inactive", "inactive", "inactive"]);
    expect(studio.changes.map((change) => change.kind === "stream" && change.live)).toEqual([true, false]);
    expect(places(await ann.offer())).toEqual(["recvonly", "inactive", "inactive"]);
    expect(studio.changes).toHaveLength(3);
  });
});

describe("what one talker may send", () => {
  test("is bounded a second, in packets and in bytes", async () => {
    await using studio = await Studio.open();
    const ann = await studio.talker("ann");
    await studio.listener("eve");
    const flood = async (count: number, payload: string) => {
      const before = studio.flow("ann")!.received;
      for (let n = 0; n < count; n++) {
        ann.say({ payload });
        if (n % 50 === 49) await studio.until(() => studio.flow("ann")!.received === before + n + 1);
      }
    };
    await flood(400, "x");
    expect(studio.flow("eve")!.sent).toBe(200);
    studio.clock.advance(500);
    await flood(400, "x");
    expect(studio.flow("eve")!.sent).toBe(300);
    studio.clock.advance(1000);
    await flood(200, "x".repeat(1200));
    expect(studio.flow("eve")!.sent - 300).toBeWithin(100, 112);
  });
});
