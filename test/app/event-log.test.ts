import { expect, test } from "bun:test";
import { read } from "../../src/storage/store.ts";
import { TestDoor } from "../support/originchats.ts";
import { testApp } from "../support/world.ts";

const logged = read<{ word: string }, { n: number }>(
  `select count(*) as n from event where type = 'message.created' and data like '%' || :word || '%'`,
  "n",
);
const DAY = 24 * 3_600_000;

test("the event log forgets what is older than a week, and nothing newer", async () => {
  await using app = await testApp();
  const alice = await new TestDoor(app).signedIn("alice");
  const count = async (word: string) => (await app.kernel.world.store.one(logged, { word }))!.n;
  await alice.ask({ cmd: "message_new", channel: "general", content: "yesteryear" });
  app.clock.time += 5 * DAY;
  await alice.ask({ cmd: "message_new", channel: "general", content: "yesterday" });
  expect([await count("yesteryear"), await count("yesterday")]).toEqual([1, 1]);
  app.clock.time += 3 * DAY - 3_600_000;
  app.clock.advance(3_600_000);
  while (await count("yesteryear")) await new Promise((go) => setImmediate(go));
  expect(await count("yesterday")).toBe(1);
});
