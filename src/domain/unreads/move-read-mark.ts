import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { channelFor } from "../channels/access.ts";
import { Place } from "../messages/message.ts";
import { moveMark } from "./read-mark.ts";
import { newestIn, positionOf } from "./statements.ts";

const Input = z.object({
  channel: z.string().min(1).max(200),
  /** Read up to this one; the newest when absent. */
  message: z.string().min(1).max(100).optional(),
});

export const moveReadMark = operation({
  name: "read-mark.move",
  summary: "Note how far the acting user has read a channel.",
  input: Input,
  output: z.object({ place: Place, lastRead: z.string().nullable() }),
  access: { of: channelFor("view", (input: z.output<typeof Input>) => input.channel, ["text"]) },
  async run(call) {
    const { input, store } = call;
    const { id, name } = call.access.of.channel;
    const place: Place = { channel: id, name };
    const to =
      input.message === undefined
        ? await store.one(newestIn, { place: id })
        : await store.one(positionOf, { place: id, id: input.message });
    if (!to && input.message !== undefined) throw new Refusal("not-found", "message", { id: input.message });
    if (to) await moveMark(call, place, to);
    return { place, lastRead: to?.id ?? null };
  },
});
