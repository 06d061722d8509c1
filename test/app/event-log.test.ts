import { expect, test } from "bun:test";
import { read } from "../../src/storage/store.ts";
import { TestDoor } from "../support/originchats.ts";
import { testApp } from "../support/world.ts";

const logged = read<{ part: string }, { n: number }>(`select count(*) as n from event where data like '%' || :part || '%'`, "n");
const DAY = 24 * 3_600_000;

test("the event log forgets what is older than a week, and nothing newer", async () => {
  await using app = await testApp();
  const alice = await new TestDoor(app).signedIn("alice");
  const say = async (content: string): Promise<string> =>
    ((await alice.ask({ cmd: "message_new", channel: "general", content })).at(-1) as any).message.id;
  const count = async (part: string) => (await app.kernel.world.store.one(logged, { part }))!.n;
  const yesteryear = await say("yesteryear");
  app.clock.time += 5 * DAY;
  const yesterday = await say("yesterday");
  expect([await count(yesteryear), await count(yesterday)]).toEqual([1, 1]);
  app.clock.time += 3 * DAY - 3_600_000;
  app.clock.advance(3_600_000);
  while (await count(yesteryear)) await new Promise((go) => setImmediate(go));
  expect(await count(yesterday)).toBe(1);
});

test("what people say is kept in their messages alone: edited or deleted, it is nowhere any more", async () => {
  await using app = await testApp();
  const alice = await new TestDoor(app).signedIn("alice");
  const [said] = (await alice.ask({ cmd: "message_new", channel: "general", content: "a rash word" })) as any[];
  await alice.ask({ cmd: "message_edit", channel: "general", id: said.message.id, content: "a kinder word" });
  const { store } = app.kernel.world;
  expect((await store.one(logged, { part: said.message.id }))!.n).toBeGreaterThan(1);
  expect((await store.one(logged, { part: "word" }))!.n).toBe(0);
});
