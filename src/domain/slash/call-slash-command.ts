import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { Batch } from "../../storage/store.ts";
import { channelFor } from "../channels/access.ts";
import { refuseTimedOut } from "../messages/access.ts";
import { Message, messageCreated, Place } from "../messages/message.ts";
import { messagePace } from "../messages/pace.ts";
import { insertMessage } from "../messages/statements.ts";
import { signedIn } from "../users/access.ts";
import { SYSTEM } from "../users/user.ts";
import { claimCommand } from "./claim-command.ts";
import { Option, type ServerCommand } from "./server-command.ts";

/** The server's own slash commands, by name. */
const SERVER_COMMANDS: ReadonlyMap<string, ServerCommand> = new Map([claimCommand].map((command) => [command.name, command]));

export const listSlashCommands = operation({
  name: "slash.list",
  summary: "The slash commands there are.",
  input: z.object({}),
  output: z.object({
    commands: z.array(z.object({ name: z.string(), description: z.string(), options: z.array(Option), by: z.string() })),
  }),
  access: { by: signedIn() },
  async run() {
    return {
      commands: [...SERVER_COMMANDS.values()].map(({ name, description, options }) => ({
        name,
        description,
        options: [...options],
        by: SYSTEM.name,
      })),
    };
  },
});

const Input = z.object({
  channel: z.string().min(1).max(200),
  command: z.string().min(1).max(100),
  args: z.record(z.string().max(100), z.union([z.string().max(2000), z.number(), z.boolean()])).default({}),
});

export const callSlashCommand = operation({
  name: "slash.call",
  summary: "Call a slash command in a channel; its answer is a message there. The arguments are neither told nor kept.",
  input: Input,
  output: z.object({ place: Place, message: Message }),
  access: { to: channelFor("send", (input: z.output<typeof Input>) => input.channel, ["text"]) },
  pace: messagePace,
  async run(call) {
    const { input, store } = call;
    const { channel, member } = call.access.to;
    refuseTimedOut(call, member, messagePace);
    const command = SERVER_COMMANDS.get(input.command);
    if (!command) throw new Refusal("not-found", "slash.unknown", { command: input.command });
    const content = await command.run(call, member, checked(command, input.args));
    const message: Message = {
      id: call.id(),
      channel: channel.id,
      author: SYSTEM,
      content,
      at: call.now(),
      editedAt: null,
      replyTo: null,
      pinned: false,
      embeds: [],
      extra: { interaction: { command: command.name, by: member.user } },
      reactions: [],
    };
    const place: Place = { channel: channel.id, name: channel.name };
    const batch = new Batch().add(insertMessage, {
      id: message.id,
      channel: channel.id,
      place: channel.id,
      author: SYSTEM.id,
      content,
      at: message.at,
      replyTo: null,
      replyAuthor: null,
      replyPing: 0,
      embeds: null,
      extra: JSON.stringify(message.extra),
      nonce: null,
    });
    const pings = { users: [], roles: [], replies: [] };
    call.emit(batch, messageCreated, { channel: channel.id }, { place, message, pings, nonce: null });
    await store.commit(batch);
    return { place, message };
  },
});

/** The arguments as texts, none unknown and none missing. */
function checked(command: ServerCommand, args: z.output<typeof Input>["args"]): Record<string, string> {
  const given: Record<string, string> = {};
  for (const [name, value] of Object.entries(args)) {
    if (!command.options.some((option) => option.name === name))
      throw new Refusal("invalid-input", "slash.argument-unknown", { name });
    given[name] = String(value);
  }
  for (const { name, required } of command.options)
    if (required && !given[name]?.trim()) throw new Refusal("invalid-input", "slash.argument-missing", { name });
  return given;
}
