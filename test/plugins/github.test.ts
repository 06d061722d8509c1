import { expect, test } from "bun:test";
import { consoleActor } from "../../src/app.ts";
import { listMessages } from "../../src/domain/messages/list-messages.ts";
import { enablePlugin } from "../../src/domain/plugins/change-plugin.ts";
import type { Fetched, FetchRequest } from "../../src/plugins/host.ts";
import { bundled } from "../../plugins/index.ts";
import { testApp } from "../support/world.ts";
import { plainParts, until } from "./support.ts";

const push = (id: number, message: string) => ({
  id: String(id),
  type: "PushEvent",
  actor: { login: "octocat" },
  payload: { ref: "refs/heads/main", size: 1, commits: [{ message }] },
});
const star = (id: number) => ({ id: String(id), type: "WatchEvent", actor: { login: "fan" }, payload: { action: "started" } });

async function scene(feeds: object[]) {
  const github = { events: [push(1, "old")] as object[], status: 200, asked: [] as { url: string; request: FetchRequest }[] };
  const fetch = async (_allow: readonly string[], url: URL, request: FetchRequest): Promise<Fetched> => {
    github.asked.push({ url: url.href, request });
    const etag = `"${github.events.length}"`;
    if (request.headers?.["if-none-match"] === etag) return { status: 304, headers: {}, body: "" };
    return { status: github.status, headers: { etag }, body: JSON.stringify(github.events) };
  };
  const app = await testApp({ plugins: { github: { feeds, token: "secret" } } }, { plugins: plainParts({ bundled, fetch }) });
  const operator = consoleActor(app.community.id);
  await app.kernel.invoke(enablePlugin, operator, { name: "github" });
  return {
    app,
    github,
    /** Five minutes pass, and the feed has asked and told. */
    async pass() {
      const before = github.asked.length;
      app.clock.advance(300_000);
      await until(() => github.asked.length >= before + feeds.length);
      await app.plugins!.settled();
    },
    told: async () =>
      (await app.kernel.invoke(listMessages, operator, { channel: "general" })).messages.slice(1).map(({ content }) => content),
    [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
  };
}

test("what happens after the first look is told, once, oldest first; what was there before is not", async () => {
  await using at = await scene([{ repository: "octo/cat", channel: "general" }]);
  await at.pass();
  expect(await at.told()).toEqual([]);
  at.github.events = [star(12), push(10, "Fix @everyone\nand more"), push(1, "old")];
  await at.pass();
  await at.pass();
  expect(await at.told()).toEqual([
    "**octo/cat**: octocat pushed 1 commit to **main**: Fix @\u200beveryone",
    "**octo/cat**: fan starred it",
  ]);
  expect(at.github.asked[0]).toMatchObject({
    url: "https://api.github.com/repos/octo/cat/events?per_page=50",
    request: { headers: { authorization: "Bearer secret" } },
  });
});

test("only the events that were asked for are told, and a failing GitHub is survived", async () => {
  await using at = await scene([{ repository: "octo/cat", channel: "general", events: ["WatchEvent"] }]);
  await at.pass();
  at.github.status = 500;
  at.github.events = [star(12), push(10, "x"), push(1, "old")];
  for (let time = 0; time < 4; time++) await at.pass();
  expect(at.app.log.lines.filter(({ event }) => event === "github.failed")).toHaveLength(4);
  at.github.status = 200;
  await at.pass();
  expect(await at.told()).toEqual(["**octo/cat**: fan starred it"]);
});

test("many events at once are cut short", async () => {
  await using at = await scene([{ repository: "octo/cat", channel: "general" }]);
  await at.pass();
  at.github.events = Array.from({ length: 30 }, (_, index) => star(100 - index));
  await at.pass();
  const told = await at.told();
  expect(told).toHaveLength(11);
  expect(told.at(-1)).toContain("and 20 more");
});
