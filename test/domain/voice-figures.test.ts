import { expect, test } from "bun:test";
import { TestDoor } from "../support/originchats.ts";
import { FakeRelay } from "../support/relay.ts";
import { testApp } from "../support/world.ts";

const read = (text: string) =>
  Object.fromEntries(
    [...text.matchAll(/^chat_voice_(\S+) (\d+)$/gm)].map(([, name, value]) => [name!.replaceAll('"', ""), Number(value)]),
  );

async function scene() {
  const relay = new FakeRelay();
  const app = await testApp({}, { relay });
  const door = new TestDoor(app);
  const enter = async (name: string) => {
    const client = await door.signedIn(name);
    await client.ask({ cmd: "voice_join", channel: "voice", relay: true });
    await client.ask({ cmd: "voice_publish", sdp: name });
    return client;
  };
  const figures = () => {
    app.kernel.world.relay!.flows();
    return read(app.figures.text());
  };
  return { app, relay, enter, figures };
}

test("what is relayed is counted by direction, and goes on counting when somebody leaves or connects anew", async () => {
  const { app, relay, enter, figures } = await scene();
  await using _ = app;
  const [ann, bob] = [await enter("ann"), await enter("bob")];
  const [a, b] = [ann, bob].map(({ connection }) => connection.id) as [string, string];
  relay.measured.set(a, { received: 100, lost: 3, sent: 40, missed: 1, speaking: true });
  relay.measured.set(b, { received: 10, sent: 90 });
  const first = {
    connections: 2,
    speaking: 1,
    "packets_total{direction=in}": 110,
    "packets_total{direction=out}": 130,
    "lost_total{direction=in}": 3,
    "lost_total{direction=out}": 1,
  };
  expect(figures()).toEqual(first);
  expect(figures()).toEqual(first);
  // One of the lost came late, and then another never did.
  relay.measured.set(a, { received: 101, lost: 2, sent: 40, missed: 1 });
  figures();
  relay.measured.set(a, { received: 101, lost: 3, sent: 40, missed: 1 });
  expect(figures()).toMatchObject({ "lost_total{direction=in}": 3, speaking: 0, "packets_total{direction=in}": 111 });
  relay.measured.set(a, { received: 5 });
  expect(figures()).toMatchObject({ "packets_total{direction=in}": 116 });
  // What went since somebody looked last is not forgotten with who leaves.
  relay.measured.set(b, { received: 20, sent: 90 });
  await bob.ask({ cmd: "voice_leave" });
  expect(figures()).toMatchObject({ connections: 1, "packets_total{direction=in}": 126 });
  await ann.leave();
  expect(figures()).toMatchObject({ connections: 0, "packets_total{direction=in}": 126 });
});

test("a server in which nobody is in a call is not measured, however much is said", async () => {
  const { app, relay } = await scene();
  await using _ = app;
  const ann = await new TestDoor(app).signedIn("ann");
  for (let n = 0; n < 5; n++) await ann.ask({ cmd: "message_new", channel: "general", content: `${n}` });
  app.clock.advance(3_600_000);
  await app.hub.settled();
  expect(relay.asked).toBe(0);
});
