import { expect, test } from "bun:test";
import { TestDoor } from "../../support/originchats.ts";
import { newChannel, OPEN } from "../../support/scene.ts";
import { testApp } from "../../support/world.ts";

// deviation: thread-unreads
test("unreads_get names the threads one takes part in the way the web client does, after the channels", async () => {
  await using app = await testApp();
  await newChannel(app, "ideas", { ...OPEN, create_thread: ["user"] }, { kind: "forum" });
  const door = new TestDoor(app);
  const [alice, bob] = [await door.signedIn("alice"), await door.signedIn("bob")];
  await alice.arrived();
  const [{ thread }] = (await alice.ask({ cmd: "thread_create", channel: "ideas", name: "one" })) as [any];
  const key = `thread:${thread.id}`;
  const unreads = async (client: typeof alice) => (await client.ask({ cmd: "unreads_get" })).at(-1)!["unreads"];
  expect(await unreads(alice)).toEqual({
    general: { last_read: null, unread_count: 1, total_messages: 1 },
    [key]: { last_read: null, unread_count: 1, total_messages: 1 },
  });
  await bob.arrived();
  expect(Object.keys(await unreads(bob))).toEqual(["general"]);
  await alice.ask({ cmd: "messages_get", thread_id: thread.id });
  expect((await unreads(alice))[key]).toEqual({
    last_read: thread.last_message_id,
    unread_count: 0,
    total_messages: 1,
  });
});
