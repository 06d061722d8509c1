import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { channelFor } from "../channels/access.ts";
import { Message, Place } from "./message.ts";
import { presentMessages } from "./present.ts";
import { pinnedMessages } from "./statements.ts";

const Input = z.object({ channel: z.string().min(1).max(200) });

export const listPinned = operation({
  name: "message.list-pinned",
  summary: "The pinned messages of a channel, newest first.",
  input: Input,
  output: z.object({ place: Place, messages: z.array(Message) }),
  access: { from: channelFor("view", (input: z.output<typeof Input>) => input.channel, ["text"]) },
  async run({ access: { from }, store }) {
    const rows = await store.all(pinnedMessages, { place: from.channel.id });
    return { place: { channel: from.channel.id, name: from.channel.name }, messages: await presentMessages(store, rows) };
  },
});
