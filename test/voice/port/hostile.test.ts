import { expect, test } from "bun:test";
import { senderReport } from "../../../src/voice/port/rtcp.ts";
import { randomOf } from "../../support/random.ts";
import { bindingRequest } from "./stun-client.ts";
import { Studio } from "./studio.ts";

const ROUNDS = 4000;
/** So many datagrams fit into a socket's buffer while nobody reads it. */
const AT_ONCE = 50;

test("noise and changed packets, from strangers and from whoever is connected, neither stop nor reach anybody", async () => {
  await using studio = await Studio.open();
  const random = randomOf(0xc0ffee);
  const [ann, eve, stranger] = [await studio.talker("ann"), await studio.listener("eve"), await studio.stranger("stranger")];
  const offered = await studio.stranger("offered");
  await offered.offer();
  const clock = { ntpHigh: 1, ntpLow: 2, timestamp: 3 };
  const real = () =>
    random.of([
      () => ann.packet({ level: 20 }),
      () => ann.srtcp.encrypt(senderReport(ann.ssrc, clock, 1, 2, "ann")),
      () => ann.dtls.alert(1, 1),
      () =>
        bindingRequest({
          username: `${ann.relayFragment}:${ann.fragment}`,
          password: ann.relayPassword,
          transaction: Buffer.alloc(12, random.below(256)),
        }),
    ])();
  const noise = () => Buffer.from(Array.from({ length: random.below(200) }, () => random.below(256)));
  const changed = () => {
    const packet = Buffer.from(real());
    for (let n = 1 + random.below(4); n > 0; n--) packet[random.below(packet.length)]! ^= 1 + random.below(255);
    return random.below(3) === 0 ? packet.subarray(0, random.below(packet.length)) : packet;
  };
  const heard = eve.rtp.length;
  for (let round = 0; round < ROUNDS; round++) {
    const from = random.of([ann, eve, stranger, offered]);
    from.send(random.below(3) === 0 ? noise() : changed());
    if (round % AT_ONCE === 0) await ann.check();
  }
  await ann.check();
  const before = studio.flow("ann")!.received;
  ann.say({ sequence: (ann.sequence + 1) % 65_536, payload: "still here" });
  expect((await eve.hears(heard + 1)).at(-1)).toBe("still here");
  expect(before).toBe(0);
  expect(studio.changes).toEqual([{ kind: "stream", session: "ann", room: "lobby", live: true }]);
  expect(stranger.stun).toEqual([]);
  expect(stranger.raw).toEqual([]);
});

test("somebody who does not read what it is sent, or is gone, holds nobody up", async () => {
  await using studio = await Studio.open();
  const stranger = await studio.stranger("stranger");
  await stranger.offer();
  for (let n = 0; n < 100; n++) stranger.ask();
  await stranger[Symbol.asyncDispose]();
  const [ann, eve] = [await studio.talker("ann"), await studio.listener("eve")];
  ann.say();
  await eve.hears(1);
});
