import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { channelFor } from "../channels/access.ts";
import { refuseTimedOut } from "../messages/access.ts";
import { Content, refuseTooLong } from "../messages/content.ts";
import { Embeds } from "../messages/embed.ts";
import { Message, Pings, Place } from "../messages/message.ts";
import { decideIn } from "../roles/permissions.ts";
import { findUser, memberOf } from "../users/access.ts";
import { answerMessage, postAnswer } from "./answer.ts";
import { openCalls } from "./calls.ts";
import { slashWhispered } from "./command.ts";

const Input = z
  .object({
    channel: z.string().min(1).max(200),
    content: Content.default(""),
    embeds: Embeds.default([]),
    /** Whose call it answers; absent for the newest. */
    invoker: z.string().min(1).max(200).optional(),
    /** Which command it answers; absent for that of the newest call. */
    command: z.string().min(1).max(100).optional(),
    /** Whether only the caller sees it; absent for what the command said. */
    ephemeral: z.boolean().optional(),
  })
  .refine(({ content, embeds }) => content !== "" || embeds.length > 0, "slash.answer-empty");

export const answerSlashCommand = operation({
  name: "slash.answer",
  summary: "A bot answers a call of one of its commands, within a day and as often as it likes, where it may still send.",
  input: Input,
  output: z.object({ place: Place, message: Message, pings: Pings, whispered: z.boolean() }),
  access: { to: channelFor("send", (input: z.output<typeof Input>) => input.channel, ["text"]) },
  /** Wider than that of messages: a bot answers many people. */
  pace: { burst: 20, perMinute: 120 },
  check: refuseTooLong,
  async run(call) {
    const { input, now } = call;
    const { channel, member } = call.access.to;
    refuseTimedOut(call, member);
    const invoker = input.invoker === undefined ? undefined : ((await findUser(call, input.invoker))?.id ?? "");
    const wanted = { bot: member.user.id, channel: channel.id, invoker, command: input.command };
    const open = call.cell(openCalls).newest(wanted, now());
    if (!open) throw new Refusal("forbidden", "slash.no-call");
    const by = await memberOf(call, open.invoker.id);
    const place: Place = { channel: channel.id, name: channel.name };
    const message = answerMessage(call, place, {
      author: member.user,
      content: input.content,
      embeds: input.embeds,
      command: open.command,
      by: by?.user ?? open.invoker,
    });
    if (!(input.ephemeral ?? open.ephemeral)) {
      open.left--;
      return { place, message, pings: await postAnswer(call, place, message), whispered: false };
    }
    if (!by || by.banned || !decideIn(by, channel.rules, "view").allowed) throw new Refusal("not-found", "slash.caller-gone");
    open.left--;
    if (by.user.id !== member.user.id) call.announce(slashWhispered, { user: by.user.id }, { place, message });
    return { place, message, pings: { users: [], roles: [], replies: [] }, whispered: true };
  },
});
