import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { Batch } from "../../storage/store.ts";
import { channelFor } from "../channels/access.ts";
import { decide } from "../roles/permissions.ts";
import { refuseTimedOut } from "./access.ts";
import { Embeds } from "./embed.ts";
import { mentionsIn } from "./mentions.ts";
import { Message, messageCreated, Pings, Place } from "./message.ts";
import { messagePace } from "./pace.ts";
import { presentMessages } from "./present.ts";
import { insertMention, insertMessage, messageById, messageByNonce } from "./statements.ts";

const Input = z
  .object({
    channel: z.string().min(1).max(200),
    content: z.string().max(100_000).trim().default(""),
    replyTo: z.string().min(1).max(100).optional(),
    /** Whether the author of the message replied to is called upon. */
    replyPing: z.boolean().default(true),
    embeds: Embeds.default([]),
    /** The sender's own name for this message: sending it again gives the same message, once. */
    nonce: z.string().min(1).max(100).optional(),
  })
  .refine(({ content, embeds }) => content !== "" || embeds.length > 0, "message.empty");

/** Characters as people count them in a limit: code points. */
const lengthOf = (text: string): number => (text.length <= 500 ? text.length : [...text].length);

export const sendMessage = operation({
  name: "message.send",
  summary: "Post a message to a channel.",
  input: Input,
  output: z.object({ place: Place, message: Message, pings: Pings, repeated: z.boolean() }),
  access: { to: channelFor("send", (input: z.output<typeof Input>) => input.channel, ["text"]) },
  pace: messagePace,
  check({ input, settings }) {
    const max = settings.limits.post_content;
    if (input.content.length > max && lengthOf(input.content) > max) throw new Refusal("too-large", "message.content", { max });
  },
  async run(call) {
    const { input, actor, store } = call;
    const { channel, member } = call.access.to;
    refuseTimedOut(call, member);
    const place: Place = { channel: channel.id, name: channel.name };
    if (input.nonce) {
      const before = await store.one(messageByNonce, { author: member.user.id, nonce: input.nonce });
      if (before) return { place, message: (await presentMessages(store, [before]))[0]!, pings: NOBODY, repeated: true };
    }
    if (channel.slowMode && !decide(member, "manage_messages").allowed)
      call.pace.take(`slow ${channel.id} ${actor.id}`, { burst: 1, perMinute: 60 / channel.slowMode }, "channel.slow-mode");
    let replyTo: Message["replyTo"] = null;
    if (input.replyTo) {
      const target = await store.one(messageById, { id: input.replyTo });
      if (!target || target.place !== channel.id) throw new Refusal("not-found", "message.reply", { id: input.replyTo });
      const [{ author }] = (await presentMessages(store, [target])) as [Message];
      replyTo = { id: target.id, author, ping: input.replyPing };
    }
    const { users, roles } = await mentionsIn(call, input.content);
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
    const pings: Pings = { users, roles, replies: replyTo?.ping ? [replyTo.author] : [] };
    const batch = new Batch().add(insertMessage, {
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

const NOBODY: Pings = { users: [], roles: [], replies: [] };

/** Writes down whom a message calls upon, so that each can list the calls. */
export function addMentions(batch: Batch, message: Pick<Message, "id" | "at">, pings: Pings): void {
  const add = (kind: string, target: string) => batch.add(insertMention, { message: message.id, kind, target, at: message.at });
  for (const user of pings.users) add("user", user.id);
  for (const role of pings.roles) add("role", role.toLowerCase());
  for (const author of pings.replies) add("reply", author.id);
}
