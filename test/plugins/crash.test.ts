import { describe, expect, test } from "bun:test";
import { consoleActor } from "../../src/app.ts";
import { sendMessage } from "../../src/domain/messages/send-message.ts";
import { reloadPlugins } from "../../src/domain/plugins/change-plugin.ts";
import { listPlugins } from "../../src/domain/plugins/list-plugins.ts";
import { newMember, refusal } from "../support/scene.ts";
import { FakeClock } from "../support/world.ts";
import { appWith, until } from "./support.ts";

const RIGHTS = { operations: ["message.send", "user.list", "channel.create"], events: ["message.created"], storage: 2000 };

async function scene(name: string, options = {}) {
  const watch = new FakeClock();
  const app = await appWith("in a thread", [{ name, rights: RIGHTS, options }], {}, { watchTimers: watch });
  const alice = await newMember(app, "alice");
  const shown = async () => (await app.kernel.invoke(listPlugins, consoleActor(app.community.id), {})).plugins[0]!;
  return {
    app,
    watch,
    shown,
    say: async (content: string) =>
      (await app.kernel.invoke(sendMessage, alice, { channel: "general", content })).message.content,
    crashes: () => app.log.lines.filter(({ event }) => event === "plugin.crashed").length,
    [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
  };
}

describe("a plugin in a thread", () => {
  test("that computes for ever is ended, holds nobody up, and is started again after a pause", async () => {
    await using at = await scene("probe");
    const said = at.say("spin");
    at.watch.advance(5000);
    at.watch.advance(5000);
    expect(await said).toBe("spin");
    expect(at.crashes()).toBe(1);
    expect((await at.shown()).state).toBe("stopped");
    expect(await at.say("loud")).toBe("loud");
    at.app.clock.advance(1000);
    await until(async () => (await at.shown()).state === "running");
    expect(await at.say("loud")).toBe("LOUD");
  });

  test("that answers is left alone", async () => {
    await using at = await scene("probe");
    for (let beat = 0; beat < 3; beat++) {
      at.watch.advance(5000);
      expect(await at.say("loud")).toBe("LOUD");
    }
    expect(at.crashes()).toBe(0);
  });

  test("that ends itself takes nothing with it; the third time it stays away and says why", async () => {
    await using at = await scene("quitter");
    for (const pause of [1000, 2000]) {
      expect(await at.say("exit")).toBe("exit");
      await until(() => at.app.kernel.additions === 0);
      at.app.clock.advance(pause);
      await until(async () => (await at.shown()).state === "running");
    }
    await at.say("exit");
    await until(() => at.app.happened.some(({ type }) => type === "plugin.stopped"));
    expect(at.crashes()).toBe(3);
    expect((await at.shown()).state).toBe("stopped");
    expect(at.app.happened.findLast(({ type }) => type === "plugin.stopped")?.data).toMatchObject({
      name: "quitter",
      failed: true,
    });
    await at.app.kernel.invoke(reloadPlugins, consoleActor(at.app.community.id), { name: "quitter" });
    expect(await at.say("loud")).toBe("LOUD");
  });

  test("that throws where nobody waits is started again", async () => {
    await using at = await scene("quitter");
    await at.say("throw later");
    await until(() => at.crashes() === 1);
    at.app.clock.advance(1000);
    await until(async () => (await at.shown()).state === "running");
  });

  test("that ends while it starts does not run, and a reload says so", async () => {
    await using at = await scene("quitter", { atStart: true });
    expect((await at.shown()).state).toBe("stopped");
    const reload = at.app.kernel.invoke(reloadPlugins, consoleActor(at.app.community.id), { name: "quitter" });
    expect(await refusal(reload)).toMatchObject({ code: "unavailable", reason: "plugin.broken" });
  });
});
