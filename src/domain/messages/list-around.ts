import { z } from "zod";
import { type Made, operation } from "../../kernel/operation.ts";
import { Where } from "../threads/where.ts";
import { messageIn } from "./access.ts";
import { Message, Place } from "./message.ts";
import { presentMessages } from "./present.ts";
import { countBefore, newerThan, olderThan } from "./statements.ts";

/**
 * Positions are counted exactly up to here; what lies further on is said to be here. Whoever pages needs to know when the beginning is reached,
 * and counting further costs with the length of the history.
 */
export const COUNTED = 10_000;

const Input = () =>
  z.object({
    ...Where,
    id: z.string().min(1).max(100),
    older: z.number().int().min(0).max(200).default(50),
    newer: z.number().int().min(0).max(200).default(50),
  });

export const listAround = operation({
  name: "message.list-around",
  summary: "A message with its neighbours, oldest first.",
  input: Input,
  /** `start` is how many messages are older than the first one given, exact below 10,000. */
  output: () => z.object({ place: Place, messages: z.array(Message), start: z.number() }),
  access: { of: messageIn<Made<typeof Input>>() },
  async run(call) {
    const { input, store, actor } = call;
    const { of } = call.access;
    const { place, n } = of.message;
    const older = await store.all(olderThan, { place, n, limit: input.older });
    const newer = await store.all(newerThan, { place, n, limit: input.newer });
    const rows = [...older.toReversed(), of.message, ...newer];
    const { before } = (await store.one(countBefore, { place, n: rows[0]!.n, most: COUNTED }))!;
    return { place: of.place, messages: await presentMessages(call, rows, actor.id), start: before };
  },
});
