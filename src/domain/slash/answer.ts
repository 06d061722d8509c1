import type { Call } from "../../kernel/operation.ts";
import { Batch } from "../../storage/store.ts";
import { addMessage } from "../messages/add-message.ts";
import { pingsIn } from "../messages/mentions.ts";
import type { Message, Pings, Place } from "../messages/message.ts";
import type { Placed } from "../threads/access.ts";
import { writeInThread } from "../threads/statements.ts";
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
  attachments: [],
  extra: { interaction: { command, by } },
  reactions: [],
});

/** Keeps an answer in its place and tells it there. */
export async function postAnswer(call: Call<unknown, unknown>, { place, thread }: Placed, message: Message): Promise<Pings> {
  const pings = await pingsIn(call, message.content);
  const batch = new Batch();
  if (thread) batch.require(writeInThread, { id: thread.id, archived: 0 });
  addMessage(batch, call, { place, message, pings });
  await call.store.commit(batch);
  return pings;
}
