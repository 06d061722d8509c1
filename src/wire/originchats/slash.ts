import { z } from "zod";
import { answerSlashCommand } from "../../domain/slash/answer-slash-command.ts";
import { callSlashCommand, listSlashCommands } from "../../domain/slash/call-slash-command.ts";
import type { ListedCommand, SlashCall } from "../../domain/slash/command.ts";
import { registerCommands } from "../../domain/slash/register-commands.ts";
import type { Message, Pings, Place } from "../../domain/messages/message.ts";
import { binding } from "../wire.ts";
import { OBJECT, OBJECTS, TEXT, YES_OR_NO } from "./meant.ts";
import { messageFrame, threadId, whereOf } from "./messages.ts";
import { userId, username } from "./names.ts";
import { complain } from "./sentences.ts";

/** reference/originchats.md §2.8 */
const wireCommand = ({ by, ...command }: ListedCommand) => ({ ...command, registeredBy: username(by) });
export const slashAddFrame = ({ commands }: { commands: readonly ListedCommand[] }) => ({
  cmd: "slash_add",
  commands: commands.map(wireCommand),
});
export const slashRemoveFrame = ({ names }: { names: readonly string[] }) => ({ cmd: "slash_remove", commands: names });
export const slashCallFrame = ({ command, args, bot, invoker, place }: SlashCall) => ({
  cmd: "slash_call",
  val: { command, args, commander: username(bot) },
  invoker: userId(invoker),
  invokerUsername: username(invoker),
  channel: place.name,
  ...threadId(place),
});

/** An answer that only one user sees; no history has it. */
export const whisperFrame = ({ place, message }: { place: Place; message: Message }) => {
  const { message: said, ...frame } = messageFrame({ place, message, pings: { users: [], roles: [], replies: [] } });
  return { ...frame, message: { ...said, ephemeral: true } };
};
const answerFrame = (answer: { place: Place; message: Message; pings: Pings; whispered: boolean }) =>
  answer.whispered ? whisperFrame(answer) : messageFrame(answer);

const slashList = binding({
  name: "slash_list",
  operation: listSlashCommands,
  request: () => z.looseObject({}),
  toInput: () => ({}),
  toReply: ({ commands }) => ({ cmd: "slash_list", commands: commands.map(wireCommand) }),
});

const slashRegister = binding({
  name: "slash_register",
  operation: registerCommands,
  request: () =>
    z
      .looseObject({ commands: OBJECTS.optional() })
      .superRefine((r, context) => void (Array.isArray(r.commands) || complain(context, "Commands must be provided as a list"))),
  toInput: (r) => ({ commands: r.commands as [] }),
  toReply: ({ registered }) => ({ cmd: "slash_register", val: `${registered} commands registered successfully` }),
});

const SLASH_PLACE = { channel: TEXT.optional(), thread_id: z.string().nullish() };
interface InSlashPlace {
  readonly channel?: unknown;
  readonly thread_id?: string | null | undefined;
}
const nowhere = ({ channel, thread_id }: InSlashPlace): boolean => !thread_id && (typeof channel !== "string" || !channel);
const placeOf = ({ channel, thread_id }: InSlashPlace) => whereOf({ channel: channel as string, thread_id });

const slashCall = binding({
  name: "slash_call",
  operation: callSlashCommand,
  answer: "message.created",
  request: () =>
    z.looseObject({ ...SLASH_PLACE, command: TEXT.optional(), args: OBJECT.optional() }).superRefine((r, context) => {
      if (nowhere(r)) complain(context, "Channel parameter is required for slash commands");
      else if (r.args !== undefined && r.args !== null && (typeof r.args !== "object" || Array.isArray(r.args)))
        complain(context, "Command args must be an object");
      else if (typeof r.command !== "string") complain(context, "Command name must be a string");
    }),
  toInput: (r) => ({
    ...placeOf(r),
    command: (r.command as string).replace(/^\//, ""),
    args: (r.args ?? {}) as Record<string, string>,
  }),
  toReply: (output) => ("called" in output ? slashCallFrame(output.called) : answerFrame(output)),
});

/** Real bots never name the command (reference/originchats.md §10.6). */
const slashResponse = binding({
  name: "slash_response",
  operation: answerSlashCommand,
  answer: "message.created",
  request: () =>
    z
      .looseObject({
        ...SLASH_PLACE,
        command: z.string().nullish(),
        response: TEXT.optional(),
        embeds: z.array(OBJECT).nullish(),
        invoker: z.string().nullish(),
        ephemeral: YES_OR_NO.optional(),
      })
      .superRefine((r, context) => {
        if (nowhere(r)) complain(context, "Channel parameter is required for slash commands");
        else if (!r.response && !r.embeds?.length) complain(context, "Slash response must have content or embeds");
        else if (r.response && typeof r.response !== "string") complain(context, "Slash response must be a string");
      }),
  toInput: (r) => ({
    ...placeOf(r),
    content: (r.response as string | undefined) || "",
    ...(r.embeds && { embeds: r.embeds as any }),
    ...(r.invoker && { invoker: r.invoker }),
    ...(r.command && { command: r.command.replace(/^\//, "") }),
    ...(typeof r.ephemeral === "boolean" && { ephemeral: r.ephemeral }),
  }),
  toReply: answerFrame,
});

export const bindings = [slashList, slashRegister, slashCall, slashResponse] as const;
