import { expect, test } from "bun:test";
import type { Connection, Link } from "../../src/wire/originchats/connection.ts";
import { Client, TestDoor } from "../support/originchats.ts";
import { giveRole } from "../support/roles.ts";
import { testApp } from "../support/world.ts";

/** Somebody signed in of whom is known which topics their transport was told. */
async function withTopics(app: Awaited<ReturnType<typeof testApp>>, name: string) {
  const topics: string[] = [];
  let connection: Connection | undefined;
  const link: Link = {
    address: "192.0.2.9",
    send: (frame) => client.hear(frame),
    subscribe: (topic) => void topics.push(topic),
    unsubscribe: (topic) => void topics.splice(topics.indexOf(topic), 1),
    close: () => {},
  };
  const line = { send: (text: string) => connection!.receive(text), leave: () => connection!.closed() };
  const client = new Client(name, line, () => app.hub.settled());
  connection = app.originchats.connect(link);
  await client.signIn();
  return { client, topics };
}

test("whoever may see the same shares one topic, however many channels there are, until that changes", async () => {
  await using app = await testApp();
  const owner = await new TestDoor(app).signedIn("olga");
  await giveRole(app, "olga", "owner");
  const [alice, bob] = [await withTopics(app, "alice"), await withTopics(app, "bob")];
  expect(alice.topics).toHaveLength(1);
  expect(bob.topics).toEqual(alice.topics);

  await giveRole(app, "alice", "admin");
  const hidden = { view: ["admin"], send: ["admin"] };
  await owner.ask({ cmd: "channel_create", name: "cellar", type: "text", permissions: hidden });
  await app.hub.settled();
  expect(alice.topics).toHaveLength(1);
  expect(bob.topics).toHaveLength(1);
  expect(bob.topics).not.toEqual(alice.topics);

  await owner.ask({ cmd: "channel_delete", name: "cellar" });
  await app.hub.settled();
  expect(bob.topics).toEqual(alice.topics);

  await alice.client.leave();
  expect(alice.topics).toEqual([]);
});
