import { z } from "zod";
import { type Made, operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { channelFor } from "../channels/access.ts";
import { threadIn } from "./access.ts";
import { presentThread, presentThreads } from "./present-threads.ts";
import { MOST_LISTED, threadsIn } from "./statements.ts";
import { Thread } from "./thread.ts";

export const showThread = operation({
  name: "thread.show",
  summary: "One thread by its id.",
  input: () => z.object({ thread: z.string().min(1).max(100) }),
  output: () => z.object({ thread: Thread }),
  access: { of: threadIn },
  run: async ({ store, actor, access: { of } }) => ({
    thread: await presentThread(store, of.thread, of.channel.name, actor.id),
  }),
});

const Input = () => z.object({ channel: z.string().min(1).max(200) });

export const listThreads = operation({
  name: "thread.list",
  summary: "The newest 500 threads of a forum channel, in the order in which they were begun.",
  input: Input,
  output: () => z.object({ threads: z.array(Thread) }),
  access: { of: channelFor("view", (input: Made<typeof Input>) => input.channel) },
  async run({ store, actor, access }) {
    const { id, name, kind } = access.of.channel;
    if (kind !== "forum") throw new Refusal("invalid-input", "thread.no-forum");
    const rows = await store.all(threadsIn, { channels: [id], most: MOST_LISTED });
    return { threads: await presentThreads(store, rows, () => name, actor.id) };
  },
});
