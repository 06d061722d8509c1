import { expect, test } from "bun:test";
import { consoleActor, type Parts } from "../../src/app.ts";
import { createChannel } from "../../src/domain/channels/create-channel.ts";
import { sendMessage } from "../../src/domain/messages/send-message.ts";
import { indexSearch } from "../../src/domain/search/index-words.ts";
import { searchMessages } from "../../src/domain/search/search-messages.ts";
import { fts5Query, holds, indexedText, soughtIn, tsQuery } from "../../src/domain/search/words.ts";
import { deleteChannel } from "../../src/domain/channels/delete-channel.ts";
import { listChannels } from "../../src/domain/channels/list-channels.ts";
import { FIRST_CHANNELS } from "../../src/domain/community/first.ts";
import { deleteMessage } from "../../src/domain/messages/delete-message.ts";
import { editMessage } from "../../src/domain/messages/edit-message.ts";
import { insertMessage } from "../../src/domain/messages/statements.ts";
import { createThread } from "../../src/domain/threads/create-thread.ts";
import { openSqlite } from "../../src/storage/sqlite.ts";
import { Batch } from "../../src/storage/store.ts";
import { Random } from "../fuzz/random.ts";
import { putTextChannel } from "../support/text-channel.ts";
import { type SomeSettings, testApp } from "../support/world.ts";

async function searching(contents: readonly string[], settings: SomeSettings = {}, parts: Partial<Parts> = {}) {
  const app = await testApp(settings, parts);
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

test("in a forum all its threads are searched", async () => {
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
  expect(await it.find("needle 0", "ideas")).toEqual(["needle 0"]);
  expect(await it.find("needle")).toEqual([]);
});

test("more words than anybody types are refused, also if there is no space between them", async () => {
  await using it = await searching([]);
  for (const query of ["w ".repeat(33), "w.".repeat(33)])
    await expect(it.find(query)).rejects.toMatchObject({ code: "too-large", reason: "message.search-words" });
});

test("a query is the same in the language of each database", () => {
  const sought = soughtIn(`it's "a" c:\\x 5 Élan`);
  expect(fts5Query("01-aa", 36, sought)).toBe(
    `"01aa10_it 01aa10_s"* AND "01aa10_a" AND "01aa10_c 01aa10_x"* AND "01aa10_5" AND "01aa10_elan"*`,
  );
  expect(tsQuery(sought)).toBe(`'it''s':* & '"a"' & 'c:\\\\x':* & '5' & 'Elan':*`);
});

test("a text is taken apart as a query is", () => {
  expect(indexedText("01-aa", 32_768 * 36, "It's the ΣΑΣ, Straße हिन्दी ½ 🎉 日本 a_b").split(" ").map((word) => word.slice(7))).toEqual(
    ["it", "s", "the", "σασ", "straße", "हिन्दी", "1", "2", "日本", "a", "b", ""],
  ); // prettier-ignore
  for (const [text, query, found] of [
    ["it's here", "it's", true],
    ["it is s", "it's", false],
    ["here it sat", "it's", true],
    ["here it", "it's", false],
    ["one two", "tw on", true],
    ["one two", "wo", false],
    ["one", "one one", true],
    ["plan b", "b", true],
    ["plan bee", "b", false],
  ] as const)
    expect(`${query} in ${text}: ${holds(text, soughtIn(query))}`).toBe(`${query} in ${text}: ${found}`);
});

test("messages that come and change while others are being indexed are found as they are", async () => {
  await using it = await searching(["first"]);
  const { kernel } = it.app;
  const { message: changed } = await kernel.invoke(sendMessage, it.actor, { channel: "general", content: "before" });
  const { message: gone } = await kernel.invoke(sendMessage, it.actor, { channel: "general", content: "fleeting" });
  await insert(
    it,
    Array.from({ length: 1000 }, (_, nth) => `filler ${nth}`),
  );
  const indexing = kernel.invoke(indexSearch, it.actor, {});
  await kernel.invoke(editMessage, it.actor, { channel: "general", id: changed.id, content: "after" });
  await kernel.invoke(deleteMessage, it.actor, { channel: "general", id: gone.id });
  await kernel.invoke(sendMessage, it.actor, { channel: "general", content: "newest" });
  expect(await it.find("newest")).toEqual(["newest"]);
  await indexing;
  expect([await it.find("before"), await it.find("after"), await it.find("fleeting")]).toEqual([[], ["after"], []]);
});

/** Messages as if they had been sent; on SQLite with `message.n` going on from `from`, as if many had been sent before. */
async function insert({ app, actor }: Awaited<ReturnType<typeof searching>>, contents: readonly string[], from?: number) {
  const { store } = app.kernel.world;
  const channel = (await app.kernel.invoke(listChannels, actor, {})).channels.find(({ name }) => name === "general")!.id;
  if (from !== undefined && store.dialect === "sqlite")
    await store.exec(`update sqlite_sequence set seq = ${from} where name = 'message'`);
  const none = { replyTo: null, replyAuthor: null, replyPing: 0, embeds: null, extra: null, nonce: null };
  const batch = new Batch();
  for (const content of contents)
    batch.add(insertMessage, { id: app.kernel.world.id(), channel, place: channel, author: "x", content, at: 1, ...none });
  await store.commit(batch);
}

test("among many messages the newest are found, whatever words are frequent or rare together and wherever they stand", async () => {
  await using it = await searching([], { limits: { search_results: 50 } });
  const random = new Random(1);
  const all: string[] = [];
  /** Words whose frequency differs, and differs over time; some begin alike. */
  const message = (age: number) =>
    [
      "every",
      ...(random.fraction() < 0.7 ? ["often"] : ["seldomer"]),
      ...(random.fraction() < 0.3 ? ["ofter"] : []),
      ...(random.fraction() < 0.01 ? ["seldom"] : []),
      ...(random.fraction() < 0.003 ? ["rare"] : []),
      ...(age === 2 ? ["once"] : []),
      ...(age > 1 ? ["lately"] : ["early"]),
      `n${random.int(0, 400)}`,
    ].join(" ");
  for (let age = 0; age < 5; age++) {
    const some = Array.from({ length: age === 4 ? 20 : 600 }, () => message(age));
    await insert(it, some, age * 50_000);
    all.push(...some);
  }
  const holding = (query: string) =>
    all
      .filter((text) => query.split(" ").every((sought) => text.split(" ").some((word) => word.startsWith(sought))))
      .toReversed();
  const queries = ["every", "often", "of", "seldom", "rare", "once", "nothing", "n1", "n399"];
  const others = [
    "every",
    "of",
    "often",
    "ofter",
    "seldom",
    "seldomer",
    "rare",
    "ra",
    "once",
    "early",
    "lately",
    "nothing",
    "n1",
    "n39",
  ];
  for (const one of others) for (const two of others) queries.push(`${one} ${two}`, `${one} every ${two}`);
  for (const query of queries) {
    it.app.clock.advance(60_000);
    expect(await it.find(query), query).toEqual(holding(query).slice(0, 50));
  }
});

test("on SQLite whoever sends a message while a long search goes on need not wait for its end", async () => {
  await using it = await searching([], {}, { store: openSqlite(":memory:") });
  const some = Array.from({ length: 300 }, (_, nth) => (nth % 2 ? "left" : "right"));
  for (let age = 0; age < 5; age++) await insert(it, some, age * 50_000);
  expect(await it.find("left")).toHaveLength(30);
  const order: string[] = [];
  const found = it.find("left right").then((messages) => order.push(`found ${messages.length}`));
  const sent = it.app.kernel.invoke(sendMessage, it.actor, { channel: "general", content: "up" }).then(() => order.push("sent"));
  await Promise.all([found, sent]);
  expect(order).toEqual(["sent", "found 0"]);
});

test("what is found in a channel is another's neither by an id that ends alike nor after it was emptied", async () => {
  await using it = await searching([]);
  const { store } = it.app.kernel.world;
  const channels = ["xgeneral-chat", "ygeneral-chat"];
  for (const id of channels) await putTextChannel(store, it.app.community.id, { id, name: id, position: 9, rules: FIRST_CHANNELS[0]!.rules, at: 1, seed: `seed of ${id}` }); // prettier-ignore
  for (let nth = 0; nth < 40; nth++) {
    it.app.clock.advance(60_000);
    for (const channel of channels)
      await it.app.kernel.invoke(sendMessage, it.actor, { channel, content: `needle ${channel} ${nth}` });
  }
  it.app.clock.advance(60_000);
  for (const channel of channels) {
    const found = await it.find("needle", channel);
    expect(found).toHaveLength(30);
    expect(found.every((content) => content.startsWith(`needle ${channel}`))).toBe(true);
  }
  await it.app.kernel.invoke(deleteChannel, it.actor, { channel: channels[1]! });
  expect(await it.find("needle", channels[0])).toHaveLength(30);
});
