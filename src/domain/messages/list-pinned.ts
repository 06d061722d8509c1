import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { placeFor } from "../threads/access.ts";
import { Where } from "../threads/where.ts";
import { keptUnder, Message, Place } from "./message.ts";
import { presentMessages } from "./present.ts";
import { pinnedMessages } from "./statements.ts";

const Input = z.object(Where);

export const listPinned = operation({
  name: "message.list-pinned",
  summary: "The pinned messages of a channel, newest first.",
  input: Input,
  output: z.object({ place: Place, messages: z.array(Message) }),
  access: { from: placeFor("view") },
  async run(call) {
    const { store, actor } = call;
    const { from } = call.access;
    const rows = await store.all(pinnedMessages, { place: keptUnder(from.place) });
    return { place: from.place, messages: await presentMessages(call, rows, actor.id) };
  },
});
