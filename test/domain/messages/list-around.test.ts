import { expect, test } from "bun:test";
import { COUNTED, listAround } from "../../../src/domain/messages/list-around.ts";
import { listMessages } from "../../../src/domain/messages/list-messages.ts";
import { Batch, write } from "../../../src/storage/store.ts";
import { newChannel, newMember, refusal } from "../../support/scene.ts";
import { type TestApp, testApp } from "../../support/world.ts";

const fill = write<{ channel: string; count: number }>(
  `with recursive i (k) as (select 1 union all select k + 1 from i where k < :count)
   insert into message (id, channel, place, author, content, at, reply_ping)
   select 'm' || k, :channel, :channel, 'somebody', 'line ' || k, k, 0 from i`,
);
/** A channel of `count` messages `m1`, `m2`, … after the one that opens it. */
async function longChannel(app: TestApp, count: number): Promise<string> {
  const channel = await newChannel(app, "long");
  await app.kernel.world.store.commit(new Batch().add(fill, { channel, count }));
  return channel;
}

test("positions are counted from the oldest message, and only the first is at 0", async () => {
  await using app = await testApp();
  const alice = await newMember(app, "alice");
  await longChannel(app, 300);
  const around = (id: string, older: number, newer: number) =>
    app.kernel.invoke(listAround, alice, { channel: "long", id, older, newer });
  expect((await around("m100", 99, 0)).start).toBe(1);
  const first = await around("m100", 100, 0);
  expect([first.start, first.messages.length, first.messages.at(-1)!.id]).toEqual([0, 101, "m100"]);
  const last = await around("m250", 0, 200);
  expect([last.start, last.messages.length, last.messages.at(-1)!.id]).toEqual([250, 51, "m300"]);
  expect((await around("m250", 0, 0)).messages.map(({ id }) => id)).toEqual(["m250"]);
});

// deviation: around-counted
test("beyond the count's end a position is said to be there, never at the beginning", async () => {
  await using app = await testApp();
  const alice = await newMember(app, "alice");
  await longChannel(app, COUNTED + 10);
  const start = async (id: string) =>
    (await app.kernel.invoke(listAround, alice, { channel: "long", id, older: 0, newer: 0 })).start;
  expect(await start(`m${COUNTED - 1}`)).toBe(COUNTED - 1);
  expect(await start(`m${COUNTED + 10}`)).toBe(COUNTED);
});

test("a message of another channel has no neighbours here", async () => {
  await using app = await testApp();
  const alice = await newMember(app, "alice");
  await longChannel(app, 3);
  const no = await refusal(app.kernel.invoke(listAround, alice, { channel: "general", id: "m2" }));
  expect([no.code, no.reason]).toEqual(["not-found", "message"]);
});

test("a page skips what it is told to, newest first out, oldest first in", async () => {
  await using app = await testApp();
  const alice = await newMember(app, "alice");
  await longChannel(app, 30);
  const { messages } = await app.kernel.invoke(listMessages, alice, { channel: "long", skip: 10, limit: 3 });
  expect(messages.map(({ id }) => id)).toEqual(["m18", "m19", "m20"]);
});
