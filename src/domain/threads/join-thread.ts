import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { Batch } from "../../storage/store.ts";
import { Speaker } from "../users/user.ts";
import { refuseLocked, threadIn } from "./access.ts";
import { presentThread } from "./present-threads.ts";
import { dropParticipant, insertParticipant, participation } from "./statements.ts";
import { Thread, threadJoined, threadLeft } from "./thread.ts";

const Input = () => z.object({ thread: z.string().min(1).max(100) });
const Output = () => z.object({ thread: Thread, user: Speaker });

export const joinThread = operation({
  name: "thread.join",
  summary: "Take part in a thread. Nothing happens for whoever does already.",
  input: Input,
  output: Output,
  access: { to: threadIn },
  async run(call) {
    const { store, actor } = call;
    const { to } = call.access;
    if (actor.kind !== "user") throw new Refusal("invalid-input", "thread.users-only");
    refuseLocked(to);
    const { user } = to.member;
    const thread = await presentThread(store, to.thread, to.channel.name, user.id);
    if (thread.participants.some(({ id }) => id === user.id)) return { thread, user };
    const joined = { ...thread, participants: [...thread.participants, user] };
    const batch = new Batch().require(insertParticipant, { thread: thread.id, user: user.id });
    call.emit(batch, threadJoined, { channel: to.channel.id }, { thread: joined, user });
    await store.commit(batch);
    return { thread: joined, user };
  },
});

export const leaveThread = operation({
  name: "thread.leave",
  summary: "Take part in a thread no longer, its author too. Nothing happens for whoever does not.",
  input: Input,
  output: Output,
  access: { from: threadIn },
  async run(call) {
    const { store } = call;
    const { from } = call.access;
    const { user } = from.member;
    const before = await presentThread(store, from.thread, from.channel.name, user.id);
    const thread = { ...before, participants: before.participants.filter(({ id }) => id !== user.id) };
    if (!(await store.one(participation, { thread: thread.id, user: user.id }))) return { thread, user };
    const batch = new Batch().require(dropParticipant, { thread: thread.id, user: user.id });
    call.emit(batch, threadLeft, { channel: from.channel.id }, { thread, user });
    await store.commit(batch);
    return { thread, user };
  },
});
