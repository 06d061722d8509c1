// In the reference any user could write into any channel with slash_response, hidden ones too, in the name of any invoker, and the channel's
// name was a path. Story: mallory, an ordinary member, tries each of these, and a bot tries what bots may not.
import { expect, test } from "bun:test";
import { consoleActor } from "../../src/app.ts";
import { updateChannel } from "../../src/domain/channels/update-channel.ts";
import { kickMember } from "../../src/domain/moderation/kick-member.ts";
import { setMemberRoles } from "../../src/domain/roles/grant-role.ts";
import { slashRegistry } from "../../src/domain/slash/registry.ts";
import { type Frame, type TestClient, TestDoor } from "../support/originchats.ts";
import { newChannel } from "../support/scene.ts";
import { testApp } from "../support/world.ts";

const NO_CALL = "There is no call of your commands here to answer";
const reply = (channel: string, more: object = {}) => ({ cmd: "slash_response", channel, response: "forged", ...more });
const call = (command: string, args: unknown = {}) => ({ cmd: "slash_call", channel: "general", command, args });
const errors = (frames: readonly Frame[]) => frames.filter(({ cmd }) => cmd === "error").map(({ val }) => val as string);

async function scene() {
  const app = await testApp();
  const door = new TestDoor(app);
  await newChannel(app, "staff", { view: ["moderator"], send: ["moderator"] });
  await newChannel(app, "news", { view: ["user"], send: ["moderator"] });
  const [bot, mallory, ann] = [await door.signedIn("bot"), await door.signedIn("mallory"), await door.signedIn("ann")];
  await bot.ask({ cmd: "slash_register", commands: [{ name: "ping" }, { name: "hush", ephemeral: true }] });
  for (const client of [mallory, ann]) await client.arrived();
  const messages = () => app.happened.filter(({ type }) => type === "message.created").length;
  return { app, door, bot, mallory, ann, messages };
}

test("an answer without a call is refused everywhere, and hidden channels and paths are not there", async () => {
  const { bot, mallory, messages } = await scene();
  for (const who of [mallory, bot]) {
    expect(errors(await who.ask(reply("general")))).toEqual([NO_CALL]);
    expect(errors(await who.ask(reply("news")))).toEqual(["You do not have permission to send messages in this channel"]);
    for (const channel of ["staff", "nowhere", "../users", "../../x", "/etc/passwd", "..", "a\u0000b", "x".repeat(200)])
      expect(errors(await who.ask(reply(channel))), channel).toEqual(["Channel not found"]);
  }
  expect(messages()).toBe(0);
});

test("nobody answers another's call, nor in the name of somebody who did not call, nor elsewhere, nor another command", async () => {
  const { app, bot, mallory, ann, messages } = await scene();
  await newChannel(app, "second");
  await mallory.ask({ cmd: "slash_register", commands: [{ name: "ping" }, { name: "mine" }] });
  await ann.ask(call("ping"));
  for (const forged of [
    reply("general"),
    reply("general", { invoker: "USR:local_ann" }),
    reply("general", { invoker: "USR:local_ann", command: "ping" }),
    reply("general", { invoker: "USR:local_ann", command: "mine" }),
  ])
    expect(errors(await mallory.ask(forged))).toEqual([NO_CALL]);
  for (const forged of [
    reply("general", { invoker: "USR:local_mallory" }),
    reply("general", { invoker: "nobody" }),
    reply("general", { invoker: "USR:local_ann", command: "hush" }),
    reply("second", { invoker: "USR:local_ann" }),
  ])
    expect(errors(await bot.ask(forged))).toEqual([NO_CALL]);
  expect(messages()).toBe(0);
  expect(errors(await bot.ask(reply("general", { invoker: "USR:local_ann" })))).toEqual([]);
  expect(messages()).toBe(1);
});

test("a bot that may no longer send there answers no more, and is no longer told of calls there", async () => {
  const { app, bot, ann } = await scene();
  await ann.ask(call("ping"));
  await app.kernel.invoke(updateChannel, consoleActor(app.community.id), {
    channel: "general",
    changes: { rules: { view: ["user"], send: ["moderator"] } },
  });
  await bot.arrived();
  expect(errors(await bot.ask(reply("general")))).toEqual(["You do not have permission to send messages in this channel"]);
});

test("an ephemeral answer reaches its caller only, and nobody once they may not view the channel", async () => {
  const { app, bot, mallory, ann, messages } = await scene();
  await ann.ask(call("hush"));
  await mallory.arrived();
  await bot.ask(reply("general"));
  expect(await mallory.arrived()).toEqual([]);
  expect((await ann.arrived()).map(({ cmd }) => cmd)).toContain("message_new");
  await app.kernel.invoke(updateChannel, consoleActor(app.community.id), {
    channel: "general",
    changes: { rules: { view: ["!moderator", "user"], send: ["user"] } },
  });
  await app.kernel.invoke(setMemberRoles, consoleActor(app.community.id), {
    user: "ann",
    roles: ["moderator", "user"],
  });
  await ann.arrived();
  expect(errors(await bot.ask(reply("general")))).toEqual(["Whoever called the command cannot see the answer any more"]);
  expect(await ann.arrived()).toEqual([]);
  expect(messages()).toBe(0);
});

test("a call can be answered for a day and a hundred times, and no longer", async () => {
  const { app, bot, ann, messages } = await scene();
  await ann.ask(call("ping"));
  const MINUTE = 60_000;
  app.clock.advance(24 * 60 * MINUTE);
  await bot.arrived();
  for (let n = 0; n < 100; n++) {
    if (n % 20 === 0) await ann.ask(call("ping"));
    expect(errors(await bot.ask(reply("general", { invoker: "USR:local_ann" }))), `answer ${n}`).toEqual([]);
    if (n === 0) expect(messages()).toBe(1);
    if (n % 10 === 9) app.clock.advance(MINUTE);
  }
  app.clock.advance(24 * 60 * MINUTE + MINUTE);
  await bot.arrived();
  expect(errors(await bot.ask(reply("general")))).toEqual([NO_CALL]);
  await ann.ask(call("ping"));
  for (let n = 0; n < 100; n++) {
    expect(errors(await bot.ask(reply("general")))).toEqual([]);
    if (n % 10 === 9) app.clock.advance(MINUTE);
  }
  await bot.arrived();
  expect(errors(await bot.ask(reply("general")))).toEqual([NO_CALL]);
});

test("a kicked bot that keeps its socket open has no commands any more", async () => {
  const { app, bot, ann } = await scene();
  Object.assign(bot.connection.link, { close: () => {} });
  await app.kernel.invoke(kickMember, consoleActor(app.community.id), { user: "bot" });
  expect(await ann.arrived()).toEqual([
    { cmd: "slash_remove", commands: ["ping", "hush"] },
    { cmd: "user_disconnect", username: "USR:local_bot" },
  ]);
  expect(errors(await ann.ask(call("ping")))).toEqual(["Unknown slash command: /ping"]);
});

test("too long an answer is refused like too long a message", async () => {
  const { bot, ann } = await scene();
  await ann.ask(call("ping"));
  expect(errors(await bot.ask(reply("general", { response: "x".repeat(2001) })))).toEqual([
    "Message too long. Maximum length is 2000 characters",
  ]);
  expect(errors(await bot.ask({ cmd: "slash_response", channel: "general", embeds: [{ title: "x".repeat(300) }] }))).toHaveLength(
    1,
  );
});

test("a flood of registrations is slowed down, bounded, and told to nobody", async () => {
  const { app, mallory, ann } = await scene();
  const commands = (count: number, name = "c") => Array.from({ length: count }, (_, n) => ({ name: `${name}${n}` }));
  expect(errors(await mallory.ask({ cmd: "slash_register", commands: commands(101) }))).toHaveLength(1);
  expect(
    errors(await mallory.ask({ cmd: "slash_register", commands: [{ name: "x", description: "d".repeat(201) }] })),
  ).toHaveLength(1);
  expect(errors(await mallory.ask({ cmd: "slash_register", commands: [{ name: "x", options: commands(26) }] }))).toHaveLength(1);
  expect(errors(await mallory.ask({ cmd: "slash_register", commands: [{ name: "x" }, { name: "x" }] }))).toHaveLength(1);
  await ann.arrived();
  const answers: string[] = [];
  for (let n = 0; n < 30; n++)
    answers.push(...errors(await mallory.ask({ cmd: "slash_register", commands: commands(100, `n${n}x`) })));
  expect(answers.length).toBeGreaterThanOrEqual(25);
  expect(answers.every((text) => text.startsWith("Rate limited"))).toBe(true);
  expect((await ann.arrived()).filter(({ cmd }) => cmd === "slash_add").length).toBeLessThanOrEqual(5);
  const listed = app.kernel.world.cell(slashRegistry).list(app.community.id);
  expect(listed.filter(({ by }) => by.name === "mallory")).toHaveLength(100);
});

test("more sessions of one bot than five may not register, and what they hold goes with them", async () => {
  const { app, door } = await scene();
  await door.signedIn("swarm");
  const swarm: TestClient[] = [];
  const answers: string[] = [];
  for (let n = 0; n < 7; n++) {
    const client = await door.signedIn("swarm");
    swarm.push(client);
    answers.push(...errors(await client.ask({ cmd: "slash_register", commands: [{ name: `swarm${n}` }] })));
    app.clock.advance(20_000);
  }
  expect(answers).toEqual(Array(2).fill("You have slash commands registered from 5 other sessions"));
  for (const client of swarm) await client.leave();
  const names = app.kernel.world.cell(slashRegistry).list(app.community.id).map(({ name }) => name); // prettier-ignore
  expect(names).toEqual(["claim", "help", "ping", "hush"]);
});

test("arguments that reach for an object's innards reach nothing", async () => {
  const { bot, mallory } = await scene();
  const innards = (name: string) => `{"cmd":"slash_call","channel":"general","command":"ping","args":{"${name}":{"x":1}}}`;
  const called = (name: string) => `{"cmd":"slash_call","channel":"general","command":"ping","args":{"${name}":"x"}}`;
  for (const name of ["constructor", "toString"])
    expect(errors(await ask(mallory, called(name))), name).toEqual([`Unknown argument: ${name}`]);
  expect(errors(await ask(mallory, innards("constructor")))).toHaveLength(1);
  await bot.arrived();
  await ask(mallory, called("__proto__"));
  expect(await bot.arrived()).toEqual([
    expect.objectContaining({ val: { command: "ping", args: {}, commander: "USR:local_bot" } }),
  ]);
});

/** As it stands, so that no key is lost on the way. */
async function ask(client: TestClient, text: string): Promise<Frame[]> {
  client.sendText(text);
  return client.arrived();
}
