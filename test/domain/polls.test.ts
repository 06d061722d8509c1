import { describe, expect, test } from "bun:test";
import { consoleActor } from "../../src/app.ts";
import { createChannel } from "../../src/domain/channels/create-channel.ts";
import { listMessages } from "../../src/domain/messages/list-messages.ts";
import { sendMessage } from "../../src/domain/messages/send-message.ts";
import { createPoll } from "../../src/domain/polls/create-poll.ts";
import { endDuePolls, endPoll } from "../../src/domain/polls/end-poll.ts";
import { showPoll, showPollResults } from "../../src/domain/polls/show-poll.ts";
import { voteInPoll } from "../../src/domain/polls/vote-in-poll.ts";
import { updateRole } from "../../src/domain/roles/update-role.ts";
import type { Actor } from "../../src/kernel/operation.ts";
import { newCrowd, newMember, refusal, timedOut } from "../support/scene.ts";
import { testApp } from "../support/world.ts";

const OPTIONS = [
  { id: "y", text: "yes" },
  { id: "n", text: "no" },
];
async function scene(more: object = {}) {
  const app = await testApp();
  const { kernel } = app;
  const [alice, bob] = [await newMember(app, "alice"), await newMember(app, "bob")];
  const { poll, message } = await kernel.invoke(createPoll, alice, {
    channel: "general",
    question: "Tea?",
    options: OPTIONS,
    ...more,
  });
  const vote = (who: Actor, ...options: string[]) => kernel.invoke(voteInPoll, who, { poll: poll.id, options });
  const told = (type: string) => app.happened.filter((event) => event.type === type);
  return { app, kernel, alice, bob, poll, message, vote, told, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
}
const counts = (poll: { options: { id: string; votes: number }[] }) => poll.options.map(({ votes }) => votes);

test("of many who vote at once everybody counts once, and the last count told has them all", async () => {
  await using it = await scene();
  const crowd = await newCrowd(it.app, 30);
  const voteTwice = async (who: Actor, n: number) => {
    await it.vote(who, "y");
    await it.vote(who, n % 3 ? "n" : "y");
  };
  await Promise.all(crowd.map(voteTwice));
  const { poll } = await it.kernel.invoke(showPoll, it.bob, { poll: it.poll.id });
  expect(counts(poll)).toEqual([10, 20]);
  const last = it.told("poll.voted").findLast(({ to }) => "channel" in to)!.data as any;
  expect(counts(last.poll)).toEqual([10, 20]);
});

test("what is told to the channel about a vote names nobody, and the voter's choice goes to their own sessions only", async () => {
  await using it = await scene();
  await it.vote(it.bob, "y");
  const [everybody, own] = it.told("poll.voted");
  expect(everybody!.to).toHaveProperty("channel");
  expect(JSON.stringify(everybody!.data)).not.toContain(it.bob.id);
  expect(everybody!.data).not.toHaveProperty("poll.chosen");
  expect(own).toMatchObject({ to: { user: it.bob.id }, data: { poll: { chosen: ["y"] } } });
  expect((await it.kernel.invoke(showPollResults, it.alice, { poll: it.poll.id })).voters).toEqual({});
});

test("a poll that somebody else's text imitates shows nothing of it", async () => {
  await using it = await scene();
  await it.vote(it.bob, "y");
  const poll = { id: it.poll.id, question: "Tea?", options: OPTIONS };
  await it.kernel.invoke(sendMessage, it.bob, { channel: "general", embeds: [{ type: "poll", poll }] });
  const { messages } = await it.kernel.invoke(listMessages, it.bob, { channel: "general", limit: 2 });
  expect(messages.map((message) => message.poll?.id)).toEqual([it.poll.id, undefined]);
});

describe("the end", () => {
  test("comes once, whoever ends it and whenever its time is up", async () => {
    await using it = await scene({ ends: { afterMs: 60_000 } });
    it.app.clock.time += 60_000;
    const operator = consoleActor(it.app.community.id);
    const due = it.kernel.invoke(endDuePolls, operator, {});
    await Promise.allSettled([
      it.kernel.invoke(endPoll, it.alice, { poll: it.poll.id }),
      it.vote(it.bob, "y"),
      due,
      it.kernel.invoke(endDuePolls, operator, {}),
    ]);
    await due;
    expect(it.told("poll.ended")).toHaveLength(1);
    expect(await refusal(it.vote(it.bob, "y"))).toMatchObject({ reason: "poll.ended" });
  });

  test("comes with the clock, no earlier", async () => {
    await using it = await scene({ ends: { afterMs: 60_000 } });
    await it.vote(it.bob, "y");
    it.app.clock.advance(59_000);
    await it.kernel.invoke(endDuePolls, consoleActor(it.app.community.id), {});
    expect(it.told("poll.ended")).toEqual([]);
    await it.app.hub.settled();
    it.app.clock.advance(6000);
    await it.app.hub.settled();
    expect(it.told("poll.ended")).toMatchObject([{ data: { voters: { y: [{ name: "bob" }] } } }]);
  });

  test("of somebody else's poll is for moderators", async () => {
    await using it = await scene();
    expect(await refusal(it.kernel.invoke(endPoll, it.bob, { poll: it.poll.id }))).toMatchObject({ reason: "permission" });
    const mod = await newMember(it.app, "mod", "moderator");
    await it.kernel.invoke(endPoll, mod, { poll: it.message.id });
    expect(it.told("poll.ended")).toHaveLength(1);
  });
});

test("who may not send messages asks for no vote, and who is timed out does not vote", async () => {
  await using it = await scene();
  await timedOut(it.app, it.bob, 60_000);
  expect(await refusal(it.vote(it.bob, "y"))).toMatchObject({ reason: "member.timeout" });
  const operator = consoleActor(it.app.community.id);
  await it.kernel.invoke(updateRole, operator, { role: "user", permissions: [] });
  const asked = it.kernel.invoke(createPoll, it.alice, { channel: "general", question: "Tea?", options: OPTIONS });
  expect(await refusal(asked)).toMatchObject({ reason: "permission", facts: { permission: "send_messages" } });
});

test("a voice channel asks for no vote", async () => {
  await using it = await scene();
  const operator = consoleActor(it.app.community.id);
  await it.kernel.invoke(createChannel, operator, { name: "stage", kind: "voice", rules: { view: ["user"], send: ["user"] } });
  const asked = it.kernel.invoke(createPoll, it.alice, { channel: "stage", question: "Tea?", options: OPTIONS });
  expect(await refusal(asked)).toMatchObject({ reason: "channel.kind" });
});

test("the pages of a history with many polls cost as many reads as with one", async () => {
  await using it = await scene();
  for (let n = 0; n < 20; n++)
    await it.kernel.invoke(createPoll, it.alice, { channel: "general", question: `Tea ${n}?`, options: OPTIONS });
  const { store } = it.kernel.world;
  let reads = 0;
  const all = store.all;
  store.all = ((...args: Parameters<typeof all>) => (reads++, all.apply(store, args))) as typeof all;
  const asked = async (limit: number) => {
    reads = 0;
    const { messages } = await it.kernel.invoke(listMessages, it.bob, { channel: "general", limit });
    expect(messages.filter(({ poll }) => poll)).toHaveLength(limit);
    return reads;
  };
  expect(await asked(20)).toBe(await asked(1));
});
