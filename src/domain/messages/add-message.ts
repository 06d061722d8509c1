import type { Call } from "../../kernel/operation.ts";
import type { Batch } from "../../storage/store.ts";
import { addAttachments } from "../attachments/send-attachments.ts";
import { addMentions } from "./mentions.ts";
import { keptUnder, type Message, messageCreated, type Pings, type Place } from "./message.ts";
import { postMessage } from "./statements.ts";

/** Writes down a new message, unless its author was banned meanwhile, with whom it calls upon and what it carries, and tells whoever may view the channel. */
export function addMessage(
  batch: Batch,
  call: Call<unknown, unknown>,
  { place, message, pings, nonce = null }: { place: Place; message: Message; pings: Pings; nonce?: string | null },
): void {
  batch.require(postMessage, {
    community: call.actor.community,
    id: message.id,
    channel: message.channel,
    place: keptUnder(place),
    author: message.author.id,
    content: message.content,
    at: message.at,
    replyTo: message.replyTo?.id ?? null,
    replyAuthor: message.replyTo?.author.id ?? null,
    replyPing: message.replyTo?.ping ? 1 : 0,
    embeds: message.embeds.length ? JSON.stringify(message.embeds) : null,
    extra: Object.keys(message.extra).length ? JSON.stringify(message.extra) : null,
    nonce,
  });
  addAttachments(batch, message);
  addMentions(batch, message, pings);
  call.emit(batch, messageCreated, { channel: message.channel }, { place, message, pings, nonce });
}
