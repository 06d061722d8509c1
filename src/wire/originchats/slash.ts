import { z } from "zod";
import { callSlashCommand, listSlashCommands } from "../../domain/slash/call-slash-command.ts";
import { binding } from "../wire.ts";
import { messageFrame } from "./messages.ts";
import { complain } from "./sentences.ts";

const slashList = binding({
  name: "slash_list",
  operation: listSlashCommands,
  request: z.looseObject({}),
  toInput: () => ({}),
  toReply: ({ commands }) => ({
    cmd: "slash_list",
    commands: commands.map(({ name, description, options, by }) => ({
      name,
      description,
      options,
      whitelistRoles: null,
      blacklistRoles: null,
      ephemeral: false,
      registeredBy: by,
    })),
  }),
});

const slashCall = binding({
  name: "slash_call",
  operation: callSlashCommand,
  answer: "message.created",
  request: z
    .looseObject({ channel: z.unknown().optional(), command: z.unknown().optional(), args: z.unknown().optional() })
    .superRefine((r, context) => {
      if (typeof r.channel !== "string" || !r.channel) complain(context, "Channel parameter is required for slash commands");
      else if (r.args !== undefined && r.args !== null && (typeof r.args !== "object" || Array.isArray(r.args)))
        complain(context, "Command args must be an object");
      else if (typeof r.command !== "string") complain(context, "Command name must be a string");
    }),
  toInput: (r) => ({
    channel: r.channel as string,
    command: (r.command as string).replace(/^\//, ""),
    args: (r.args ?? {}) as Record<string, string>,
  }),
  toReply: ({ place, message }) => messageFrame({ place, message, pings: { users: [], roles: [], replies: [] } }),
});

export const bindings = [slashList, slashCall] as const;
