import { describe, expect, test } from "bun:test";
import { consoleActor } from "../../src/app.ts";
import { sendMessage } from "../../src/domain/messages/send-message.ts";
import { disablePlugin, enablePlugin, reloadPlugins } from "../../src/domain/plugins/change-plugin.ts";
import { listPlugins } from "../../src/domain/plugins/list-plugins.ts";
import { storedValue } from "../../src/domain/plugins/statements.ts";
import { listModlog } from "../../src/domain/moderation/read-modlog.ts";
import { callSlashCommand, listSlashCommands } from "../../src/domain/slash/call-slash-command.ts";
import type { Actor } from "../../src/kernel/operation.ts";
import { newMember, refusal } from "../support/scene.ts";
import type { TestApp } from "../support/world.ts";
import { appWith, type Fixture, MODES, type Mode, until } from "./support.ts";

const PROBE: Fixture = {
  name: "probe",
  rights: { operations: ["message.send", "user.list", "channel.create"], events: ["message.created"], storage: 2000 },
};

interface Scene extends AsyncDisposable {
  readonly app: TestApp;
  readonly alice: Actor;
  say(content: string): Promise<string>;
}
async function scene(mode: Mode, fixture = PROBE, settings = {}): Promise<Scene> {
  const app = await appWith(mode, [fixture], settings);
  const alice = await newMember(app, "alice");
  return {
    app,
    alice,
    say: async (content) => (await app.kernel.invoke(sendMessage, alice, { channel: "general", content })).message.content,
    [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
  };
}
const operator = (app: TestApp) => consoleActor(app.community.id);
const shown = async (app: TestApp) => (await app.kernel.invoke(listPlugins, operator(app), {})).plugins[0]!;
const named = (app: TestApp, type: string) => app.happened.filter((event) => event.type === type);

for (const mode of MODES)
  describe(`a plugin ${mode}`, () => {
    test("changes what is sent, and the change is checked like any input", async () => {
      await using at = await scene(mode);
      expect(await at.say("loud")).toBe("LOUD");
      expect(await at.say("who")).toBe("user alice");
      expect(await at.say("plain")).toBe("plain");
      expect(await refusal(at.say("invalid"))).toMatchObject({ code: "invalid-input" });
    });

    test("refuses with a sentence for whoever asked", async () => {
      await using at = await scene(mode);
      expect(await refusal(at.say("refuse"))).toMatchObject({
        code: "forbidden",
        reason: "plugin.refused",
        facts: { plugin: "probe", sentence: "Not with me." },
      });
    });

    test("calls operations as itself, and does not hear its own acts", async () => {
      await using at = await scene(mode);
      await at.say("say");
      await until(() => named(at.app, "message.created").length === 2);
      await at.app.plugins!.settled();
      expect(named(at.app, "message.created")[1]).toMatchObject({
        actor: "plugin:probe",
        data: { message: { content: "hello", author: { id: "plugin:probe" } } },
      });
      expect(named(at.app, "message.created")).toHaveLength(2);
    });

    test("calls operations on behalf of whoever asked, with their rights and no more", async () => {
      await using at = await scene(mode);
      expect(await at.say("behalf")).toBe("listed");
      const call = (by: Actor) =>
        at.app.kernel.invoke(callSlashCommand, by, { channel: "general", command: "out", args: { who: "new-room" } });
      expect(await refusal(call(at.alice))).toMatchObject({ code: "forbidden", reason: "permission" });
      expect(await call(operator(at.app))).toMatchObject({ message: { content: "made" } });
    });

    // deviation: plugin-hears-no-secrets
    test("may do only what its manifest names", async () => {
      await using at = await scene(mode);
      const refused = await at.app.kernel.world.store.one(storedValue, { plugin: "probe", key: "refused event" });
      expect(refused?.value).toContain("plugin.rights");
      for (const content of ["unlisted", "secret", "elsewhere"]) expect(await at.say(content)).toContain("plugin.rights");
      expect(await at.say("big")).toContain("plugin.store");
      await using other = await scene(mode, { ...PROBE, options: { start: "unlisted" } });
      expect(await shown(other.app)).toMatchObject({ state: "stopped", handles: [] });
    });

    test("keeps values in a namespace of its own, adds commands and operations, and acts by the clock", async () => {
      await using at = await scene(mode);
      await at.say("remember this");
      await at.app.plugins!.settled();
      const recalled = await at.app.kernel.invoke(callSlashCommand, at.alice, {
        channel: "general",
        command: "recall",
        args: {},
      });
      expect(recalled).toMatchObject({ message: { content: "remember this" } });
      const { commands } = await at.app.kernel.invoke(listSlashCommands, at.alice, {});
      expect(commands).toContainEqual(expect.objectContaining({ name: "recall", description: "What was said last" }));

      const add = at.app.kernel.added("plugin.probe.add")!;
      expect(await at.app.kernel.invoke(add, operator(at.app), { a: 2, b: 3 })).toEqual({ sum: 5 });
      expect(await refusal(at.app.kernel.invoke(add, operator(at.app), { a: "2" }))).toMatchObject({ code: "invalid-input" });
      expect(await refusal(at.app.kernel.invoke(add, at.alice, { a: 2, b: 3 }))).toMatchObject({ code: "forbidden" });

      const ticks = async () => (await at.app.kernel.world.store.one(storedValue, { plugin: "probe", key: "ticks" }))?.value;
      at.app.clock.advance(299_000);
      await at.app.plugins!.settled();
      expect(await ticks()).toBeUndefined();
      at.app.clock.advance(1000);
      await until(async () => (await ticks()) === "1");
    });

    test("that hangs by the clock is called again when it is due and a minute has passed", async () => {
      await using at = await scene(mode);
      const starts = async () => (await at.app.kernel.world.store.one(storedValue, { plugin: "probe", key: "starts" }))?.value;
      at.app.clock.advance(420_000);
      await until(async () => (await starts()) === "1");
      at.app.clock.advance(60_000);
      await at.app.plugins!.settled();
      at.app.clock.advance(360_000);
      await until(async () => (await starts()) === "2");
    });

    test("that fails is passed over; three failures in a row stop it, and everybody who watches is told", async () => {
      await using at = await scene(mode);
      expect(await at.say("broken")).toBe("broken");
      expect(await at.say("broken")).toBe("broken");
      expect(await at.say("fine")).toBe("fine");
      await at.app.plugins!.settled();
      for (let time = 0; time < 3; time++) {
        expect((await shown(at.app)).state).toBe("running");
        expect(await at.say("broken")).toBe("broken");
      }
      await at.app.plugins!.settled();
      expect(await shown(at.app)).toMatchObject({ state: "stopped", reason: "before message.send: a bug" });
      expect(named(at.app, "plugin.stopped").map(({ data }) => data)).toEqual([
        { name: "probe", failed: true, reason: "before message.send: a bug" },
      ]);
      const { entries } = await at.app.kernel.invoke(listModlog, operator(at.app), {});
      expect(entries[0]).toMatchObject({ action: "plugin_stop", actor: { name: "probe" }, reason: "before message.send: a bug" });
      expect(at.app.log.lines.some(({ event }) => event === "plugin.stopped")).toBe(true);
      expect(await at.say("loud")).toBe("loud");
    });

    test("that does not answer in time is passed over", async () => {
      await using at = await scene(mode);
      const atRest = at.app.clock.pending;
      const said = at.say("hang");
      await until(() => at.app.clock.pending > atRest);
      at.app.clock.advance(5000);
      expect(await said).toBe("hang");
      expect(at.app.log.lines.filter(({ event }) => event === "plugin.failed")).toHaveLength(1);
    });

    test("that throws when it starts does not run, and says why", async () => {
      await using at = await scene(mode, { ...PROBE, options: { start: "throw" } });
      expect(await shown(at.app)).toMatchObject({ enabled: true, state: "stopped", reason: "nothing works today" });
      expect(await at.say("loud")).toBe("loud");
    });

    test("whose options are wrong does not run, and each wrong one is named", async () => {
      await using at = await scene(mode, { ...PROBE, options: { greeting: 5, colour: "red" } });
      const { state, reason } = await shown(at.app);
      expect(state).toBe("stopped");
      expect(reason).toContain("greeting: ");
      expect(reason).toContain("there is no option colour");
    });

    test("leaves nothing behind when it is disabled, and comes back when it is enabled", async () => {
      await using at = await scene(mode);
      const before = (await at.app.kernel.invoke(listSlashCommands, at.alice, {})).commands.length;
      const timers = at.app.clock.pending;
      expect(at.app.kernel.additions).toBe(3);
      await at.app.kernel.invoke(disablePlugin, operator(at.app), { name: "probe" });
      expect(at.app.kernel.additions).toBe(0);
      expect(at.app.plugins!.taps).toBe(0);
      expect((await at.app.kernel.invoke(listSlashCommands, at.alice, {})).commands).toHaveLength(before - 2);
      expect(at.app.clock.pending).toBe(timers - 3);
      expect(at.app.kernel.added("plugin.probe.add")).toBeUndefined();
      expect(await shown(at.app)).toMatchObject({ enabled: false, state: "off" });
      expect(await at.say("loud")).toBe("loud");
      await at.app.kernel.invoke(enablePlugin, operator(at.app), { name: "probe" });
      expect(await at.say("loud")).toBe("LOUD");
      await at.app.plugins!.settled();
      expect(at.app.clock.pending).toBe(timers);
    });

    test("is loaded anew without anybody being disconnected, as often as one likes", async () => {
      await using at = await scene(mode);
      const timers = at.app.clock.pending;
      for (let time = 0; time < 20; time++) await at.app.kernel.invoke(reloadPlugins, operator(at.app), { name: "probe" });
      expect(at.app.clock.pending).toBe(timers);
      expect(at.app.kernel.additions).toBe(3);
      expect(named(at.app, "session.ended")).toEqual([]);
      expect(await at.say("loud")).toBe("LOUD");
    });
  });
