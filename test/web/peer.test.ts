import { expect, test } from "bun:test";
import { type Leg, Peer } from "../../src/web/call/peer.ts";
import { FakeClock } from "../support/world.ts";

/** A connection of a browser, as far as a peer uses it. */
class FakeConnection extends EventTarget {
  connectionState = "new";
  localDescription: { sdp: string } | null = null;
  readonly done: string[] = [];
  constructor(readonly nth: number) {
    super();
  }
  async setLocalDescription(description?: { type: string }): Promise<void> {
    this.done.push(description?.type ?? "offer");
    this.localDescription = { sdp: `offer of ${this.nth}` };
  }
  async setRemoteDescription({ sdp }: { sdp: string }): Promise<void> {
    this.done.push(sdp);
  }
  close(): void {
    this.done.push("closed");
  }
  becomes(state: string): void {
    this.connectionState = state;
    this.dispatchEvent(new Event("connectionstatechange"));
  }
}

function trial(answered: Leg["answered"] = () => false) {
  const clock = new FakeClock();
  const connections: FakeConnection[] = [];
  const offers: { sdp: string; answer: (sdp: string) => void; refuse: (why: Error) => void }[] = [];
  const said: string[] = [];
  let prepared = 0;
  const peer = new Peer({
    leg: { prepare: () => void prepared++, answered },
    connect: () => connections[connections.push(new FakeConnection(connections.length + 1)) - 1] as unknown as RTCPeerConnection,
    after: (ms, act) => clock.after(ms, act),
    offer: (sdp) => new Promise((answer, refuse) => offers.push({ sdp, answer, refuse })),
    through: (isThrough) => said.push(isThrough ? "through" : "not through"),
    refused: (sentence) => said.push(sentence),
  });
  /** Until all that can happen now has happened. */
  const settled = () => new Promise((done) => setImmediate(done));
  return { peer, clock, connections, offers, said, settled, prepared: () => prepared };
}

test("one offer is on its way at a time, and what changed meanwhile goes into one more", async () => {
  const { peer, offers, settled, prepared } = trial();
  void peer.negotiate();
  void peer.negotiate();
  void peer.negotiate();
  await settled();
  expect(offers.length).toBe(1);
  void peer.negotiate();
  offers[0]!.answer("answer 1");
  await settled();
  expect(offers.length).toBe(2);
  offers[1]!.answer("answer 2");
  await settled();
  expect(offers.length).toBe(2);
  expect(prepared()).toBe(2);
});

test("an answer that lacks something is followed by another offer", async () => {
  let lacks = true;
  const { peer, offers, settled } = trial(() => lacks);
  void peer.negotiate();
  await settled();
  offers[0]!.answer("answer 1");
  await settled();
  lacks = false;
  offers[1]!.answer("answer 2");
  await settled();
  expect(offers.length).toBe(2);
});

test("a connection that fails is replaced by another after a while", async () => {
  const { peer, clock, connections, offers, said, settled } = trial();
  void peer.negotiate();
  await settled();
  offers[0]!.answer("answer");
  await settled();
  connections[0]!.becomes("connected");
  connections[0]!.becomes("failed");
  expect(said).toEqual(["through", "not through"]);
  expect(connections[0]!.done.at(-1)).toBe("closed");
  clock.advance(1000);
  await settled();
  expect(offers.map(({ sdp }) => sdp)).toEqual(["offer of 1", "offer of 2"]);
  // What the old one says does not count any more.
  connections[0]!.becomes("failed");
  clock.advance(60_000);
  await settled();
  expect(connections.length).toBe(2);
});

test("a connection that is unsteady is given some seconds to come back", async () => {
  const { peer, clock, connections, offers, settled } = trial();
  void peer.negotiate();
  await settled();
  offers[0]!.answer("answer");
  await settled();
  connections[0]!.becomes("disconnected");
  clock.advance(4000);
  connections[0]!.becomes("connected");
  clock.advance(60_000);
  await settled();
  expect(connections.length).toBe(1);
  connections[0]!.becomes("disconnected");
  clock.advance(5000);
  await settled();
  expect(connections.length).toBe(2);
});

test("a refused offer is taken back and made again on the same connection; a second refusal ends that", async () => {
  const { peer, clock, connections, offers, said, settled } = trial();
  void peer.negotiate();
  await settled();
  connections[0]!.connectionState = "connected";
  offers[0]!.refuse(new Error("Rate limited"));
  await settled();
  expect(connections[0]!.done).toEqual(["offer", "rollback"]);
  clock.advance(1000);
  await settled();
  offers[1]!.answer("answer");
  await settled();
  expect(said).toEqual(["Rate limited", "through"]);
  for (const at of [2, 3]) {
    void peer.negotiate();
    clock.advance(30_000);
    await settled();
    offers[at]!.refuse(new Error("no"));
    await settled();
  }
  expect(connections[0]!.done.at(-1)).toBe("closed");
  clock.advance(30_000);
  await settled();
  expect(connections.length).toBe(2);
});

test("a connection that fails while it takes an answer, and so never ends that, does not keep the next from being made", async () => {
  const { peer, clock, connections, offers, settled } = trial();
  void peer.negotiate();
  await settled();
  connections[0]!.setRemoteDescription = () => new Promise(() => {});
  offers[0]!.answer("answer");
  await settled();
  connections[0]!.becomes("failed");
  clock.advance(1000);
  await settled();
  expect(offers.map(({ sdp }) => sdp)).toEqual(["offer of 1", "offer of 2"]);
});

test("after its end nothing is offered any more, and a late answer changes nothing", async () => {
  const { peer, clock, connections, offers, said, settled } = trial();
  void peer.negotiate();
  await settled();
  peer.end();
  offers[0]!.answer("late");
  await settled();
  void peer.negotiate();
  clock.advance(60_000);
  await settled();
  expect(connections[0]!.done).toEqual(["offer", "closed"]);
  expect(offers.length).toBe(1);
  expect(said).toEqual([]);
});
