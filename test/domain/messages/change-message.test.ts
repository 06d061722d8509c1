import { describe, expect, test } from "bun:test";
import { deleteMessage } from "../../../src/domain/messages/delete-message.ts";
import { editMessage } from "../../../src/domain/messages/edit-message.ts";
import { getMessage } from "../../../src/domain/messages/get-message.ts";
import { listPinned } from "../../../src/domain/messages/list-pinned.ts";
import { MOST_PINNED, pinMessage } from "../../../src/domain/messages/pin-message.ts";
import { addReaction, MOST_EMOJI, removeReaction } from "../../../src/domain/messages/react-to-message.ts";
import { sendMessage } from "../../../src/domain/messages/send-message.ts";
import { startTyping } from "../../../src/domain/messages/start-typing.ts";
import type { Actor, Operation } from "../../../src/kernel/operation.ts";
import { read } from "../../../src/storage/store.ts";
import { newChannel, newMember, OPEN, refusal, timedOut } from "../../support/scene.ts";
import { type TestApp, testApp } from "../../support/world.ts";

const mentionsOf = read<{ message: string }, { kind: string; target: string }>(
  `select kind, target from mention where message = :message order by kind, target`,
);
const say = async (app: TestApp, who: Actor, content: string, more: object = {}): Promise<string> =>
  (await app.kernel.invoke(sendMessage, who, { channel: "general", content, ...more })).message.id;

describe("an edit", () => {
  test("calls upon whom the new text names, and no longer upon whom the old one named", async () => {
    await using app = await testApp();
    const [alice, bob, carol] = [await newMember(app, "alice"), await newMember(app, "bob"), await newMember(app, "carol")];
    const first = await say(app, bob, "first");
    const id = await say(app, alice, "@bob @&admin", { replyTo: first });
    await app.kernel.invoke(editMessage, alice, { channel: "general", id, content: "@carol" });
    expect(await app.kernel.world.store.all(mentionsOf, { message: id })).toEqual([
      { kind: "reply", target: bob.id },
      { kind: "user", target: carol.id },
    ]);
  });

  test("keeps place, time, reply, pin and reactions", async () => {
    await using app = await testApp();
    const mod = await newMember(app, "mod", "moderator");
    const first = await say(app, mod, "first");
    const id = await say(app, mod, "second", { replyTo: first });
    await app.kernel.invoke(pinMessage, mod, { channel: "general", id });
    await app.kernel.invoke(addReaction, mod, { channel: "general", id, emoji: "👍" });
    const look = async () => (await app.kernel.invoke(getMessage, mod, { channel: "general", id })).message;
    const before = await look();
    app.clock.advance(1000);
    const { message } = await app.kernel.invoke(editMessage, mod, { channel: "general", id, content: "third" });
    expect(await look()).toEqual({ ...before, content: "third", editedAt: app.clock.now() });
    // Whom the text calls upon stands beside it.
    const { pings: _, ...rest } = await look();
    expect(message).toEqual(rest);
  });

  test("is for the author alone: not for the owner's or a moderator's right", async () => {
    await using app = await testApp();
    const alice = await newMember(app, "alice");
    const id = await say(app, alice, "mine");
    for (const who of [await newMember(app, "mod", "moderator"), await newMember(app, "boss", "owner")])
      expect((await refusal(app.kernel.invoke(editMessage, who, { channel: "general", id, content: "x" }))).reason).toBe(
        "message.foreign",
      );
  });

  test("and a deletion at the same moment leave no message, whichever came first", async () => {
    await using app = await testApp();
    const alice = await newMember(app, "alice");
    const id = await say(app, alice, "mine");
    const [deleted, edited] = await Promise.allSettled([
      app.kernel.invoke(deleteMessage, alice, { channel: "general", id }),
      app.kernel.invoke(editMessage, alice, { channel: "general", id, content: "x" }),
    ]);
    expect(deleted.status).toBe("fulfilled");
    expect(edited).toMatchObject({ status: "rejected", reason: { code: "not-found", reason: "message.to-edit" } });
    expect((await refusal(app.kernel.invoke(getMessage, alice, { channel: "general", id }))).reason).toBe("message");
    expect(app.happened.map(({ type }) => type).filter((type) => type.startsWith("message."))).toEqual([
      "message.created",
      "message.deleted",
    ]);
  });
});

describe("rights", () => {
  const changes: readonly [Operation, object][] = [
    [getMessage, {}],
    [editMessage, { content: "x" }],
    [deleteMessage, {}],
    [pinMessage, {}],
    [addReaction, { emoji: "x" }],
    [removeReaction, { emoji: "x" }],
  ];

  test("whoever may not view a channel is told of none of its messages", async () => {
    await using app = await testApp();
    const alice = await newMember(app, "alice");
    const mod = await newMember(app, "mod", "moderator");
    const hidden = await newChannel(app, "hidden", { ...OPEN, view: ["moderator"] });
    const { message } = await app.kernel.invoke(sendMessage, mod, { channel: "hidden", content: "secret" });
    for (const [op, more] of changes) {
      for (const channel of [hidden, "hidden"]) {
        const no = await refusal(app.kernel.invoke(op, alice, { channel, id: message.id, ...more }));
        expect([op.name, no.code, no.reason]).toEqual([op.name, "not-found", "channel"]);
      }
      const no = await refusal(app.kernel.invoke(op, alice, { channel: "general", id: message.id, ...more }));
      expect([op.name, no.code, no.reason.split(".")[0]]).toEqual([op.name, "not-found", "message"]);
    }
  });

  test("edit_own, delete_own and react can be kept from a role", async () => {
    await using app = await testApp();
    const alice = await newMember(app, "alice");
    await newChannel(app, "strict", { view: ["user"], send: ["user"], edit_own: [], delete_own: [], react: [] });
    const { message } = await app.kernel.invoke(sendMessage, alice, { channel: "strict", content: "x" });
    const reasons = [];
    for (const [op, more] of changes.slice(1))
      reasons.push((await refusal(app.kernel.invoke(op, alice, { channel: "strict", id: message.id, ...more }))).reason);
    expect(reasons).toEqual(["channel.edit-own", "channel.delete-own", "channel.pin", "channel.react", "channel.unreact"]);
  });

  test("somebody timed out neither edits nor reacts nor types, but may delete what they said", async () => {
    await using app = await testApp();
    const alice = await newMember(app, "alice");
    const id = await say(app, alice, "mine");
    await timedOut(app, alice, 60_000);
    app.happened.length = 0;
    for (const call of [
      () => app.kernel.invoke(editMessage, alice, { channel: "general", id, content: "x" }),
      () => app.kernel.invoke(addReaction, alice, { channel: "general", id, emoji: "x" }),
      () => app.kernel.invoke(startTyping, alice, { channel: "general" }),
    ])
      expect((await refusal(call())).reason).toBe("member.timeout");
    await app.kernel.invoke(deleteMessage, alice, { channel: "general", id });
    expect(app.happened.map(({ type }) => type)).toEqual(["message.deleted"]);
  });
});

describe("bounds", () => {
  test("an emoji has 1 to 200 characters, counted in code points", async () => {
    await using app = await testApp();
    const alice = await newMember(app, "alice");
    const id = await say(app, alice, "x");
    const react = (emoji: string) => app.kernel.invoke(addReaction, alice, { channel: "general", id, emoji });
    await react("😀".repeat(200));
    for (const emoji of ["", "😀".repeat(201), "x".repeat(401)])
      expect((await refusal(react(emoji))).reason).toBe("reaction.emoji");
  });

  // deviation: reactions-limited
  test("a message bears so many different emoji and no more; more people may still choose those it has", async () => {
    await using app = await testApp();
    const alice = await newMember(app, "alice");
    const bob = await newMember(app, "bob");
    const id = await say(app, alice, "x");
    const react = (who: Actor, emoji: string) => app.kernel.invoke(addReaction, who, { channel: "general", id, emoji });
    for (let i = 0; i < MOST_EMOJI; i++) {
      app.clock.advance(1000);
      await react(alice, `e${i}`);
    }
    expect((await refusal(react(bob, "one more"))).reason).toBe("reaction.kinds");
    await react(bob, "e7");
  });

  test("the same reaction at the same moment counts once", async () => {
    await using app = await testApp();
    const alice = await newMember(app, "alice");
    const id = await say(app, alice, "x");
    const react = () => app.kernel.invoke(addReaction, alice, { channel: "general", id, emoji: "👍" });
    const both = await Promise.allSettled([react(), react()]);
    const [one, other] = both.toSorted((a, b) => a.status.localeCompare(b.status));
    expect(one!.status).toBe("fulfilled");
    expect(other).toMatchObject({ status: "rejected", reason: { reason: "reaction.exists" } });
    expect(app.happened.filter(({ type }) => type === "reaction.added")).toHaveLength(1);
  });

  // deviation: pins-limited
  test("a channel has so many pinned messages and no more", async () => {
    await using app = await testApp({}, {});
    const mod = await newMember(app, "mod", "moderator");
    for (let i = 0; i < MOST_PINNED; i++) {
      app.clock.advance(1000);
      await app.kernel.invoke(pinMessage, mod, { channel: "general", id: await say(app, mod, `${i}`) });
    }
    const id = await say(app, mod, "one more");
    expect((await refusal(app.kernel.invoke(pinMessage, mod, { channel: "general", id }))).reason).toBe("message.pins");
    const { messages } = await app.kernel.invoke(listPinned, mod, { channel: "general" });
    expect(messages).toHaveLength(MOST_PINNED);
    await app.kernel.invoke(pinMessage, mod, { channel: "general", id: messages[0]!.id, pinned: false });
    await app.kernel.invoke(pinMessage, mod, { channel: "general", id });
  });
});
