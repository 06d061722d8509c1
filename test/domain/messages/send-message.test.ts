import { describe, expect, test } from "bun:test";
import { deleteMessage } from "../../../src/domain/messages/delete-message.ts";
import { listMessages } from "../../../src/domain/messages/list-messages.ts";
import { sendMessage } from "../../../src/domain/messages/send-message.ts";
import { TestDoor } from "../../support/originchats.ts";
import { newChannel, newMember, OPEN, refusal, timedOut } from "../../support/scene.ts";
import { testApp } from "../../support/world.ts";

describe("the order of messages", () => {
  test("all clients see interleaved messages in the order in which history has them", async () => {
    await using app = await testApp();
    const door = new TestDoor(app);
    const people = await Promise.all(["alice", "bob", "carol"].map((name) => door.signedIn(name)));
    for (const client of people) await client.arrived();
    for (let round = 0; round < 20; round++)
      for (const client of people) client.send({ cmd: "message_new", channel: "general", content: `${client.name} ${round}` });
    const seen = new Map<string, string[]>();
    for (const client of [...people, ...people])
      seen.set(client.name, [
        ...(seen.get(client.name) ?? []),
        ...(await client.arrived()).filter(({ cmd }) => cmd === "message_new").map(({ message }) => message.id),
      ]);
    const page = await people[0]!.ask({ cmd: "messages_get", channel: "general", limit: 60 });
    const { messages } = page.find(({ cmd }) => cmd === "messages_get")!;
    const kept = messages.map(({ id }: { id: string }) => id);
    expect(kept).toHaveLength(60);
    for (const client of people) expect(seen.get(client.name)).toEqual(kept);
  });
});

describe("a nonce", () => {
  test("sent by two sockets of a user at the same moment makes one message, which answers both", async () => {
    await using app = await testApp();
    const door = new TestDoor(app);
    const desk = await door.signedIn("alice");
    const phone = await door.signedIn("alice");
    await desk.arrived();
    await phone.arrived();
    app.happened.length = 0;
    const frame = { cmd: "message_new", channel: "general", content: "once", nonce: "n" };
    desk.send({ ...frame, listener: "desk" });
    phone.send({ ...frame, listener: "phone" });
    const atDesk = [...(await desk.arrived()), ...(await desk.arrived())];
    const atPhone = await phone.arrived();
    expect(app.happened.map(({ type }) => type)).toEqual(["message.created"]);
    const answers = [...atDesk, ...atPhone].filter(({ listener }) => listener);
    expect(answers.map(({ listener }) => listener)).toEqual(["desk", "phone"]);
    expect(new Set([...atDesk, ...atPhone].map(({ message }) => message.id)).size).toBe(1);
  });

  test("sent many times at once makes one message", async () => {
    await using app = await testApp();
    const alice = await newMember(app, "alice");
    const send = () => app.kernel.invoke(sendMessage, alice, { channel: "general", content: "once", nonce: "n" });
    const outputs = await Promise.all(Array.from({ length: 20 }, send));
    expect(new Set(outputs.map(({ message }) => message.id)).size).toBe(1);
    expect(outputs.filter(({ repeated }) => !repeated)).toHaveLength(1);
    const { messages } = await app.kernel.invoke(listMessages, alice, { channel: "general" });
    expect(messages.filter(({ content }) => content === "once")).toHaveLength(1);
  });

  test("of a message in another channel is refused", async () => {
    await using app = await testApp();
    const alice = await newMember(app, "alice");
    await newChannel(app, "other");
    await app.kernel.invoke(sendMessage, alice, { channel: "general", content: "x", nonce: "n" });
    const no = await refusal(app.kernel.invoke(sendMessage, alice, { channel: "other", content: "x", nonce: "n" }));
    expect(no.reason).toBe("message.nonce");
  });
});

describe("slow mode", () => {
  test("lets a member speak once in its span, and a moderator at will", async () => {
    await using app = await testApp();
    const alice = await newMember(app, "alice");
    const mod = await newMember(app, "mod", "moderator");
    await newChannel(app, "slow", OPEN, { slowMode: 10 });
    const say = (who: typeof alice) => app.kernel.invoke(sendMessage, who, { channel: "slow", content: "x" });
    await say(alice);
    app.clock.advance(9_000);
    const no = await refusal(say(alice));
    expect([no.code, no.reason, no.facts["waitMs"]]).toEqual(["too-fast", "channel.slow-mode", 1000]);
    app.clock.advance(1000);
    await say(alice);
    await say(mod);
    await say(mod);
  });

  test("is not spent by a message that was refused", async () => {
    await using app = await testApp();
    const alice = await newMember(app, "alice");
    await newChannel(app, "slow", OPEN, { slowMode: 10 });
    await refusal(app.kernel.invoke(sendMessage, alice, { channel: "slow", content: "x", replyTo: "nosuch" }));
    await app.kernel.invoke(sendMessage, alice, { channel: "slow", content: "x" });
  });
});

describe("what is refused", () => {
  test("somebody timed out says nothing until the time is over", async () => {
    await using app = await testApp();
    const alice = await newMember(app, "alice");
    await timedOut(app, alice, 5000);
    const say = () => app.kernel.invoke(sendMessage, alice, { channel: "general", content: "x" });
    const no = await refusal(say());
    expect([no.reason, no.facts["waitMs"]]).toEqual(["member.timeout", 5000]);
    app.clock.advance(5000);
    await say();
  });

  test("a reply to a message that was deleted, or stands in another channel", async () => {
    await using app = await testApp();
    const alice = await newMember(app, "alice");
    await newChannel(app, "other");
    const { message } = await app.kernel.invoke(sendMessage, alice, { channel: "general", content: "x" });
    const reply = (channel: string) => app.kernel.invoke(sendMessage, alice, { channel, content: "y", replyTo: message.id });
    expect((await refusal(reply("other"))).reason).toBe("message.reply");
    await reply("general");
    await app.kernel.invoke(deleteMessage, alice, { channel: "general", id: message.id });
    expect((await refusal(reply("general"))).reason).toBe("message.reply");
  });

  test("a text longer than the limit, counted in code points", async () => {
    await using app = await testApp({ limits: { post_content: 10 } });
    const alice = await newMember(app, "alice");
    const say = (content: string) => app.kernel.invoke(sendMessage, alice, { channel: "general", content });
    expect((await say("😀".repeat(10))).message.content).toBe("😀".repeat(10));
    expect((await refusal(say("😀".repeat(11)))).reason).toBe("message.content");
    expect((await refusal(say("x".repeat(200_001)))).reason).toBe("message.content-size");
    expect((await say(`${" ".repeat(50)}1234567890\n`)).message.content).toBe("1234567890");
  });

  test("a message to a channel that the sender may not view reads as one that is not there", async () => {
    await using app = await testApp();
    const alice = await newMember(app, "alice");
    const hidden = await newChannel(app, "hidden", { ...OPEN, view: ["moderator"] });
    for (const channel of [hidden, "hidden", "nosuch"]) {
      const no = await refusal(app.kernel.invoke(sendMessage, alice, { channel, content: "x" }));
      expect([no.code, no.reason]).toEqual(["not-found", "channel"]);
    }
  });
});
