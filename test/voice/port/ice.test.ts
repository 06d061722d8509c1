import { describe, expect, test } from "bun:test";
import { TestDtlsClient } from "./dtls-client.ts";
import { seat, Studio } from "./studio.ts";

const HANDSHAKE_TIMES = 30_000;

describe("connectivity checks", () => {
  test("are answered with where they came from, and only when they prove who asks", async () => {
    await using studio = await Studio.open();
    const ann = await studio.stranger("ann");
    await ann.offer();
    const [ours, theirs] = [ann.relayFragment, ann.fragment];
    ann.ask({ password: "wrongwrongwrongwrongwrong" });
    ann.ask({ integrity: "none" });
    ann.ask({ fingerprint: "wrong" });
    ann.ask({ username: `${ours}:${theirs}x` });
    ann.ask({ username: `x${ours}:${theirs}` });
    ann.ask({ username: ours });
    ann.ask({ username: "" });
    ann.ask({ username: `${theirs}:${ours}`, password: ann.password });
    for (const type of [0x0011, 0x0101, 0x0111, 0x0003]) {
      const other = Buffer.alloc(20);
      other.writeUInt16BE(type, 0);
      other.writeUInt32BE(0x2112a442, 4);
      ann.send(other);
    }
    const answer = await ann.check();
    expect(ann.stun).toEqual([answer]);
    expect(answer.readUInt16BE(0)).toBe(0x0101);
    expect([answer.readUInt16BE(20), answer.readUInt32BE(28) ^ 0x2112a442]).toEqual([0x0020, 0x7f00_0001]);
  });

  test("of who claims to be controlled are answered with a role conflict", async () => {
    await using studio = await Studio.open();
    const ann = await studio.stranger("ann");
    await ann.offer();
    const answer = await ann.check({ controlled: true });
    expect(answer.readUInt16BE(0)).toBe(0x0111);
    expect(answer.subarray(20, 28).toString("hex")).toBe("0009000400000457");
  });

  test("come before the handshake: nobody else is talked to", async () => {
    await using studio = await Studio.open();
    const ann = await studio.stranger("ann");
    await ann.offer();
    void ann.handshake().catch(() => {});
    await ann.check();
    expect(ann.raw).toEqual([]);
    await ann.handshake();
    expect(ann.raw.length).toBeGreaterThan(0);
    await studio.until(() => studio.changes.length > 0);
  });

  test("are expected at every address there is, and at the router's", async () => {
    await using studio = await Studio.open({ advertised: ["203.0.113.7", "2001:db8::7"] });
    const ann = await studio.stranger("ann");
    const answer = await ann.offer();
    expect(
      [...answer.matchAll(/^a=candidate:\d 1 udp \d+ (\S+) (\d+) typ host/gm)].map(([, at, port]) => `${at} ${port}`),
    ).toEqual(["127.0.0.1", "203.0.113.7", "2001:db8::7"].map((at) => `${at} ${studio.relay.port}`));
  });
});

const hasIpv6 = await Bun.udpSocket({ hostname: "::1" }).then(
  (socket) => {
    socket.close();
    return true;
  },
  () => false,
);
test.if(hasIpv6)("a relay that listens everywhere is reached over IPv4 too, and says so", async () => {
  await using studio = await Studio.open({ host: "::" });
  const ann = await studio.talker("ann");
  const eve = await studio.listener("eve");
  // Address family 1, and the loopback of IPv4.
  expect([ann.stun[0]![25], ann.stun[0]!.readUInt32BE(28) ^ 0x2112a442]).toEqual([1, 0x7f00_0001]);
  ann.say({ payload: "over IPv4" });
  expect(await eve.hears(1)).toEqual(["over IPv4"]);
});

describe("a client whose address changes", () => {
  test("is followed with its next check, as a listener and as a talker", async () => {
    await using studio = await Studio.open();
    const ann = await studio.talker("ann");
    const eve = await studio.listener("eve");
    ann.say({ payload: "before" });
    expect(await eve.hears(1)).toEqual(["before"]);
    await Promise.all([ann.rebind(), eve.rebind()]);
    ann.say({ payload: "from an address that is not known" });
    await Promise.all([ann.check(), eve.check()]);
    ann.say({ payload: "after" });
    expect(await eve.hears(2)).toEqual(["before", "after"]);
    expect(eve.cameBy).toEqual([0, 1]);
  });

  test("is not followed for a check that only looks around, while its former path is alive", async () => {
    await using studio = await Studio.open();
    const ann = await studio.talker("ann");
    const eve = await studio.listener("eve");
    const received = () => eve.rtp.map(({ payload }) => payload.toString());
    await eve.rebind();
    await eve.check({ useCandidate: false });
    ann.say({ payload: "to the former" });
    await eve.hears(1);
    studio.clock.advance(6000);
    await eve.check({ useCandidate: false });
    ann.say({ payload: "to the latter" });
    await eve.hears(2);
    expect(received()).toEqual(["to the former", "to the latter"]);
    expect(eve.cameBy).toEqual([0, 1]);
  });
});

test("a check from a forged address takes nobody's path, and once they are gone it is free", async () => {
  await using studio = await Studio.open();
  const ann = await studio.talker("ann");
  const eve = await studio.listener("eve");
  const mallory = await studio.talker("mallory");
  const forged = { username: `${mallory.relayFragment}:${mallory.fragment}`, password: mallory.relayPassword };
  ann.ask(forged);
  ann.say({ payload: "still there" });
  expect(await eve.hears(1)).toEqual(["still there"]);
  expect(ann.stun).toHaveLength(1);
  studio.relay.leave("ann");
  await ann.check(forged);
  expect(ann.stun).toHaveLength(2);
});

describe("an ICE restart", () => {
  test("gives new credentials, and keeps the keys", async () => {
    await using studio = await Studio.open();
    const ann = await studio.talker("ann");
    const eve = await studio.listener("eve");
    const former = { username: `${eve.relayFragment}:${eve.fragment}`, password: eve.relayPassword };
    eve.renew();
    await eve.offer();
    expect(eve.relayFragment).not.toBe(former.username.split(":")[0]!);
    expect(eve.relayPassword).not.toBe(former.password);
    // Until the new ones are used the old ones are good.
    await eve.check(former);
    await eve.rebind();
    await eve.check();
    ann.say({ payload: "on" });
    expect(await eve.hears(1)).toEqual(["on"]);
    eve.ask(former);
    const last = await eve.check();
    expect(eve.stun.at(-1)).toEqual(last);
    expect(eve.stun).toHaveLength(3 + 1);
    expect(studio.changes.filter(({ kind }) => kind === "stream")).toHaveLength(1);
  });

  test("by a client that begins anew with the same certificate leads to a new handshake, in place of the old one", async () => {
    await using studio = await Studio.open();
    const ann = await studio.talker("ann");
    const eve = await studio.listener("eve");
    ann.say({ payload: "old" });
    await eve.hears(1);
    for (const client of [ann, eve]) {
      client.renew();
      await client.rebind();
      await client.offer();
      await client.check();
      await client.handshake();
    }
    await eve.offer();
    await eve.offer();
    expect([...eve.heard.values()]).toEqual(["stream-ann"]);
    ann.say({ payload: "new" });
    expect(await eve.hears(2)).toEqual(["old", "new"]);
    expect(studio.changes.map((change) => change.kind === "stream" && change.live)).toEqual([true, false, true]);
  });
});

describe("bounds", () => {
  test("only so many handshakes are under way at once, and there is room again when they are given up", async () => {
    await using studio = await Studio.open();
    const hello = await helloOf(studio);
    const crowd = await Promise.all(Array.from({ length: 66 }, (_, n) => studio.stranger(`crowd-${n}`)));
    for (const one of crowd) {
      await one.offer();
      await one.check();
      one.send(hello);
    }
    const answered = () => crowd.filter(({ raw }) => raw.length > 0);
    await crowd[0]!.until(() => crowd[0]!.raw.length > 0);
    for (const one of crowd) await one.check();
    expect(answered()).toHaveLength(64);
    studio.clock.advance(HANDSHAKE_TIMES);
    const late = await studio.talker("late");
    expect(late.dtls.isConnected).toBe(true);
    expect(studio.changes).toEqual([{ kind: "stream", session: "late", room: "lobby", live: true }]);
  }, 20_000);

  test("a client that comes from ever new addresses is followed to each", async () => {
    await using studio = await Studio.open();
    const ann = await studio.talker("ann");
    const eve = await studio.listener("eve");
    for (let n = 0; n < 40; n++) {
      await eve.rebind();
      await eve.check();
      ann.say({ payload: String(n) });
      await eve.hears(n + 1);
    }
    expect(eve.cameBy).toEqual(Array.from({ length: 40 }, (_, n) => n + 1));
  });

  test("only so many addresses of a client are known at once", async () => {
    await using studio = await Studio.open();
    const ann = await studio.talker("ann");
    for (let n = 0; n < 40; n++) {
      await ann.rebind();
      await ann.check();
    }
    for (const which of [0, 10, 20, 30, 38]) ann.sendFrom(which, ann.packet());
    // A check comes behind them and tells that they have been read.
    await ann.check();
    expect(studio.flow("ann")!.received).toBe(2);
  });

  test("a client that is up begins no other handshake, as long as it has not restarted ICE", async () => {
    await using studio = await Studio.open();
    const hello = await helloOf(studio);
    const ann = await studio.talker("ann");
    const { length } = ann.raw;
    ann.send(hello);
    await ann.check();
    expect(ann.raw).toHaveLength(length);
  });

  test("a client that was let go is not talked to", async () => {
    await using studio = await Studio.open();
    const hello = await helloOf(studio);
    const [ann, bob] = [await studio.stranger("ann"), await studio.stranger("bob")];
    for (const client of [ann, bob]) {
      await client.offer();
      await client.check();
    }
    studio.relay.leave("ann");
    ann.send(hello);
    bob.send(hello);
    await bob.until(() => bob.raw.length > 0);
    expect(ann.raw).toEqual([]);
  });
});

/** The first datagram of werift's client. */
async function helloOf(studio: Studio): Promise<Buffer> {
  const one = await studio.stranger("one");
  const sent = Promise.withResolvers<Buffer>();
  const client = new TestDtlsClient(one.papers, sent.resolve);
  void client.connect().catch(() => {});
  const hello = await sent.promise;
  client.inner.close();
  return hello;
}

test("a seat with a stream that is no token is refused", async () => {
  await using studio = await Studio.open();
  const ann = await studio.stranger("ann");
  for (const stream of ["", "two words", "x".repeat(65), "a\r\nb"])
    await expect(studio.relay.answer({ ...seat("ann"), stream }, "publish", ann.makeOffer())).rejects.toThrow(/token/);
});
