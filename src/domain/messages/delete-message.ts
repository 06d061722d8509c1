import { z } from "zod";
import { type Made, operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { Batch } from "../../storage/store.ts";
import { recordAct } from "../moderation/modlog.ts";
import { decideIn } from "../roles/permissions.ts";
import { refuseClosed, worded } from "../threads/access.ts";
import { Where } from "../threads/where.ts";
import { messageIn } from "./access.ts";
import { messageDeleted, Place } from "./message.ts";
import { speaker } from "./present.ts";
import { dropMessage } from "./statements.ts";

const Input = () => z.object({ ...Where, id: z.string().min(1).max(100) });

export const deleteMessage = operation({
  name: "message.delete",
  summary: "Delete one's own message, or as a moderator anybody's.",
  input: Input,
  output: () => z.object({ place: Place, id: z.string() }),
  access: { of: messageIn<Made<typeof Input>>("message.to-delete") },
  async run(call) {
    const { channel, member, message, place } = call.access.of;
    refuseClosed(call.access.of);
    const own = message.author === member.user.id;
    const may =
      decideIn(member, channel.rules, "delete").allowed || (own && decideIn(member, channel.rules, "delete_own").allowed);
    if (!may) throw new Refusal("forbidden", own ? worded(call.access.of, "delete-own") : "channel.delete");
    const author = speaker(message.author, message.author_name, message.author_realm);
    const batch = new Batch().require(dropMessage, { id: message.id });
    call.emit(batch, messageDeleted, { channel: channel.id }, { place, id: message.id, author, by: member.user });
    if (!own)
      recordAct(batch, call, {
        action: "message_delete",
        target: { id: message.id, name: null },
        details: { channel: channel.name, ...(place.thread !== undefined && { thread: place.thread }), author: author.name },
      });
    await call.store.commit(batch);
    return { place, id: message.id };
  },
});
