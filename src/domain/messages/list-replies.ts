import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { channelFor } from "../channels/access.ts";
import { Message, Place } from "./message.ts";
import { presentMessages } from "./present.ts";
import { repliesTo } from "./statements.ts";

const Input = z.object({
  channel: z.string().min(1).max(200),
  id: z.string().min(1).max(100),
  limit: z.number().int().min(1).max(200).default(50),
});

export const listReplies = operation({
  name: "message.list-replies",
  summary: "The first replies to a message, oldest first; also when the message itself is gone.",
  input: Input,
  output: z.object({ place: Place, messages: z.array(Message) }),
  access: { from: channelFor("view", (input: z.output<typeof Input>) => input.channel, ["text"]) },
  async run({ input, access: { from }, store }) {
    const rows = await store.all(repliesTo, { place: from.channel.id, id: input.id, limit: input.limit });
    return { place: { channel: from.channel.id, name: from.channel.name }, messages: await presentMessages(store, rows) };
  },
});
