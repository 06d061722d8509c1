import type { Call } from "../../kernel/operation.ts";
import { Batch } from "../../storage/store.ts";
import { addMentions, pingsIn } from "../messages/mentions.ts";
import { type Message, messageCreated, type Pings, type Place } from "../messages/message.ts";
import { insertMessage } from "../messages/statements.ts";
import type { Speaker } from "../users/user.ts";

/** A message in answer to a slash command that `by` called. */
export const answerMessage = (
  call: Pick<Call<unknown, unknown>, "id" | "now">,
  place: Place,
  {
    author,
    content,
    embeds = [],
    command,
    by,
  }: Pick<Message, "author" | "content"> & Partial<Pick<Message, "embeds">> & { command: string; by: Speaker },
): Message => ({
  id: call.id(),
  channel: place.channel,
  author,
  content,
  at: call.now(),
  editedAt: null,
  replyTo: null,
  pinned: false,
  embeds,
  extra: { interaction: { command, by } },
  reactions: [],
});

/** Keeps an answer in its channel and tells it there. */
export async function postAnswer(call: Call<unknown, unknown>, place: Place, message: Message): Promise<Pings> {
  const pings = await pingsIn(call, message.content);
  const batch = new Batch().add(insertMessage, {
    id: message.id,
    channel: place.channel,
    place: place.channel,
    author: message.author.id,
    content: message.content,
    at: message.at,
    replyTo: null,
    replyAuthor: null,
    replyPing: 0,
    embeds: message.embeds.length ? JSON.stringify(message.embeds) : null,
    extra: JSON.stringify(message.extra),
    nonce: null,
  });
  addMentions(batch, message, pings);
  call.emit(batch, messageCreated, { channel: place.channel }, { place, message, pings, nonce: null });
  await call.store.commit(batch);
  return pings;
}
