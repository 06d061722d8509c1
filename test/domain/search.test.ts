import { expect, test } from "bun:test";
import { consoleActor } from "../../src/app.ts";
import { createChannel } from "../../src/domain/channels/create-channel.ts";
import { sendMessage } from "../../src/domain/messages/send-message.ts";
import { fts5Query, soughtIn, tsQuery } from "../../src/domain/search/query.ts";
import { searchMessages } from "../../src/domain/search/search-messages.ts";
import { createThread } from "../../src/domain/threads/create-thread.ts";
import { type SomeSettings, testApp } from "../support/world.ts";

async function searching(contents: readonly string[], settings: SomeSettings = {}) {
  const app = await testApp(settings);
  const actor = consoleActor(app.community.id);
  for (const content of contents) await app.kernel.invoke(sendMessage, actor, { channel: "general", content });
  const find = async (query: string, channel = "general") =>
    (await app.kernel.invoke(searchMessages, actor, { channel, query })).messages.map(({ content }) => content);
  return { app, actor, find, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
}

const ODD = [
  `"`, `""`, `"""`, `'`, `a"`, `"a`, `a" OR "b`, `a*`, `*`, `**`, `^a`, `(`, `)`, `(a`, `a)`, `()`, `{a}`, `{`, `a:b`, `content:a`, `place:a`,
  `-a`, `- a`, `+a`, `a + b`, `a,b`, `AND`, `OR`, `NOT`, `NEAR`, `NEAR(a b)`, `NEAR(a b, 3)`, `a AND`, `OR a`, `NOT a`, `a NOT b`, `;`, `--`,
  `'; drop table message; --`, `\\`, `a\\`, `\\'`, `%`, `_`, `a:*`, `!a`, `a & b`, `a | b`, `a <-> b`, `&`, `|`, `<->`, `:*`, `\0`, `a\0b`, `\ud800`,
  `é`, `e\u0301`, `日本`, `🎉`, `👩‍💻`, `\u200b`, `\u202e`, `ﬁ`, `½`, `①`, `...`, `?!`, `@bob`, `#general`, `https://example.org/?a=b&c=d`,
]; // prettier-ignore

test("nothing that people type is query syntax: every odd query is answered", async () => {
  await using it = await searching(["a b c", "plain words"]);
  for (const query of ODD) {
    it.app.clock.advance(60_000);
    expect(Array.isArray(await it.find(query)), JSON.stringify(query)).toBe(true);
  }
});

test("an odd text is found again by its own words", async () => {
  for (const text of ODD.filter((one) => soughtIn(one).length > 0 && one === one.toWellFormed() && !one.includes("\0"))) {
    await using it = await searching([text]);
    expect(await it.find(text), JSON.stringify(text)).toContain(text);
  }
});

test("operators are words like others", async () => {
  await using it = await searching(["cats and dogs", "cats or dogs", "not near"]);
  expect(await it.find("cats OR nothing")).toEqual([]);
  expect(await it.find("cats OR dogs")).toEqual(["cats or dogs"]);
  expect(await it.find("cats AND")).toEqual(["cats and dogs"]);
  expect(await it.find("NOT near")).toEqual(["not near"]);
});

test("words match as beginnings, in any order and case, with or without accents; one letter only as a word", async () => {
  await using it = await searching(["The Café at Straße 5", "cafeteria", "plan b", "banana"]);
  expect(await it.find("CAFE")).toEqual(["cafeteria", "The Café at Straße 5"]);
  expect(await it.find("5 caf")).toEqual(["The Café at Straße 5"]);
  expect(await it.find("afe")).toEqual([]);
  expect(await it.find("b")).toEqual(["plan b"]);
  expect(await it.find("ba")).toEqual(["banana"]);
});

test("punctuation or emoji alone find nothing", async () => {
  await using it = await searching(["what?! 🎉", "..."]);
  for (const query of ["?!", "🎉", "...", "   ", "-"]) expect(await it.find(query)).toEqual([]);
});

test("only the channel asked about is searched, though the other's name stand in a message", async () => {
  await using it = await searching(["needle here"]);
  const { channel } = await it.app.kernel.invoke(createChannel, it.actor, { name: "other" });
  await it.app.kernel.invoke(sendMessage, it.actor, { channel: "other", content: "needle there" });
  const place = channel.id.replaceAll("-", "");
  await it.app.kernel.invoke(sendMessage, it.actor, { channel: "general", content: `needle ${place}` });
  expect(await it.find("needle")).toEqual([`needle ${place}`, "needle here"]);
  expect(await it.find("needle", "other")).toEqual(["needle there"]);
  expect(await it.find(`place:${place}`, "other")).toEqual([]);
});

test("the newest come first, as many as the settings say", async () => {
  await using it = await searching(Array.from({ length: 60 }, (_, i) => `word ${i}`), { limits: { search_results: 50 } }); // prettier-ignore
  const found = await it.find("word");
  expect(found).toHaveLength(50);
  expect(found[0]).toBe("word 59");
});

test("in a forum its newest hundred threads are searched", async () => {
  await using it = await searching([], { limits: { search_results: 50 } });
  const { kernel } = it.app;
  await kernel.invoke(createChannel, it.actor, { name: "ideas", kind: "forum" });
  for (let nth = 0; nth <= 100; nth++) {
    it.app.clock.advance(60_000);
    const { thread } = await kernel.invoke(createThread, it.actor, { channel: "ideas", name: `thread ${nth}` });
    await kernel.invoke(sendMessage, it.actor, { thread: thread.id, content: `needle ${nth}` });
  }
  it.app.clock.advance(60_000);
  expect(await it.find("needle", "ideas")).toHaveLength(50);
  expect(await it.find("needle 1", "ideas")).toEqual(["needle 1"]);
  expect(await it.find("needle 0", "ideas")).toEqual([]);
});

test("more words than anybody types are refused", async () => {
  await using it = await searching([]);
  await expect(it.find("w ".repeat(21))).rejects.toMatchObject({ code: "too-large", reason: "message.search-words" });
});

test("a query is the same in the language of each database", () => {
  const sought = soughtIn(`it's "a" c:\\x 5`);
  expect(fts5Query(["01-aa", "02"], sought)).toBe(
    `place:("01aa" OR "02") AND content:("it's"* AND """a"""* AND "c:\\x"* AND "5")`,
  );
  expect(tsQuery(sought)).toBe(`'it''s':* & '"a"':* & 'c:\\\\x':* & '5'`);
});
