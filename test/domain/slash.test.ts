import { expect, test } from "bun:test";
import { callSlashCommand } from "../../src/domain/slash/call-slash-command.ts";
import { announceCommands } from "../../src/domain/slash/register-commands.ts";
import { slashRegistry } from "../../src/domain/slash/registry.ts";
import type { ServerCommand } from "../../src/domain/slash/server-command.ts";
import { TestDoor } from "../support/originchats.ts";
import { refused } from "../support/refused.ts";
import { newMember } from "../support/scene.ts";
import { testApp } from "../support/world.ts";

const roll: ServerCommand = {
  name: "roll",
  description: "Roll a die",
  options: [{ name: "sides", description: "", type: "int", choices: null, required: false }],
  whitelistRoles: ["moderator"],
  run: async (_call, member, { sides = "6" }) => `${member.user.name} rolls one of ${sides}`,
};

test("a plugin's command can be called as long as the plugin is there, and clients are told of both", async () => {
  const app = await testApp();
  const registry = app.kernel.world.cell(slashRegistry);
  const plugin = { kind: "plugin", id: "plugin:dice", name: "dice", community: app.community.id } as const;
  const ann = await new TestDoor(app).signedIn("ann");
  const [mod, bob] = [await newMember(app, "mod", "moderator"), await newMember(app, "bob")];
  await ann.arrived();

  const withdraw = registry.add(roll);
  expect(() => registry.add({ ...roll })).toThrow("slash.name-taken");
  expect(() => registry.add({ ...roll, name: "help" })).toThrow("slash.name-taken");
  await app.kernel.invoke(announceCommands, plugin, { names: ["roll"] });
  expect(await ann.arrived()).toEqual([
    {
      cmd: "slash_add",
      commands: [expect.objectContaining({ name: "roll", registeredBy: "originChats", whitelistRoles: ["moderator"] })],
    },
  ]);
  const call = (actor: typeof mod) =>
    app.kernel.invoke(callSlashCommand, actor, { channel: "general", command: "roll", args: { sides: 20 } });
  expect(await call(mod)).toMatchObject({ message: { content: "mod rolls one of 20", author: { name: "originChats" } } });
  expect(await refused(call(bob))).toBe("forbidden slash.role-required");
  await ann.arrived();

  withdraw();
  withdraw();
  await app.kernel.invoke(announceCommands, plugin, { names: ["roll"] });
  expect(await ann.arrived()).toEqual([{ cmd: "slash_remove", commands: ["roll"] }]);
  expect(await refused(call(mod))).toBe("not-found slash.unknown");
});

test("a plugin's command takes a bot's name while it is there, and gives it back", async () => {
  const app = await testApp();
  const registry = app.kernel.world.cell(slashRegistry);
  const bot = await new TestDoor(app).signedIn("bot");
  await bot.ask({ cmd: "slash_register", commands: [{ name: "roll", description: "the bot's" }] });
  const by = () => registry.named(app.community.id, ["roll"])[0]?.by.name;
  expect(by()).toBe("bot");
  const withdraw = registry.add(roll);
  expect(by()).toBe("originChats");
  withdraw();
  expect(by()).toBe("bot");
});

test("members cannot say that commands of the server's own changed", async () => {
  const app = await testApp();
  const bob = await newMember(app, "bob");
  expect(await refused(app.kernel.invoke(announceCommands, bob, { names: ["help"] }))).toBe("forbidden console.only");
});
