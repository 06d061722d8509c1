import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { Batch } from "../../storage/store.ts";
import { channelFor } from "../channels/access.ts";
import { decide } from "../roles/permissions.ts";
import { refuseTimedOut } from "./access.ts";
import { Content, refuseTooLong } from "./content.ts";
import { Embeds } from "./embed.ts";
import { addMentions, pingsIn } from "./mentions.ts";
import { Message, messageCreated, Pings, Place } from "./message.ts";
import { messagePace } from "./pace.ts";
import { presentMessages, speaker } from "./present.ts";
import { messageById, messageByNonce, postMessage } from "./statements.ts";

const Input = z
  .object({
    channel: z.string().min(1).max(200),
    content: Content.default(""),
    replyTo: z.string().min(1).max(100).optional(),
    /** Whether the author of the message replied to is called upon. */
    replyPing: z.boolean().default(true),
    embeds: Embeds.default([]),
    /** The sender's own name for this message: sending it again gives the same message, once. */
    nonce: z.string().min(1).max(100).optional(),
  })
  .refine(({ content, embeds }) => content !== "" || embeds.length > 0, "message.empty");

export const sendMessage = operation({
  name: "message.send",
  summary: "Post a message to a channel.",
  input: Input,
  output: z.object({ place: Place, message: Message, pings: Pings, repeated: z.boolean() }),
  access: { to: channelFor("send", (input: z.output<typeof Input>) => input.channel, ["text"]) },
  pace: messagePace,
  check: refuseTooLong,
  async run(call) {
    const { input, actor, store } = call;
    const { channel, member } = call.access.to;
    refuseTimedOut(call, member, messagePace);
    const place: Place = { channel: channel.id, name: channel.name };
    if (input.nonce !== undefined) {
      const before = await store.one(messageByNonce, { author: member.user.id, nonce: input.nonce });
      if (before) {
        if (before.place !== channel.id) throw new Refusal("conflict", "message.nonce", { id: before.id });
        const [message] = (await presentMessages(store, [before])) as [Message];
        return { place, message, pings: await pingsIn(call, message.content, message.replyTo), repeated: true };
      }
    }
    let replyTo: Message["replyTo"] = null;
    if (input.replyTo !== undefined) {
      const target = await store.one(messageById, { id: input.replyTo });
      if (!target || target.place !== channel.id) throw new Refusal("not-found", "message.reply", { id: input.replyTo });
      const author = speaker(target.author, target.author_name, target.author_realm);
      replyTo = { id: target.id, author, ping: input.replyPing };
    }
    const pings = await pingsIn(call, input.content, replyTo);
    if (channel.slowMode && !decide(member, "manage_messages").allowed)
      call.pace.take(`slow ${channel.id} ${actor.id}`, { burst: 1, perMinute: 60 / channel.slowMode }, "channel.slow-mode");
    const message: Message = {
      id: call.id(),
      channel: channel.id,
      author: member.user,
      content: input.content,
      at: call.now(),
      editedAt: null,
      replyTo,
      pinned: false,
      embeds: input.embeds,
      extra: {},
      reactions: [],
    };
    const batch = new Batch().require(postMessage, {
      community: actor.community,
      id: message.id,
      channel: channel.id,
      place: channel.id,
      author: member.user.id,
      content: message.content,
      at: message.at,
      replyTo: replyTo?.id ?? null,
      replyAuthor: replyTo?.author.id ?? null,
      replyPing: replyTo?.ping ? 1 : 0,
      embeds: message.embeds.length ? JSON.stringify(message.embeds) : null,
      extra: null,
      nonce: input.nonce ?? null,
    });
    addMentions(batch, message, pings);
    call.emit(batch, messageCreated, { channel: channel.id }, { place, message, pings, nonce: input.nonce ?? null });
    await store.commit(batch);
    return { place, message, pings, repeated: false };
  },
});
