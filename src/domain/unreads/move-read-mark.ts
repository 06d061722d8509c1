import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { keptUnder, Place } from "../messages/message.ts";
import { placeFor } from "../threads/access.ts";
import { Where } from "../threads/where.ts";
import { moveMark } from "./read-mark.ts";
import { newestIn, positionOf } from "./statements.ts";

const Input = () =>
  z.object({
    ...Where,
    /** Read up to this one; the newest when absent. */
    message: z.string().min(1).max(100).optional(),
  });

export const moveReadMark = operation({
  name: "read-mark.move",
  summary: "Note how far the acting user has read a channel or a thread.",
  input: Input,
  output: () => z.object({ place: Place, lastRead: z.string().nullable() }),
  access: { of: placeFor("view") },
  async run(call) {
    const { input, store } = call;
    const { place } = call.access.of;
    const kept = keptUnder(place);
    const to =
      input.message === undefined
        ? await store.one(newestIn, { place: kept })
        : await store.one(positionOf, { place: kept, id: input.message });
    if (!to && input.message !== undefined) throw new Refusal("not-found", "message", { id: input.message });
    if (to) await moveMark(call, place, to);
    return { place, lastRead: to?.id ?? null };
  },
});
