import { z } from "zod";
import { type Made, operation } from "../../kernel/operation.ts";
import { Where } from "../threads/where.ts";
import { messageIn } from "./access.ts";
import { Message, Place } from "./message.ts";
import { presentMessages } from "./present.ts";

const Input = () => z.object({ ...Where, id: z.string().min(1).max(100) });

export const getMessage = operation({
  name: "message.get",
  summary: "One message by its id.",
  input: Input,
  output: () => z.object({ place: Place, message: Message }),
  access: { of: messageIn<Made<typeof Input>>() },
  async run(call) {
    const { of } = call.access;
    const [message] = (await presentMessages(call, [of.message], call.actor.id)) as [Message];
    return { place: of.place, message };
  },
});
