import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { refuseTimedOut } from "../messages/access.ts";
import { Content, refuseTooLong } from "../messages/content.ts";
import { Embeds } from "../messages/embed.ts";
import { Message, Pings, Place } from "../messages/message.ts";
import { decideIn } from "../roles/permissions.ts";
import { inThread, refuseClosed } from "../threads/access.ts";
import { threadById } from "../threads/statements.ts";
import { Where } from "../threads/where.ts";
import { findUser, memberOf } from "../users/access.ts";
import { slashPlace } from "./access.ts";
import { answerMessage, postAnswer } from "./answer.ts";
import { openCalls } from "./calls.ts";
import { slashWhispered } from "./command.ts";

const Input = () =>
  z
    .object({
      ...Where,
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
  output: () => z.object({ place: Place, message: Message, pings: Pings, whispered: z.boolean() }),
  access: { named: slashPlace },
  /** Wider than that of messages: a bot answers many people. */
  pace: { burst: 20, perMinute: 120 },
  check: refuseTooLong,
  async run(call) {
    const { input, now } = call;
    const { named } = call.access;
    const { channel, member } = named;
    refuseTimedOut(call, member);
    const invoker = input.invoker === undefined ? undefined : ((await findUser(call, input.invoker))?.id ?? "");
    const wanted = { bot: member.user.id, channel: channel.id, thread: named.thread?.id, invoker, command: input.command };
    const open = call.cell(openCalls).newest(wanted, now());
    if (!open) throw new Refusal("forbidden", "slash.no-call");
    const thread =
      open.thread === undefined ? undefined : (named.thread ?? (await call.store.one(threadById, { id: open.thread })));
    if (open.thread !== undefined && !thread) throw new Refusal("not-found", "thread", { thread: open.thread });
    const to = thread ? inThread(named, thread) : named;
    refuseClosed(to);
    const { place } = to;
    const by = await memberOf(call, open.invoker.id);
    const message = answerMessage(call, place, {
      author: member.user,
      content: input.content,
      embeds: input.embeds,
      command: open.command,
      by: by?.user ?? open.invoker,
    });
    if (!(input.ephemeral ?? open.ephemeral)) {
      open.left--;
      return { place, message, pings: await postAnswer(call, to, message), whispered: false };
    }
    if (!by || by.banned || !decideIn(by, channel.rules, "view").allowed) throw new Refusal("not-found", "slash.caller-gone");
    open.left--;
    if (by.user.id !== member.user.id) call.announce(slashWhispered, { user: by.user.id }, { place, message });
    return { place, message, pings: { users: [], roles: [], replies: [] }, whispered: true };
  },
});
