import { expect, test } from "bun:test";
import { deleteMessage } from "../../../src/domain/messages/delete-message.ts";
import { editMessage } from "../../../src/domain/messages/edit-message.ts";
import { indexSearch, SLICE } from "../../../src/domain/search/index-words.ts";
import { consoleActor } from "../../../src/app.ts";
import { sendMessage } from "../../../src/domain/messages/send-message.ts";
import { searchMessages } from "../../../src/domain/search/search-messages.ts";
import { openSqlite } from "../../../src/storage/sqlite.ts";
import { read } from "../../../src/storage/store.ts";
import { newMember } from "../../support/scene.ts";
import { testApp } from "../../support/world.ts";

test("on SQLite the words of a message are found until it is changed or deleted, whether that was before or after they were indexed", async () => {
  await using app = await testApp({}, { store: openSqlite(":memory:") });
  const alice = await newMember(app, "alice");
  const found = async (query: string) =>
    (await app.kernel.invoke(searchMessages, consoleActor(app.community.id), { channel: "general", query })).messages.map(
      ({ id }) => id,
    );
  const send = (content: string, nonce: string) => app.kernel.invoke(sendMessage, alice, { channel: "general", content, nonce });
  const sent = await Promise.all([send("red", "1"), send("green", "1"), send("blue", "2")]);
  const [red, , blue] = sent.map(({ message }) => message.id) as [string, string, string];
  const early = await send("orange violet", "3");
  await app.kernel.invoke(editMessage, alice, { channel: "general", id: early.message.id, content: "violet" });
  const never = await send("grey", "4");
  await app.kernel.invoke(deleteMessage, alice, { channel: "general", id: never.message.id });
  const index = () => app.kernel.invoke(indexSearch, consoleActor(app.community.id), {});
  expect((await index()).indexed).toBeGreaterThan(3);
  expect(await index()).toEqual({ indexed: 0, more: false });
  expect([await found("orange"), await found("violet"), await found("grey")]).toEqual([[], [early.message.id], []]);
  expect([await found("red"), await found("green"), await found("blue")]).toEqual([[red], [], [blue]]);
  await app.kernel.invoke(editMessage, alice, { channel: "general", id: red, content: "yellow" });
  expect([await found("red"), await found("yellow")]).toEqual([[], [red]]);
  await app.kernel.invoke(deleteMessage, alice, { channel: "general", id: red });
  expect([await found("yellow"), await found("blue")]).toEqual([[], [blue]]);
});

const indexedUpTo = read<Record<never, never>, { n: number }>(
  { sqlite: `select n from message_text_reach`, postgres: `select 0 as n where false` },
  "n",
);

test("a backlog is indexed a slice at a time, with others served in between", async () => {
  await using app = await testApp({ limits: { post_content: 10 } }, { store: openSqlite(":memory:") });
  const speaker = consoleActor(app.community.id);
  const { store } = app.kernel.world;
  const reached = async () => (await store.one(indexedUpTo, {}))!.n;
  const before = await reached();
  const send = () => app.kernel.invoke(sendMessage, speaker, { channel: "general", content: "word" });
  await Promise.all(Array.from({ length: SLICE + 1 }, send));
  const steps: number[] = [];
  app.clock.advance(5000);
  while (steps.length < 2) {
    await new Promise((go) => setImmediate(go));
    const at = await reached();
    if (at !== (steps.at(-1) ?? before)) steps.push(at);
    app.clock.advance(200);
  }
  expect(steps[1]! - steps[0]!).toBeLessThan(SLICE);
  expect(steps[0]! - before).toBeLessThanOrEqual(SLICE);
});
