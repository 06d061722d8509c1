import { z } from "zod";
import { type Made, operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { Batch } from "../../storage/store.ts";
import { decideIn } from "../roles/permissions.ts";
import { indexWords, wordsOf } from "../search/statements.ts";
import { refuseClosed, worded } from "../threads/access.ts";
import { Where } from "../threads/where.ts";
import { messageIn, refuseTimedOut } from "./access.ts";
import { Content, refuseTooLong } from "./content.ts";
import { Embeds } from "./embed.ts";
import { addMentions, pingsIn } from "./mentions.ts";
import { Message, messageEdited, Pings, Place } from "./message.ts";
import { messagePace } from "./pace.ts";
import { presentMessages } from "./present.ts";
import { dropTextMentions, updateMessage } from "./statements.ts";

const Input = () =>
  z.object({
    ...Where,
    id: z.string().min(1).max(100),
    content: Content.min(1, "message.empty"),
    /** Absent leaves the embeds as they are; an empty list removes them. */
    embeds: Embeds.optional(),
  });

export const editMessage = operation({
  name: "message.edit",
  summary: "Change the text, and if given the embeds, of one's own message.",
  input: Input,
  output: () => z.object({ place: Place, message: Message, pings: Pings }),
  access: { of: messageIn<Made<typeof Input>>("message.to-edit") },
  pace: messagePace,
  check: refuseTooLong,
  async run(call) {
    const { input, store } = call;
    const { channel, member, message: row, place } = call.access.of;
    refuseTimedOut(call, member, messagePace);
    refuseClosed(call.access.of);
    if (row.author !== member.user.id) throw new Refusal("forbidden", "message.foreign");
    if (!decideIn(member, channel.rules, "edit_own").allowed) throw new Refusal("forbidden", worded(call.access.of, "edit-own"));
    const [{ pings: _, ...before }] = (await presentMessages(call, [row])) as [Message];
    if (before.poll && input.embeds) throw new Refusal("invalid-input", "poll.embeds");
    const message: Message = {
      ...before,
      content: input.content,
      editedAt: call.now(),
      embeds: input.embeds ?? before.embeds,
    };
    const pings = await pingsIn(call, message.content);
    const batch = new Batch()
      .require(updateMessage, {
        id: message.id,
        content: message.content,
        at: message.editedAt!,
        embeds: message.embeds.length ? JSON.stringify(message.embeds) : null,
      })
      .add(indexWords, wordsOf([{ n: row.n, channel: channel.id, content: message.content }]))
      .add(dropTextMentions, { message: message.id });
    addMentions(batch, message, pings);
    call.emit(batch, messageEdited, { channel: channel.id }, { place, message, pings });
    await store.commit(batch);
    return { place, message, pings };
  },
});
