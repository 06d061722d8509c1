import { describe, expect, test } from "bun:test";
import { consoleActor } from "../../src/app.ts";
import { editMessage } from "../../src/domain/messages/edit-message.ts";
import { listMessages } from "../../src/domain/messages/list-messages.ts";
import { sendMessage } from "../../src/domain/messages/send-message.ts";
import { listModlog } from "../../src/domain/moderation/read-modlog.ts";
import { enablePlugin } from "../../src/domain/plugins/change-plugin.ts";
import { listPlugins } from "../../src/domain/plugins/list-plugins.ts";
import { callSlashCommand, listSlashCommands } from "../../src/domain/slash/call-slash-command.ts";
import { showUser } from "../../src/domain/users/show-user.ts";
import { createPoll } from "../../src/domain/polls/create-poll.ts";
import { createThread } from "../../src/domain/threads/create-thread.ts";
import { updateThread } from "../../src/domain/threads/update-thread.ts";
import type { Actor, Operation } from "../../src/kernel/operation.ts";
import { bundled } from "../../plugins/index.ts";
import { newChannel, newMember, OPEN, refusal } from "../support/scene.ts";
import { type TestApp, testApp } from "../support/world.ts";
import { plainParts } from "./support.ts";

async function scene(plugins: Record<string, Record<string, unknown>> = {}) {
  const app = await testApp({ plugins }, { plugins: plainParts({ bundled }) });
  const alice = await newMember(app, "alice");
  const boss = await newMember(app, "boss", "owner");
  const slash = async (by: Actor, command: string, args: Record<string, string | number> = {}): Promise<string> =>
    ((await app.kernel.invoke(callSlashCommand, by, { channel: "general", command, args })) as { message: { content: string } })
      .message.content;
  return {
    app,
    alice,
    boss,
    say: (by: Actor, content: string) => app.kernel.invoke(sendMessage, by, { channel: "general", content }),
    slash,
    [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
  };
}
const operator = (app: TestApp) => consoleActor(app.community.id);
const said = async (app: TestApp): Promise<string[]> =>
  (await app.kernel.invoke(listMessages, operator(app), { channel: "general" })).messages.slice(1).map(({ content }) => content);
/** What a refusal says to the person, and otherwise its reason. */
const sentence = async (call: Promise<unknown>): Promise<unknown> => {
  const { facts, reason } = await refusal(call);
  return facts["sentence"] ?? reason;
};

// deviation: welcome-asked-for
test("of the bundled plugins only those run that change nothing unasked", async () => {
  await using at = await scene();
  const { plugins } = await at.app.kernel.invoke(listPlugins, operator(at.app), {});
  expect(plugins.map(({ name, state }) => `${name} ${state}`)).toEqual([
    "automod running",
    "discord-bridge off",
    "github off",
    "meet off",
    "moderation running",
    "welcome off",
  ]);
  await at.say(at.alice, "ANYTHING @a @b https://example.com/ ANYTHING AT ALL");
  expect(await said(at.app)).toHaveLength(1);
});

// deviation: automod-before
describe("automod", () => {
  test("keeps a blocked word from being said at all, whatever its letters look like, and times its author out", async () => {
    await using at = await scene({ automod: { words: ["spam"], message: "Mind your words, {username}." } });
    expect(await sentence(at.say(at.alice, "buy my Sp\u200bA\uff2d now"))).toBe("Automoderation: Message contains blocked words");
    expect(await said(at.app)).toEqual(["Mind your words, alice."]);
    const { timeoutUntil } = await at.app.kernel.invoke(showUser, operator(at.app), { user: "alice" });
    expect(timeoutUntil).toBe(at.app.clock.now() + 300_000);
    expect(await refusal(at.say(at.alice, "something else"))).toMatchObject({ reason: "member.timeout" });
    const { entries } = await at.app.kernel.invoke(listModlog, operator(at.app), {});
    expect(entries[0]).toMatchObject({
      action: "user_timeout",
      actor: { id: "plugin:automod" },
      target: { name: "alice" },
      reason: "Automoderation: Message contains blocked words",
    });
  });

  test("keeps a blocked word from coming in by an edit, or in an embed", async () => {
    await using at = await scene({ automod: { words: ["spam"], timeout: 0 } });
    const { message } = await at.say(at.alice, "harmless");
    const edit = at.app.kernel.invoke(editMessage, at.alice, { channel: "general", id: message.id, content: "spam" });
    expect(await sentence(edit)).toBe("Automoderation: Message contains blocked words");
    const embed = at.app.kernel.invoke(sendMessage, at.alice, { channel: "general", embeds: [{ title: "Spam!" }] });
    expect(await sentence(embed)).toBe("Automoderation: Message contains blocked words");
    expect(await said(at.app)).toEqual(["harmless"]);
  });

  test("keeps a blocked word out of threads, their names, and polls", async () => {
    await using at = await scene({ automod: { words: ["spam"], timeout: 0 } });
    const invoke = (operation: Operation, input: object) => at.app.kernel.invoke(operation, at.alice, input);
    await newChannel(at.app, "ideas", { ...OPEN, create_thread: ["user"] }, { kind: "forum" });
    expect(await sentence(invoke(createThread, { channel: "ideas", name: "spam here" }))).toContain("blocked words");
    const { thread } = (await invoke(createThread, { channel: "ideas", name: "fine" })) as { thread: { id: string } };
    expect(await sentence(invoke(sendMessage, { thread: thread.id, content: "spam" }))).toContain("blocked words");
    expect(await sentence(invoke(updateThread, { thread: thread.id, changes: { name: "spam" } }))).toContain("blocked words");
    const options = [
      { id: "1", text: "yes" },
      { id: "2", text: "more spam" },
    ];
    expect(await sentence(invoke(createPoll, { channel: "general", question: "Well?", options }))).toContain("blocked words");
  });

  test("lets the message stand where it is told to", async () => {
    await using at = await scene({ automod: { words: ["spam"], delete: false } });
    await at.say(at.alice, "no spam please").catch(() => {});
    expect((await at.app.kernel.invoke(showUser, operator(at.app), { user: "alice" })).timeoutUntil).toBeGreaterThan(0);
  });

  test("lets owners, and who else is exempt, say anything", async () => {
    await using at = await scene({ automod: { words: ["spam"] } });
    await at.say(at.boss, "spam");
    expect(await said(at.app)).toEqual(["spam"]);
    await using strict = await scene({ automod: { words: ["spam"], exempt: [] } });
    expect(await sentence(strict.say(strict.boss, "spam"))).toContain("blocked words");
  });

  const rules: readonly (readonly [title: string, options: object, broken: string, kept: string, reason: string])[] = [
    ["whole words", { words: ["ass"], wholeWords: true }, "you ass!", "first class", "contains blocked words"],
    ["no links", { links: "block" }, "see https://example.com/x", "see example.com", "contains a link"],
    [
      "only listed links",
      { links: "listed", linkHosts: ["example.com"] },
      "http://notexample.com",
      "https://www.example.com/",
      "contains a link",
    ],
    ["few mentions", { mostMentions: 2 }, "@a @b @c", "@a @b me@example.com", "mentions too many people"],
    ["no shouting", { mostCapitals: 70 }, "WHY DOES NOBODY ANSWER", "OK NASA", "is written in capitals"],
    ["nothing said twice", { repeats: 1 }, "again", "something new", "was said before"],
  ];
  for (const [title, options, broken, kept, reason] of rules)
    test(`${title}`, async () => {
      await using at = await scene({ automod: { ...options, timeout: 0 } });
      await at.say(at.alice, kept);
      if (title === "nothing said twice") await at.say(at.alice, broken);
      expect(await sentence(at.say(at.alice, broken))).toBe(`Automoderation: Message ${reason}`);
    });

  test("a flood is held back, and passes with time", async () => {
    await using at = await scene({ automod: { flood: { messages: 3, seconds: 10 }, timeout: 0 } });
    for (const text of ["a", "b", "c"]) await at.say(at.alice, text);
    expect(await sentence(at.say(at.alice, "d"))).toBe("Automoderation: Message comes too fast");
    at.app.clock.advance(11_000);
    await at.say(at.alice, "e");
  });

  test("words are added and taken away with /automod, by those who may, and stay after a restart of the plugin", async () => {
    await using at = await scene({ automod: { timeout: 0 } });
    expect(await sentence(at.slash(at.alice, "automod", { action: "add", word: "ham" }))).toContain("Access denied");
    expect(await at.slash(at.boss, "automod", { action: "add", word: "two words" })).toBe("The word is blocked.");
    expect(await at.slash(at.boss, "automod", { action: "add", word: "TWO words" })).toBe("That word is blocked already.");
    await at.app.plugins!.apply("automod");
    expect(await sentence(at.say(at.alice, "these two words"))).toContain("blocked words");
    await at.slash(at.boss, "automod", { action: "disable" });
    await at.say(at.alice, "these two words");
    await at.slash(at.boss, "automod", { action: "enable" });
    await at.slash(at.boss, "automod", { action: "remove", word: "two words" });
    await at.say(at.alice, "these two words");
    expect(await at.slash(at.boss, "automod", { action: "list" })).toBe("No words are blocked.");
  });
});

describe("welcome", () => {
  test("greets who becomes a member, once, under the name it was given", async () => {
    await using at = await scene({ welcome: { message: "Hello {username}, {username}!", as: "Porter" } });
    await at.app.kernel.invoke(enablePlugin, operator(at.app), { name: "welcome" });
    await newMember(at.app, "carol");
    await at.app.plugins!.settled();
    const { messages } = await at.app.kernel.invoke(listMessages, at.alice, { channel: "general" });
    expect(messages.at(-1)).toMatchObject({
      content: "Hello carol, carol!",
      extra: { webhook: { id: "plugin:welcome", name: "Porter" } },
    });
  });
});

// deviation: moderation-by-permission
describe("moderation", () => {
  test("the commands say what people know, and do it with the rights of whoever calls", async () => {
    await using at = await scene();
    const { slash, alice, boss, app } = at;
    expect(await slash(boss, "mute", { username: "alice", duration: 60, reason: "noise" })).toBe(
      "🔇 **alice** has been muted for 60 seconds.\n**Reason:** noise",
    );
    expect(await refusal(at.say(alice, "hm"))).toMatchObject({ reason: "member.timeout" });
    expect(await slash(boss, "unmute", { username: "@alice" })).toBe("🔊 **alice** has been unmuted.");
    await at.say(alice, "better");
    expect(await slash(alice, "nick", { nickname: "Ally" })).toBe("Nickname set to **Ally**");
    expect(await slash(alice, "nick")).toBe("Nickname cleared");
    expect(await slash(boss, "role", { action: "add", username: "alice", role: "moderator" })).toBe(
      "✅ **alice** now has the role **moderator**.",
    );
    expect(await slash(boss, "role", { action: "remove", username: "alice", role: "moderator" })).toContain("no longer");
    expect(await slash(boss, "kick", { username: "USR:local_alice" })).toContain("has been kicked");
    expect(await slash(boss, "ban", { username: "alice" })).toBe("🚫 **alice** has been banned.");
    expect(await refusal(at.say(alice, "hm"))).toMatchObject({ reason: "member.banned" });
    expect(await slash(boss, "unban", { username: "alice" })).toBe("✅ **alice** has been unbanned.");
    expect(await sentence(slash(boss, "unban", { username: "alice" }))).toBe("User 'alice' is not banned");
    const { entries } = await app.kernel.invoke(listModlog, operator(app), {});
    expect(entries.map(({ action, actor }) => `${action} ${actor.name}`)).toEqual([
      "user_unban boss",
      "user_ban boss",
      "user_kick boss",
      "user_roles_set boss",
      "user_roles_set boss",
      "user_timeout boss",
      "user_timeout boss",
    ]);
  });

  test("a member who may not moderate is refused, whatever the command", async () => {
    await using at = await scene();
    await newMember(at.app, "bob");
    const tries: readonly [string, Record<string, string | number>][] = [
      ["ban", { username: "bob" }],
      ["unban", { username: "bob" }],
      ["kick", { username: "bob" }],
      ["mute", { username: "bob", duration: 5 }],
      ["unmute", { username: "bob" }],
      ["role", { action: "add", username: "bob", role: "moderator" }],
      ["slowmode", { seconds: 5 }],
    ];
    for (const [command, args] of tries)
      expect(await refusal(at.slash(at.alice, command, args))).toMatchObject({ code: "forbidden" });
    expect((await at.app.kernel.invoke(listModlog, operator(at.app), {})).entries).toEqual([]);
  });

  test("wrong arguments are answered with what is wrong", async () => {
    await using at = await scene();
    const { slash, boss } = at;
    expect(await sentence(slash(boss, "mute", { username: "alice", duration: "soon" }))).toBe("slash.argument-type");
    expect(await sentence(slash(boss, "mute", { username: "alice", duration: -5 }))).toBe("Duration must be a positive number");
    expect(await sentence(slash(boss, "ban", { username: "nobody" }))).toBe("User 'nobody' not found");
    expect(await sentence(slash(boss, "ban", { username: "boss" }))).toBeTruthy();
  });

  test("/purge deletes the newest, of everybody or of one, and clients are told of each", async () => {
    await using at = await scene();
    for (const text of ["one", "two", "three"]) await at.say(at.alice, text);
    await at.say(at.boss, "mine");
    expect(await at.slash(at.boss, "purge", { count: 2, username: "alice" })).toBe("🧹 2 messages were deleted.");
    expect(await said(at.app)).toEqual(["one", "mine", "🧹 2 messages were deleted."]);
    expect(at.app.happened.filter(({ type }) => type === "message.deleted")).toHaveLength(2);
    expect(await sentence(at.slash(at.boss, "purge", { count: 51 }))).toBe("Count must be at most 50");
  });

  test("/slowmode slows the channel down", async () => {
    await using at = await scene();
    expect(await at.slash(at.boss, "slowmode", { seconds: 30 })).toBe("🐢 One message every 30 seconds.");
    await at.say(at.alice, "one");
    expect(await refusal(at.say(at.alice, "two"))).toMatchObject({ reason: "channel.slow-mode" });
  });
});

describe("meet", () => {
  test("/meet gives a link to a room of the channel's name, with a token that names nobody", async () => {
    await using at = await scene({ meet: { url: "https://meet.example.org/" } });
    await at.app.kernel.invoke(enablePlugin, operator(at.app), { name: "meet" });
    at.app.settings = { ...at.app.settings, tokens: { ...at.app.settings.tokens, app_id: "chat", app_secret: "s".repeat(40) } };
    const answer = await at.slash(at.alice, "meet");
    const [, room, token] = /^📹 https:\/\/meet\.example\.org\/([^?]+)\?jwt=(\S+)\n/.exec(answer)!;
    expect(room).toBe("general");
    expect(JSON.parse(Buffer.from(token!.split(".")[1]!, "base64url").toString())).toMatchObject({
      room: "general",
      iss: "chat",
    });
    const names = (await at.app.kernel.invoke(listSlashCommands, at.alice, {})).commands.map(({ name }) => name);
    expect(names).toContain("meet");
  });
});
