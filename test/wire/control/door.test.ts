import { expect, test } from "bun:test";

import { type App, consoleActor } from "../../../src/app.ts";
import { controlDoor } from "../../../src/wire/control/door.ts";
import { operations } from "../../../src/domain/index.ts";
import { operation } from "../../../src/kernel/operation.ts";
import { testApp } from "../../support/world.ts";
import { z } from "zod";

async function door(app: App & { log: any }) {
  const unused = () => {
    throw new Error("not asked for here");
  };
  return controlDoor({
    kernel: app.kernel,
    log: app.log,
    actor: (name) => consoleActor(app.community.id, name),
    watched: { subscribe: unused, snapshot: unused, stats: unused, flows: unused, timers: { every: unused, after: unused } },
    status: unused,
    metrics: () => app.figures.text(),
    stop: unused,
    reload: unused,
  });
}
const post = (path: string, body = "", headers: Record<string, string> = {}) =>
  new Request(`http://localhost${path}`, { method: "POST", body, headers });

test("every operation of the registry can be called by its name, and is listed with its schemas", async () => {
  await using app = await testApp();
  const ask = await door(app);
  const listed = (await (await ask(new Request("http://localhost/operations"))).json()) as { name: string; input: object }[];
  expect(listed.map(({ name }) => name)).toEqual(operations.map(({ name }) => name));
  for (const { name } of listed) {
    const answer = await ask(post(`/call/${name}`, "[]"));
    const body = (await answer.json()) as { error?: { reason: string } };
    expect(body.error?.reason, name).not.toBe("operation");
    expect(answer.status, name).toBeLessThan(500);
  }
});

test("a refusal comes with its status, code, reason and facts", async () => {
  await using app = await testApp();
  const answer = await (await door(app))(post("/call/message.list", `{"channel":"nowhere"}`));
  expect(answer.status).toBe(404);
  expect(await answer.json()).toEqual({ error: { code: "not-found", reason: "channel", facts: { channel: "nowhere" } } });
});

test.each([
  ["/call/no.such", "", 404, "operation"],
  ["/call/message.list", "{", 400, "control.json"],
  ["/call/../etc/passwd", "", 404, "control.path"],
  ["/call/__proto__", "", 404, "control.path"],
  ["/call/constructor", "", 404, "operation"],
  ["/call/message.list", `{"channel":7}`, 400, "message.list"],
  ["/nothing", "", 404, "control.path"],
])("the request %s %s is refused with %i %s", async (path, body, status, reason) => {
  await using app = await testApp();
  const answer = await (await door(app))(post(path, body));
  expect(answer.status).toBe(status);
  expect(((await answer.json()) as { error: { reason: string } }).error.reason).toBe(reason);
});

test("a bug is an incident: the caller gets a number, the log under that number the rest", async () => {
  await using app = await testApp();
  const ask = await door(app);
  const broken = operation({
    name: "message.list",
    summary: "",
    input: () => z.any(),
    output: () => z.any(),
    access: {},
    run: async () => {
      throw new Error("a secret of the implementation");
    },
  });
  app.kernel.invoke = ((_: unknown, actor: never, input: never) =>
    Object.getPrototypeOf(app.kernel).invoke.call(app.kernel, broken, actor, input)) as never;
  const answer = await ask(post("/call/message.list", `{"channel":"general"}`));
  expect(answer.status).toBe(500);
  const { incident, ...rest } = (await answer.json()) as { incident: string };
  expect(rest).toEqual({});
  expect(app.log.lines.at(-1)).toMatchObject({ level: "error", event: "request.failed", fields: { incident, wire: "control" } });
});

test("who calls is named by what they say of themselves, unless that is no name", async () => {
  await using app = await testApp();
  const ask = await door(app);
  const names: string[] = [];
  app.kernel.after("channel.list", ({ actor }) => void names.push(actor.name), { priority: 0, by: "test" });
  await ask(post("/call/channel.list", "", { "chat-user": "J%C3%BCrgen" }));
  await ask(post("/call/channel.list", "", { "chat-user": "a%0Ab" }));
  await ask(post("/call/channel.list", "", { "chat-user": "%" }));
  await ask(post("/call/channel.list"));
  expect(names).toEqual(["Jürgen", "console", "console", "console"]);
});

test("the figures are told in Prometheus' text, each with its help and kind", async () => {
  await using app = await testApp();
  const ask = await door(app);
  await ask(post("/call/message.send", `{"channel":"general","content":"hi"}`));
  const text = await (await ask(new Request("http://localhost/metrics"))).text();
  expect(text).toContain("# TYPE chat_messages_total counter\nchat_messages_total 1\n");
  expect(text).toContain(`chat_operations_total{outcome="done"}`);
  expect(text).toContain(`chat_acknowledgement_seconds_bucket{le="+Inf"} 1\n`);
  for (const line of text.trim().split("\n")) expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{\w+="[^"]*"\})? [\d.e+-]+)$/);
});
