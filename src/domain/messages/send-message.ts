import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { MOST_ATTACHMENTS } from "../attachments/attachment.ts";
import { refuseShownCode } from "../community/ownership.ts";
import { placeFor } from "../threads/access.ts";
import { Where } from "../threads/where.ts";
import { Content, refuseTooLong } from "./content.ts";
import { Embeds } from "./embed.ts";
import { Message, Pings, Place } from "./message.ts";
import { messagePace } from "./pace.ts";
import { publishMessage } from "./publish-message.ts";

const Input = () =>
  z
    .object({
      ...Where,
      content: Content.default(""),
      replyTo: z.string().min(1).max(100).optional(),
      /** Whether the author of the message replied to is called upon. */
      replyPing: z.boolean().default(true),
      embeds: Embeds.default([]),
      /** Ids of the sender's uploads. */
      attachments: z.array(z.string().min(1).max(100)).max(MOST_ATTACHMENTS, "message.attachments").default([]),
      /** The sender's own name for this message: sending it again gives the same message, once. */
      nonce: z.string().min(1).max(100).optional(),
      /** A plugin's: the name and picture under which it writes, as a webhook does. */
      as: z.object({ name: z.string().trim().min(1).max(80), avatar: z.url().max(500).nullable().default(null) }).optional(),
    })
    .refine(({ content, embeds, attachments }) => content !== "" || embeds.length > 0 || attachments.length > 0, "message.empty");

export const sendMessage = operation({
  name: "message.send",
  summary: "Post a message to a channel or a thread.",
  input: Input,
  output: () => z.object({ place: Place, message: Message, pings: Pings, repeated: z.boolean() }),
  access: { to: placeFor("send") },
  pace: messagePace,
  check: refuseTooLong,
  async run(call) {
    const { to } = call.access;
    if (call.input.as && call.actor.kind !== "plugin") throw new Refusal("forbidden", "plugin.only");
    await refuseShownCode(call, call.input.content);
    const { message, pings, repeated } = await publishMessage(call, to, call.input);
    return { place: to.place, message, pings, repeated };
  },
});
