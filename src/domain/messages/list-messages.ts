import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { placeFor } from "../threads/access.ts";
import { Where } from "../threads/where.ts";
import { moveMark } from "../unreads/read-mark.ts";
import { keptUnder, Message, Place } from "./message.ts";
import { presentMessages } from "./present.ts";
import { newestMessages } from "./statements.ts";

export const MOST_SKIPPED = 100_000;

const Input = () =>
  z.object({
    ...Where,
    /** How many of the newest to leave out. Each is stepped over: who wants to go further back asks around a message. */
    skip: z.number().int().min(0).max(MOST_SKIPPED).default(0),
    limit: z.number().int().min(0).max(200).default(50),
    /** Whether the asking user has now read the newest of these. */
    read: z.boolean().default(false),
  });

export const listMessages = operation({
  name: "message.list",
  summary: "The newest messages of a channel or thread, oldest of them first.",
  input: Input,
  output: () => z.object({ place: Place, messages: z.array(Message) }),
  access: { from: placeFor("view") },
  async run(call) {
    const { input, store, actor } = call;
    const { place } = call.access.from;
    const rows = await store.all(newestMessages, { place: keptUnder(place), skip: input.skip, limit: input.limit });
    if (input.read && rows[0]) await moveMark(call, place, rows[0]);
    return {
      place,
      messages: await presentMessages(call, rows.toReversed(), actor.id),
    };
  },
});
