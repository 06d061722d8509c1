import { z } from "zod";
import { type Made, operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { Batch } from "../../storage/store.ts";
import { channelFor } from "../channels/access.ts";
import { addBeginning } from "../channels/add-channel.ts";
import { refuseTimedOut } from "../messages/access.ts";
import { decideIn } from "../roles/permissions.ts";
import { countThreads, insertParticipant, insertThread } from "./statements.ts";
import { Thread, threadCreated, ThreadName } from "./thread.ts";

const MOST_THREADS = 10_000;

const Input = () => z.object({ channel: z.string().min(1).max(200), name: ThreadName });

export const createThread = operation({
  name: "thread.create",
  summary: "Begin a thread in a forum channel, and take part in it.",
  input: Input,
  output: () => z.object({ thread: Thread }),
  access: { in: channelFor("view", (input: Made<typeof Input>) => input.channel) },
  pace: { burst: 5, perMinute: 10 },
  async run(call) {
    const { input, store, actor } = call;
    const { channel, member } = call.access.in;
    if (channel.kind !== "forum") throw new Refusal("invalid-input", "thread.no-forum");
    if (!decideIn(member, channel.rules, "create_thread").allowed) throw new Refusal("forbidden", "channel.create-thread");
    refuseTimedOut(call, member);
    if ((await store.one(countThreads, { channel: channel.id }))!.threads >= MOST_THREADS)
      throw new Refusal("too-large", "thread.most", { max: MOST_THREADS });
    const at = call.now();
    const id = call.id();
    const newest = { id: call.id(), at };
    const joins = actor.kind === "user";
    const thread: Thread = {
      id,
      name: input.name,
      place: { channel: channel.id, name: channel.name, thread: id },
      author: member.user,
      at,
      locked: false,
      archived: false,
      participants: joins ? [member.user] : [],
      newest,
    };
    const batch = new Batch().add(insertThread, { id, channel: channel.id, name: thread.name, by: actor.id, at });
    if (joins) batch.add(insertParticipant, { thread: id, user: actor.id });
    addBeginning(batch, thread.place, thread.name, at, newest.id);
    call.emit(batch, threadCreated, { channel: channel.id }, { thread });
    await store.commit(batch);
    return { thread };
  },
});
