import { expect, test } from "bun:test";
import { consoleActor } from "../../src/app.ts";
import { deleteMessage } from "../../src/domain/messages/delete-message.ts";
import { editMessage } from "../../src/domain/messages/edit-message.ts";
import { listMessages } from "../../src/domain/messages/list-messages.ts";
import { sendMessage } from "../../src/domain/messages/send-message.ts";
import { guardedFetch } from "../../src/net/guarded-fetch.ts";
import { openLine } from "../../src/net/line.ts";
import bridge from "../../plugins/discord-bridge/index.ts";
import { newMember } from "../support/scene.ts";
import { testApp } from "../support/world.ts";
import { Discord } from "./discord.ts";
import { plainParts, until } from "./support.ts";

const THERE = "123456789";
const CAROL = { id: "55", username: "carol", global_name: "Carol C.", avatar: "abc" };

async function scene() {
  const discord = new Discord();
  const bundled = [{ ...bridge, enabledByDefault: true, rights: { ...bridge.rights, hosts: [discord.host] } }];
  const app = await testApp(
    {
      plugins: {
        "discord-bridge": {
          token: "bot-token",
          gateway: discord.gateway,
          channels: [{ discord: THERE, channel: "general", webhook: discord.webhook }],
        },
      },
    },
    {
      plugins: plainParts({
        bundled,
        connect: (allow, url, handlers) => openLine(url, handlers, { allow }),
        fetch: async (allow, url, request) => {
          const answer = await guardedFetch({ allow })(url, request);
          return { status: answer.status, headers: Object.fromEntries(answer.headers), body: answer.text() };
        },
      }),
    },
  );
  const alice = await newMember(app, "alice");
  await until(() => app.log.lines.some(({ event }) => event === "bridge.connected"));
  const history = async () =>
    (await app.kernel.invoke(listMessages, consoleActor(app.community.id), { channel: "general" })).messages.slice(1);
  const say = async (content: string) => (await app.kernel.invoke(sendMessage, alice, { channel: "general", content })).message;
  return {
    app,
    discord,
    alice,
    history,
    say,
    /** A message at Discord, with what it says here. */
    hear: async (id: string, content: string, more = {}) => {
      const before = (await history()).length;
      discord.dispatch("MESSAGE_CREATE", { id, channel_id: THERE, content, author: CAROL, ...more });
      await until(async () => (await history()).length > before);
      return (await history()).at(-1)!;
    },
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]();
      await discord[Symbol.asyncDispose]();
    },
  };
}

test("it identifies itself, with the intents it needs, and beats", async () => {
  await using at = await scene();
  expect(at.discord.frames[0]).toMatchObject({ op: 2, d: { token: "bot-token", intents: 33_281 } });
  at.app.clock.advance(40_000);
  await until(() => at.discord.frames.some(({ op }) => op === 1));
  expect(at.discord.frames.at(-1)).toEqual({ op: 1, d: 1 });
});

test("what is said there is said here, under the name and picture from there, calling upon nobody; edits and deletions follow", async () => {
  await using at = await scene();
  const message = await at.hear("100", "hi <@66> @everyone <:wave:1>", { mentions: [{ id: "66", username: "dave" }] });
  expect(message).toMatchObject({
    content: "hi @\u200bdave @\u200beveryone :wave:",
    extra: { webhook: { name: "Carol C.", avatar: "https://cdn.discordapp.com/avatars/55/abc.png" } },
  });
  at.discord.dispatch("MESSAGE_UPDATE", { id: "100", channel_id: THERE, content: "changed", author: CAROL });
  await until(async () => (await at.history())[0]?.content === "changed");
  expect((await at.history())[0]).toMatchObject({ extra: { webhook: { name: "Carol C." } } });
  at.discord.dispatch("MESSAGE_DELETE", { id: "100", channel_id: THERE });
  await until(async () => (await at.history()).length === 0);
});

test("what is said here is said there, under the name from here, calling upon nobody; edits and deletions follow", async () => {
  await using at = await scene();
  const { id } = await at.say("hello @everyone");
  await until(() => at.discord.requests.length === 1);
  expect(at.discord.requests[0]).toEqual({
    method: "POST",
    path: "/api/webhooks/777/hook-secret",
    body: { content: "hello @\u200beveryone", username: "alice", allowed_mentions: { parse: [] } },
  });
  await at.app.kernel.invoke(editMessage, at.alice, { channel: "general", id, content: "better" });
  await until(() => at.discord.requests.length === 2);
  expect(at.discord.requests[1]).toMatchObject({ method: "PATCH", path: "/api/webhooks/777/hook-secret/messages/9001" });
  await at.app.kernel.invoke(deleteMessage, at.alice, { channel: "general", id });
  await until(() => at.discord.requests.length === 3);
  expect(at.discord.requests[2]).toMatchObject({ method: "DELETE", path: "/api/webhooks/777/hook-secret/messages/9001" });
});

test("nothing goes round: neither what the bridge said there comes back, nor what it said here", async () => {
  await using at = await scene();
  await at.hear("100", "from there");
  at.discord.dispatch("MESSAGE_CREATE", { id: "101", channel_id: THERE, content: "echo", author: CAROL, webhook_id: "777" });
  at.discord.dispatch("MESSAGE_CREATE", { id: "102", channel_id: THERE, content: "own", author: { ...CAROL, id: "4242" } });
  at.discord.dispatch("MESSAGE_CREATE", { id: "103", channel_id: "999999", content: "another channel", author: CAROL });
  await at.hear("104", "last");
  expect((await at.history()).map(({ content }) => content)).toEqual(["from there", "last"]);
  expect(at.discord.requests).toEqual([]);
});

test("a connection that is cut is taken up where it was, and what is told twice is said once", async () => {
  await using at = await scene();
  await at.hear("100", "before");
  at.discord.cut(4000);
  await until(() => at.app.clock.advance(1000) === undefined && at.discord.connections === 2);
  await until(() => at.discord.frames.at(-1)?.op === 6);
  expect(at.discord.frames.at(-1)).toEqual({ op: 6, d: { token: "bot-token", session_id: "session", seq: 2 } });
  await until(() => at.app.log.lines.filter(({ event }) => event === "bridge.connected").length === 2);
  at.discord.dispatch("MESSAGE_CREATE", { id: "100", channel_id: THERE, content: "before", author: CAROL });
  await at.hear("105", "after");
  expect((await at.history()).map(({ content }) => content)).toEqual(["before", "after"]);
});

test("a session that is over is begun anew; a wrong token is not tried again", async () => {
  await using at = await scene();
  at.discord.say(9, false);
  await until(() => at.app.clock.advance(1000) === undefined && at.discord.frames.filter(({ op }) => op === 2).length === 2);
  at.discord.cut(4004);
  await until(() => at.app.log.lines.some(({ event }) => event === "bridge.refused"));
  at.app.clock.advance(600_000);
  expect(at.discord.connections).toBe(2);
});

test("it waits as long as Discord asks, and loses nothing", async () => {
  await using at = await scene();
  at.discord.answers.push(Response.json({ retry_after: 3 }, { status: 429 }));
  await at.say("one");
  await at.say("two");
  await until(() => at.discord.requests.length === 1);
  const refusedAt = at.app.clock.time;
  const step = (requests: number) => () => {
    at.app.clock.advance(250);
    return at.discord.requests.length >= requests;
  };
  await until(step(2));
  expect(at.app.clock.time - refusedAt).toBeGreaterThanOrEqual(3000);
  await until(step(3));
  expect(at.discord.requests.map(({ body }) => body.content)).toEqual(["one", "one", "two"]);
});
