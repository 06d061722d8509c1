import { z } from "zod";
import { type Made, type Call, operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { refuseTimedOut } from "../messages/access.ts";
import { Message, Pings, Place } from "../messages/message.ts";
import { messagePace } from "../messages/pace.ts";
import { decide, decideIn } from "../roles/permissions.ts";
import { type Placed, refuseClosed } from "../threads/access.ts";
import { Where } from "../threads/where.ts";
import { type Member, memberOf, signedIn } from "../users/access.ts";
import { SYSTEM } from "../users/user.ts";
import { answerMessage, postAnswer } from "./answer.ts";
import { slashPlace } from "./access.ts";
import { checkedArguments } from "./arguments.ts";
import { openCalls } from "./calls.ts";
import { keptFrom, ListedCommand, type RoleLists, SlashCall, slashCalled } from "./command.ts";
import { type Answering, slashRegistry } from "./registry.ts";
import type { ServerCommand } from "./server-command.ts";

export const listSlashCommands = operation({
  name: "slash.list",
  summary: "The slash commands there are, the server's own first.",
  input: () => z.object({}),
  output: () => z.object({ commands: z.array(ListedCommand) }),
  access: { by: signedIn() },
  async run({ cell, actor }) {
    return { commands: cell(slashRegistry).list(actor.community) };
  },
});

const Input = () =>
  z.object({
    ...Where,
    command: z.string().min(1).max(100),
    args: z.record(z.string().max(100), z.union([z.string().max(2000), z.number(), z.boolean(), z.null()])).default({}),
  });

export const callSlashCommand = operation({
  name: "slash.call",
  summary:
    "Call a slash command in a channel or a thread. One of the server's own answers with a message there; a bot is told, and answers when it will. The arguments are kept nowhere and told to nobody else.",
  input: Input,
  output: () =>
    z.union([
      z.object({ place: Place, message: Message, pings: Pings, whispered: z.boolean() }),
      z.object({ called: SlashCall }),
    ]),
  access: { to: slashPlace },
  pace: messagePace,
  async run(call) {
    const { input, cell, actor } = call;
    const { to } = call.access;
    const { member } = to;
    if (to.channel.kind === "forum" && !to.thread) throw new Refusal("invalid-input", "slash.forum");
    refuseTimedOut(call, member, messagePace);
    refuseClosed(to);
    if (!decide(member, "use_slash_commands").allowed)
      throw new Refusal("forbidden", "permission", { permission: "use_slash_commands" });
    const found = cell(slashRegistry).find(actor.community, input.command);
    if (!found) throw new Refusal("not-found", "slash.unknown", { command: input.command });
    return "server" in found ? runHere(call, to, found.server) : callBot(call, to, found);
  },
});
type Calling = Call<Made<typeof Input>, unknown>;

function refuseKept(member: Member, { whitelistRoles = null, blacklistRoles = null }: Partial<RoleLists>): void {
  const kept = keptFrom(member, { whitelistRoles, blacklistRoles });
  if (!kept) return;
  if ("bears" in kept) throw new Refusal("forbidden", "slash.role-forbidden", { role: kept.bears });
  throw new Refusal("forbidden", "slash.role-required", { role: kept.lacks });
}

async function runHere(call: Calling, to: Placed, command: ServerCommand) {
  const { member, place } = to;
  refuseKept(member, command);
  const given = checkedArguments(command.options, call.input.args);
  const args = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)]));
  const usable = () =>
    call.cell(slashRegistry).list(call.actor.community).filter((listed) => !keptFrom(member, listed)); // prettier-ignore
  const content = await command.run(call, member, args, usable);
  const message = answerMessage(call, place, { author: SYSTEM, content, command: command.name, by: member.user });
  if (command.ephemeral) return { place, message, pings: { users: [], roles: [], replies: [] }, whispered: true };
  return { place, message, pings: await postAnswer(call, to, message), whispered: false };
}

async function callBot(call: Calling, { channel, member, place }: Placed, found: Extract<Answering, { command: unknown }>) {
  const { command, registration } = found;
  refuseKept(member, command);
  const args = checkedArguments(command.options, call.input.args);
  // A bot learns nothing of a place where it could not answer.
  const bot = await memberOf(call, registration.bot.id);
  const reached =
    bot && !bot.banned && decideIn(bot, channel.rules, "view").allowed && decideIn(bot, channel.rules, "send").allowed;
  if (!reached) throw new Refusal("unavailable", "slash.absent", { command: command.name });
  const called: SlashCall = {
    place,
    command: command.name,
    args,
    bot: bot.user,
    invoker: member.user,
  };
  call.cell(openCalls).add({
    bot: bot.user.id,
    invoker: member.user,
    channel: channel.id,
    thread: place.thread,
    command: command.name,
    ephemeral: command.ephemeral,
    at: call.now(),
  });
  // A bot that calls its own command is told by the answer.
  if (registration.session !== call.actor.session) call.announce(slashCalled, { session: registration.session }, called);
  return { called };
}
