import { expect, test } from "bun:test";
import { consoleActor } from "../../src/app.ts";
import { sendMessage } from "../../src/domain/messages/send-message.ts";
import { refusal } from "../support/scene.ts";
import { testApp } from "../support/world.ts";

const hooked = async () => {
  const app = await testApp();
  const say = async (content: string) =>
    (await app.kernel.invoke(sendMessage, consoleActor(app.community.id), { channel: "general", content })).message.content;
  const append = (letter: string) => (call: { input: any }) => ({ ...call.input, content: `${call.input.content} ${letter}` });
  return { app, say, append };
};

test("hooks stand in the order of their priority, then of their names, and each gets what the one before it gave", async () => {
  const { app, say, append } = await hooked();
  await using _ = app;
  app.kernel.before("message.send", append("b"), { priority: 0, by: "b" });
  app.kernel.before("message.send", append("last"), { priority: -1, by: "a" });
  app.kernel.before("message.send", append("a"), { priority: 0, by: "a" });
  app.kernel.before("message.send", append("first"), { priority: 5, by: "z" });
  expect(await say("said:")).toBe("said: first a b last");
});

test("what a hook gives is checked like any input before the next one sees it", async () => {
  const { app, say } = await hooked();
  await using _ = app;
  let seen = false;
  app.kernel.before("message.send", () => ({ channel: "general", content: "x".repeat(2001) }), { priority: 1, by: "a" });
  app.kernel.before("message.send", () => void (seen = true), { priority: 0, by: "b" });
  expect(await refusal(say("short"))).toMatchObject({ code: "too-large", reason: "message.content" });
  expect(seen).toBe(false);
});

test("a hook that is taken back is gone, and nothing is left of it", async () => {
  const { app, say, append } = await hooked();
  await using _ = app;
  const undo = [
    app.kernel.before("message.send", append("a"), { priority: 0, by: "a" }),
    app.kernel.after("message.send", () => {}, { priority: 0, by: "a" }),
  ];
  expect(app.kernel.additions).toBe(2);
  for (const take of undo) take();
  expect(app.kernel.additions).toBe(0);
  expect(await say("said")).toBe("said");
});
