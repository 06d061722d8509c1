import { describe, expect, test } from "bun:test";
import {
  type MediaRelay,
  OfferRefused,
  type RelayChange,
  RelayFull,
  type RelayParts,
  type RelaySeat,
} from "../../src/kernel/media-relay.ts";
import { mediaOf, Talker } from "../support/relay-client.ts";
import { RelayStudio } from "../support/relay-studio.ts";
import { FakeClock, memoryLog } from "../support/world.ts";

/** Longer than any relay waits for somebody who has fallen silent, in steps that it takes for one who still speaks. */
const SILENCE = { steps: 24, ms: 5000 };
const SECOND = 1000;

const seat = (session: string, room = "lobby"): RelaySeat => ({ session, room, stream: `stream-${session}` });

/** The contract of `MediaRelay`, for every engine; its clients are werift's. `make` opens one with the parts that it is given. */
export function relaySuite(name: string, make: (parts: RelayParts) => Promise<MediaRelay>): void {
  const on = (sentence: string, body: (studio: RelayStudio) => Promise<void>, parts: Partial<RelayParts> = {}) =>
    test(
      sentence,
      async () => {
        const clock = new FakeClock();
        const log = memoryLog();
        await using studio = new RelayStudio(
          await make({ host: "127.0.0.1", port: 0, advertised: [], most: 32, now: clock.now, timers: clock, log, ...parts }),
          clock,
        );
        await body(studio);
        expect(log.lines.filter(({ level }) => level === "error")).toEqual([]);
      },
      20_000,
    );

  describe(`relay ${name}: hearing`, () => {
    on("two who talk are heard by each other and by one who only listens, and not by themselves", async (studio) => {
      const [ann, bob] = await Promise.all([studio.talker(seat("ann")), studio.talker(seat("bob"))]);
      const [atAnn, atBob, atEve] = await Promise.all(["ann", "bob", "eve"].map((who) => studio.listener(seat(who))));
      expect(atAnn!.streams).toEqual(["stream-bob"]);
      expect(atBob!.streams).toEqual(["stream-ann"]);
      expect(atEve!.streams).toEqual(["stream-ann", "stream-bob"]);
      for (const n of [1, 2, 3]) {
        await ann.say(`ann ${n}`);
        await bob.say(`bob ${n}`);
      }
      const said = (of: readonly { payload: string }[]) => of.map(({ payload }) => payload);
      expect(said(await atBob!.hears("stream-ann", 3))).toEqual(["ann 1", "ann 2", "ann 3"]);
      expect(said(await atEve!.hears("stream-ann", 3))).toEqual(["ann 1", "ann 2", "ann 3"]);
      expect(said(await atAnn!.hears("stream-bob", 3))).toEqual(["bob 1", "bob 2", "bob 3"]);
      expect(said(await atEve!.hears("stream-bob", 3))).toEqual(["bob 1", "bob 2", "bob 3"]);
      expect([...atAnn!.heard.keys()]).toEqual(["stream-bob"]);
      expect([...atBob!.heard.keys()]).toEqual(["stream-ann"]);
      expect([...atEve!.heard.keys()].toSorted()).toEqual(["stream-ann", "stream-bob"]);
    });

    on("who comes later is heard after the next offer, in the place of nobody else", async (studio) => {
      const ann = await studio.talker(seat("ann"));
      const eve = await studio.listener(seat("eve"));
      const placeOf = (stream: string) => mediaOf(eve.answered).findIndex((media) => media.includes(`a=msid:${stream} `));
      const annsPlace = placeOf("stream-ann");
      const bob = await studio.talker(seat("bob"));
      await eve.offer();
      expect(eve.streams).toEqual(["stream-ann", "stream-bob"]);
      expect(placeOf("stream-ann")).toBe(annsPlace);
      await Promise.all([ann.say("ann"), bob.say("bob")]);
      await eve.hears("stream-ann");
      await eve.hears("stream-bob");
    });

    on("a place that became free is taken by the next, also when there is only that one", async (studio) => {
      const ann = await studio.talker(seat("ann"));
      const eve = await studio.listener(seat("eve"), { places: 1 });
      await ann.say("ann");
      await eve.hears("stream-ann");
      studio.relay.leave("ann");
      await eve.offer();
      expect(eve.streams).toEqual([]);
      const bob = await studio.talker(seat("bob"));
      await eve.offer();
      expect(eve.streams).toEqual(["stream-bob"]);
      await bob.say("bob");
      expect(await eve.hears("stream-bob")).toMatchObject([{ payload: "bob" }]);
    });

    on("who has fewer places than there are streams offers more and hears the rest", async (studio) => {
      const talkers = await Promise.all(["ann", "bob", "cid"].map((who) => studio.talker(seat(who))));
      const eve = await studio.listener(seat("eve"), { places: 1 });
      expect(eve.streams).toHaveLength(1);
      eve.addPlaces(2);
      await eve.offer();
      expect(eve.streams).toEqual(["stream-ann", "stream-bob", "stream-cid"]);
      await Promise.all(talkers.map((talker) => talker.say()));
      for (const stream of eve.streams) await eve.hears(stream);
    });

    on("another room hears nothing", async (studio) => {
      const [ann, far] = await Promise.all([studio.talker(seat("ann")), studio.talker(seat("far", "attic"))]);
      const [near, away] = await Promise.all([studio.listener(seat("eve")), studio.listener(seat("ivy", "attic"))]);
      expect(away.streams).toEqual(["stream-far"]);
      expect(near.streams).toEqual(["stream-ann"]);
      await ann.say("ann");
      await near.hears("stream-ann");
      await far.say("far");
      await away.hears("stream-far");
      expect([...away.heard.keys()]).toEqual(["stream-far"]);
      expect([...near.heard.keys()]).toEqual(["stream-ann"]);
    });

    on("pictures are answered with inactive, and sound works beside them", async (studio) => {
      const ann = await studio.talker(seat("ann"), { camera: true });
      const eve = await studio.listener(seat("eve"), { camera: true });
      for (const { answered } of [ann, eve]) {
        const video = mediaOf(answered).find((media) => media.startsWith("m=video"));
        expect(video).toMatch(/^a=inactive/m);
      }
      expect(eve.streams).toEqual(["stream-ann"]);
      await ann.say();
      await eve.hears("stream-ann");
    });
  });

  describe(`relay ${name}: silencing`, () => {
    on("what the silenced send goes nowhere until they are no longer silenced", async (studio) => {
      const [ann, bob] = await Promise.all([studio.talker(seat("ann")), studio.talker(seat("bob"))]);
      const eve = await studio.listener(seat("eve"));
      await ann.say("before");
      await eve.hears("stream-ann");
      studio.relay.silence("ann", true);
      await studio.spoken(ann, 20);
      await bob.say();
      await eve.hears("stream-bob");
      studio.relay.silence("ann", false);
      await ann.say("after");
      expect((await eve.hears("stream-ann", 2)).map(({ payload }) => payload)).toEqual(["before", "after"]);
    });

    on("somebody can be silenced before they connect", async (studio) => {
      studio.relay.silence("ann", true);
      const [ann, bob] = await Promise.all([studio.talker(seat("ann")), studio.talker(seat("bob"))]);
      const eve = await studio.listener(seat("eve"));
      await studio.spoken(ann, 20);
      await bob.say();
      await eve.hears("stream-bob");
      expect(eve.heard.has("stream-ann")).toBe(false);
      expect(studio.flow("ann")!.speaking).toBe(false);
    });

    on("another room does not unsilence anybody, leaving does", async (studio) => {
      await studio.talker(seat("ann"));
      studio.relay.silence("ann", true);
      const moved = await studio.talker(seat("ann", "attic"));
      const eve = await studio.listener(seat("eve", "attic"));
      await studio.spoken(moved, 20);
      studio.relay.leave("ann");
      const back = await studio.talker(seat("ann", "attic"));
      await eve.offer();
      await back.say("back");
      expect((await eve.hears("stream-ann")).map(({ payload }) => payload)).toEqual(["back"]);
    });
  });

  describe(`relay ${name}: what is told`, () => {
    on("a stream is live once and over once", async (studio) => {
      const ann = await studio.talker(seat("ann"));
      const eve = await studio.listener(seat("eve"));
      await ann.say();
      await eve.hears("stream-ann");
      studio.relay.leave("ann");
      await studio.told({ kind: "stream", session: "ann", live: false });
      studio.relay.leave("ann");
      studio.relay.leave("nobody");
      expect(studio.all({ kind: "stream" })).toEqual([
        { kind: "stream", session: "ann", room: "lobby", live: true },
        { kind: "stream", session: "ann", room: "lobby", live: false },
      ]);
    });

    on("who left is not lost, has no flow any more, and is heard no more", async (studio) => {
      const [ann, bob] = await Promise.all([studio.talker(seat("ann")), studio.talker(seat("bob"))]);
      const eve = await studio.listener(seat("eve"));
      studio.relay.leave("ann");
      await ann.say();
      await bob.say();
      await eve.hears("stream-bob");
      expect([...eve.heard.keys()]).toEqual(["stream-bob"]);
      expect(studio.flow("ann")).toBeUndefined();
      expect(studio.all({ kind: "lost" })).toEqual([]);
    });

    on("speaking begins with a loud packet and ends with quiet ones", async (studio) => {
      const ann = await studio.talker(seat("ann"));
      for (let i = 0; i < 25; i++) await studio.spoken(ann, 110);
      expect(studio.all({ kind: "speaking" })).toEqual([]);
      for (let i = 0; i < 25; i++) await studio.spoken(ann, 20);
      await studio.told({ kind: "speaking", session: "ann", speaking: true });
      expect(studio.flow("ann")!.speaking).toBe(true);
      for (let i = 0; i < 150; i++) await studio.spoken(ann, 127);
      await studio.told({ kind: "speaking", session: "ann", speaking: false });
      expect(studio.flow("ann")!.speaking).toBe(false);
      expect(studio.all({ kind: "speaking" })).toEqual([
        { kind: "speaking", session: "ann", room: "lobby", speaking: true },
        { kind: "speaking", session: "ann", room: "lobby", speaking: false },
      ]);
    });

    on("speaking ends also when nothing comes any more, and when somebody is silenced", async (studio) => {
      const ann = await studio.talker(seat("ann"));
      const loud = async (times: number) => {
        for (let i = 0; i < 25; i++) await studio.spoken(ann, 20);
        await studio.told({ kind: "speaking", speaking: true }, times);
      };
      await loud(1);
      studio.clock.advance(3 * SECOND);
      await studio.told({ kind: "speaking", speaking: false }, 1);
      await loud(2);
      studio.relay.silence("ann", true);
      await studio.told({ kind: "speaking", speaking: false }, 2);
      for (let i = 0; i < 25; i++) await studio.spoken(ann, 20);
      expect(studio.all({ kind: "speaking" })).toHaveLength(4);
    });

    on("whoever does not listen any more is told nothing", async (studio) => {
      const told: RelayChange[] = [];
      const stop = studio.relay.hear((change) => void told.push(change));
      await studio.talker(seat("ann"));
      expect(told).toHaveLength(1);
      stop();
      studio.relay.leave("ann");
      await studio.told({ kind: "stream", session: "ann", live: false });
      expect(told).toHaveLength(1);
    });

    on("who vanishes is lost on both connections, once, and who speaks on is not", async (studio) => {
      const [ann, bob] = await Promise.all([studio.talker(seat("ann")), studio.talker(seat("bob"))]);
      const atAnn = await studio.listener(seat("ann"));
      await bob.say();
      await atAnn.hears("stream-bob");
      await Promise.all([ann.vanish(), atAnn.vanish()]);
      for (let step = 0; step < SILENCE.steps; step++) await studio.spoken(bob, 20, SILENCE.ms);
      await studio.told({ kind: "lost", session: "ann", direction: "publish" });
      await studio.told({ kind: "lost", session: "ann", direction: "subscribe" });
      await studio.told({ kind: "stream", session: "ann", live: false });
      expect(studio.all({ kind: "lost" })).toHaveLength(2);
      expect(studio.all({ kind: "stream", live: false })).toHaveLength(1);
      expect(studio.flow("ann")).toBeUndefined();
      expect(studio.flow("bob")).toBeDefined();
    });
  });

  describe(`relay ${name}: moving`, () => {
    on("who goes to another room is heard there, and in the former no more", async (studio) => {
      const [former, bob] = await Promise.all([studio.talker(seat("ann")), studio.talker(seat("bob"))]);
      const [eve, ivy] = await Promise.all([studio.listener(seat("eve")), studio.listener(seat("ivy", "attic"))]);
      await studio.listener(seat("ann"));
      const moved = await studio.talker(seat("ann", "attic"));
      expect(studio.all({ kind: "stream", session: "ann" })).toEqual([
        { kind: "stream", session: "ann", room: "lobby", live: true },
        { kind: "stream", session: "ann", room: "lobby", live: false },
        { kind: "stream", session: "ann", room: "attic", live: true },
      ]);
      await ivy.offer();
      expect(ivy.streams).toEqual(["stream-ann"]);
      await former.say("former");
      await moved.say("moved");
      expect((await ivy.hears("stream-ann")).map(({ payload }) => payload)).toEqual(["moved"]);
      await bob.say();
      await eve.hears("stream-bob");
      expect(eve.heard.has("stream-ann")).toBe(false);
      expect(studio.flow("ann")).toMatchObject({ room: "attic", received: 1, sent: 0 });
    });

    on("an offer that cannot be used moves nobody", async (studio) => {
      const ann = await studio.talker(seat("ann"));
      const eve = await studio.listener(seat("eve"));
      await expect(studio.relay.answer(seat("ann", "attic"), "publish", "v=0")).rejects.toBeInstanceOf(OfferRefused);
      await ann.say();
      await eve.hears("stream-ann");
      expect(studio.flow("ann")).toMatchObject({ room: "lobby" });
    });
  });

  describe(`relay ${name}: counting`, () => {
    on(
      "packets that came and never came are counted, those that were sent, and those that are said to be missed",
      async (studio) => {
        const ann = await studio.talker(seat("ann"));
        const eve = await studio.listener(seat("eve"));
        expect(studio.flow("ann")).toEqual({
          session: "ann",
          room: "lobby",
          speaking: false,
          received: 0,
          lost: 0,
          sent: 0,
          missed: 0,
        });
        await ann.say();
        await ann.say("after a gap", { skip: 3 });
        await ann.say();
        await eve.hears("stream-ann", 3);
        await studio.flows("ann", { received: 3, lost: 3, sent: 0, missed: 0 });
        await studio.flows("eve", { received: 0, lost: 0, sent: 3, missed: 0 });
        await eve.miss("stream-ann", 2);
        await studio.flows("eve", { sent: 3, missed: 2 });
        await eve.offer();
        await ann.say();
        await studio.flows("eve", { sent: 4, missed: 2 });
      },
    );

    on("the silenced are counted as received, and sent to nobody", async (studio) => {
      studio.relay.silence("ann", true);
      const ann = await studio.talker(seat("ann"));
      await studio.listener(seat("eve"));
      await ann.say();
      await studio.flows("ann", { received: 1 });
      expect(studio.flow("eve")).toMatchObject({ sent: 0 });
    });
  });

  describe(`relay ${name}: offers`, () => {
    on("the same offer again gets a valid answer", async (studio) => {
      const ann = await studio.talker(seat("ann"));
      const eve = await studio.listener(seat("eve"));
      for (const { relay, seat: at, direction, offered, answered } of [ann, eve]) {
        const again = await relay.answer(at, direction, offered);
        expect(mediaOf(again)).toHaveLength(mediaOf(answered).length);
        expect(/^a=ice-ufrag:.*$/m.exec(again)![0]).toBe(/^a=ice-ufrag:.*$/m.exec(answered)![0]);
        expect(/^a=fingerprint:.*$/m.exec(again)![0]).toBe(/^a=fingerprint:.*$/m.exec(answered)![0]);
      }
      await ann.say();
      await eve.hears("stream-ann");
      expect(studio.all({ kind: "stream" })).toHaveLength(1);
    });

    on("who takes up a connection that the relay has ended sees by the certificate that it is another", async (studio) => {
      const ann = await studio.talker(seat("ann"));
      studio.relay.leave("ann");
      const again = await studio.relay.answer(seat("ann"), "publish", ann.offered);
      const certificate = (answer: string) => /^a=fingerprint:.*$/m.exec(answer)![0];
      expect(certificate(again)).not.toBe(certificate(ann.answered));
    });

    on("a new connection in place of the old one goes on without it", async (studio) => {
      const former = await studio.talker(seat("ann"));
      const atFormer = await studio.listener(seat("eve"));
      await former.say("former");
      await atFormer.hears("stream-ann");
      const [ann, eve] = [await studio.talker(seat("ann")), await studio.listener(seat("eve"))];
      expect(studio.all({ kind: "stream" }).map((change) => "live" in change && change.live)).toEqual([true, false, true]);
      expect(studio.all({ kind: "lost" })).toEqual([]);
      await former.say("from the former");
      await ann.say("new");
      expect((await eve.hears("stream-ann")).map(({ payload }) => payload)).toEqual(["new"]);
      expect(atFormer.heard.get("stream-ann")!.map(({ payload }) => payload)).toEqual(["former"]);
      await studio.flows("ann", { received: 2 });
      await studio.flows("eve", { sent: 2 });
    });

    on("what is no offer that can be used is refused with a sentence, and all stays as it was", async (studio) => {
      const ann = await studio.talker(seat("ann"));
      const eve = await studio.listener(seat("eve"));
      const offer = await studio.stranger(seat("ann")).makeOffer();
      const without = (pattern: RegExp) => offer.replaceAll(pattern, "");
      const garbage = [
        "",
        "hello",
        "v=0",
        "\0".repeat(1000),
        "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n".repeat(5),
        "a=".repeat(2_000_000),
        offer.slice(0, offer.indexOf("m=")),
        without(/^a=fingerprint:.*\r\n/gm),
        without(/^a=ice-ufrag:.*\r\n/gm),
        without(/^a=ice-pwd:.*\r\n/gm),
        offer.replaceAll(/opus\/48000\/2/gi, "PCMU/8000"),
        `${offer}${mediaOf(offer)[0]!.repeat(5000)}`,
      ];
      for (const [i, bad] of garbage.entries())
        for (const side of [ann, eve]) {
          const refused = await side.relay.answer(side.seat, side.direction, bad).then(
            () => `garbage ${i} was answered`,
            (error: unknown) => error,
          );
          expect(refused).toBeInstanceOf(OfferRefused);
          expect((refused as OfferRefused).message).toMatch(/\w+ \w+/);
        }
      await expect(studio.relay.answer(seat("new"), "publish", "hello")).rejects.toBeInstanceOf(OfferRefused);
      expect(studio.flow("new")).toBeUndefined();
      await ann.say();
      await eve.hears("stream-ann");
      expect(studio.changes.filter(({ kind }) => kind !== "speaking")).toEqual([
        { kind: "stream", session: "ann", room: "lobby", live: true },
      ]);
    });

    on(
      "no more connections are taken than there may be, until one has left",
      async (studio) => {
        const ann = await studio.talker(seat("ann"));
        const eve = await studio.listener(seat("eve"));
        const late = studio.stranger(seat("bob"));
        const offer = await late.makeOffer();
        await expect(studio.relay.answer(seat("bob"), "publish", offer)).rejects.toBeInstanceOf(RelayFull);
        expect(studio.flow("bob")).toBeUndefined();
        await eve.offer();
        await ann.say();
        await eve.hears("stream-ann");
        studio.relay.leave("ann");
        await late.take(await studio.relay.answer(seat("bob"), "publish", offer));
        await late.connected();
      },
      { most: 2 },
    );
  });

  test(`relay ${name}: a relay that ends, ends its connections`, async () => {
    const clock = new FakeClock();
    const parts = { host: "127.0.0.1", port: 0, advertised: [], most: 4, now: clock.now, timers: clock, log: memoryLog() };
    const relay = await make(parts);
    await using ann = await Talker.connect(relay, seat("ann"));
    await relay[Symbol.asyncDispose]();
    expect(relay.flows()).toEqual([]);
    expect(clock.pending).toBe(0);
    await expect(relay.answer(seat("ann"), "publish", ann.offered)).rejects.toThrow();
  });
}
