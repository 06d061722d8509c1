import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { placeFor } from "../threads/access.ts";
import { Where } from "../threads/where.ts";
import { keptUnder, Message, Place } from "./message.ts";
import { presentMessages } from "./present.ts";
import { repliesTo } from "./statements.ts";

const Input = () =>
  z.object({
    ...Where,
    id: z.string().min(1).max(100),
    limit: z.number().int().min(1).max(200).default(50),
  });

export const listReplies = operation({
  name: "message.list-replies",
  summary: "The first replies to a message, oldest first; also when the message itself is gone.",
  input: Input,
  output: () => z.object({ place: Place, messages: z.array(Message) }),
  access: { from: placeFor("view") },
  async run(call) {
    const { input, store, actor } = call;
    const { from } = call.access;
    const rows = await store.all(repliesTo, { place: keptUnder(from.place), id: input.id, limit: input.limit });
    return { place: from.place, messages: await presentMessages(call, rows, actor.id) };
  },
});
