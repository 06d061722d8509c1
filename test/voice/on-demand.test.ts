import { expect, test } from "bun:test";
import { RelayAway, type RelayChange } from "../../src/kernel/media-relay.ts";
import { RelayOnDemand } from "../../src/voice/on-demand.ts";
import { FakeRelay } from "../support/relay.ts";

const seat = { session: "s", room: "r", stream: "m" };

test("a relay is opened by the first offer, once for all who wait for it", async () => {
  let opened = 0;
  const inner = new FakeRelay();
  const gate = Promise.withResolvers<FakeRelay>();
  await using relay = new RelayOnDemand(() => {
    opened++;
    return gate.promise;
  });
  relay.silence("s", true);
  relay.leave("s");
  expect([opened, relay.flows(), relay.port]).toEqual([0, [], undefined]);
  const answers = Promise.all([relay.answer(seat, "publish", "one"), relay.answer(seat, "subscribe", "two")]);
  gate.resolve(inner);
  expect(await answers).toEqual(["answer to one", "answer to two"]);
  expect([opened, relay.port]).toEqual([1, 7000]);
  relay.silence("s", true);
  expect(inner.connections).toEqual(["one silenced", "two silenced"]);
  expect(relay.flows().map(({ session }) => session)).toEqual(["s"]);
  relay.leave("s");
  expect(inner.connections).toEqual([]);
});

test("who listened before it was opened hears what it says, until they no longer want to", async () => {
  const inner = new FakeRelay();
  await using relay = new RelayOnDemand(async () => inner);
  const heard: RelayChange[] = [];
  const stop = relay.hear((change) => heard.push(change));
  await relay.answer(seat, "publish", "one");
  inner.sayOf("one", { kind: "stream", live: true });
  stop();
  inner.sayOf("one", { kind: "stream", live: false });
  expect(heard).toEqual([{ kind: "stream", session: "s", room: "r", live: true }]);
});

test("one that could not be opened is tried anew at the next offer", async () => {
  let tries = 0;
  await using relay = new RelayOnDemand(async () => {
    if (++tries === 1) throw new RelayAway("no port");
    return new FakeRelay();
  });
  await expect(relay.answer(seat, "publish", "one")).rejects.toThrow("no port");
  expect(await relay.answer(seat, "publish", "two")).toBe("answer to two");
});

test("the end of it ends the relay that was opened, also one that is just opening", async () => {
  const ended: string[] = [];
  const inner = new FakeRelay();
  inner[Symbol.asyncDispose] = async () => void ended.push("relay");
  const gate = Promise.withResolvers<FakeRelay>();
  const relay = new RelayOnDemand(() => gate.promise);
  const answering = relay.answer(seat, "publish", "one");
  const ending = relay[Symbol.asyncDispose]();
  gate.resolve(inner);
  await Promise.all([answering, ending]);
  expect(ended).toEqual(["relay"]);
  const unused = new RelayOnDemand(() => Promise.reject(new Error("nobody wanted it")));
  await unused[Symbol.asyncDispose]();
});
