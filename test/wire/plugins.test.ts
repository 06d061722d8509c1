import { expect, test } from "bun:test";
import { z } from "zod";
import type { Bundled } from "../../src/plugins/bundled.ts";
import { disablePlugin, enablePlugin } from "../../src/domain/plugins/change-plugin.ts";
import { grantRole } from "../../src/domain/roles/grant-role.ts";
import { consoleActor } from "../../src/app.ts";
import { plainParts } from "../plugins/support.ts";
import { TestDoor } from "../support/originchats.ts";
import { testApp } from "../support/world.ts";

let broken = false;
const shouter: Bundled<any> = {
  name: "shouter",
  version: "1.0.0",
  description: "Shouts.",
  options: z.object({}),
  enabledByDefault: true,
  rights: { operations: ["message.send"] },
  start(host) {
    if (broken) throw new Error("not today");
    host.before("message.send", ({ input }) => {
      if (input.content === "quiet") host.refuse("Nobody is quiet here");
      return { ...input, content: input.content.toUpperCase() };
    });
  },
};

// deviation: plugins-by-permission
test("owners list and reload plugins in originChats' words, and others are told what they lack (reference/originchats.md §2.14)", async () => {
  await using app = await testApp({}, { plugins: plainParts({ bundled: [shouter] }) });
  const door = new TestDoor(app);
  const [alice, bob] = [await door.signedIn("alice"), await door.signedIn("bob")];
  await app.kernel.invoke(grantRole, consoleActor(app.community.id), { user: "alice", role: "owner" });
  await alice.arrived();
  await bob.arrived();
  expect(await alice.ask({ cmd: "plugins_list" })).toEqual([
    {
      cmd: "plugins_list",
      plugins: { shouter: { name: "shouter", description: "Shouts.", handles: ["before message.send"] } },
    },
  ]);
  expect(await alice.ask({ cmd: "plugins_reload" })).toEqual([
    { cmd: "plugins_reload", val: "All plugins reloaded successfully" },
  ]);
  expect(await alice.ask({ cmd: "plugins_reload", plugin: "shouter" })).toEqual([
    { cmd: "plugins_reload", val: "Plugin 'shouter' reloaded successfully" },
  ]);
  expect(await alice.ask({ cmd: "plugins_reload", plugin: "nobody" })).toEqual([
    { cmd: "error", src: "plugins_reload", val: "Failed to reload plugin 'nobody'" },
  ]);
  broken = true;
  expect(await alice.ask({ cmd: "plugins_reload", plugin: "shouter" })).toEqual([
    { cmd: "error", src: "plugins_reload", val: "Failed to reload plugin 'shouter'" },
  ]);
  broken = false;
  expect(await bob.ask({ cmd: "plugins_list" })).toEqual([
    { cmd: "error", src: "plugins_list", val: "Access denied: 'manage_server' permission required" },
  ]);
});

test("clients are told of a plugin's commands when it comes and when it goes", async () => {
  const greeter: Bundled<any> = {
    ...shouter,
    name: "greeter",
    start: (host) => void host.slash({ name: "greet", description: "Greet", run: () => "hello" }),
  };
  await using app = await testApp({}, { plugins: plainParts({ bundled: [greeter] }) });
  const alice = await new TestDoor(app).signedIn("alice");
  await alice.arrived();
  const operator = consoleActor(app.community.id);
  await app.kernel.invoke(disablePlugin, operator, { name: "greeter" });
  expect(await alice.arrived()).toEqual([{ cmd: "slash_remove", commands: ["greet"] }]);
  await app.kernel.invoke(enablePlugin, operator, { name: "greeter" });
  expect(await alice.arrived()).toMatchObject([{ cmd: "slash_add", commands: [{ name: "greet" }] }]);
  const [said] = await alice.ask({ cmd: "slash_call", channel: "general", command: "greet" });
  expect(said).toMatchObject({ cmd: "message_new", message: { content: "hello" } });
});

test("a plugin's refusal is read by whoever asked, and by nobody else", async () => {
  await using app = await testApp({}, { plugins: plainParts({ bundled: [shouter] }) });
  const door = new TestDoor(app);
  const [alice, bob] = [await door.signedIn("alice"), await door.signedIn("bob")];
  await alice.arrived();
  expect(await bob.ask({ cmd: "message_new", channel: "general", content: "quiet" })).toEqual([
    { cmd: "error", src: "message_new", val: "Nobody is quiet here" },
  ]);
  expect(await alice.arrived()).toEqual([]);
  const [said] = await bob.ask({ cmd: "message_new", channel: "general", content: "hi" });
  expect(said).toMatchObject({ cmd: "message_new", message: { content: "HI" } });
});
