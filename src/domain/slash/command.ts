import { z } from "zod";
import { eventType } from "../../kernel/event.ts";
import { Message, Place } from "../messages/message.ts";
import { type Holder, isOwner } from "../roles/permissions.ts";
import { Speaker } from "../users/user.ts";

const OPTION_TYPES = ["str", "int", "float", "bool", "enum"] as const;

/** Letters of any script, digits, `_` and `-`: what can be typed after a slash. */
const Name = z.string().regex(/^[\p{L}\p{N}_-]{1,32}$/u, "must have 1 to 32 letters, digits, _ or -");
const Description = z.string().max(200);
/** An empty list says as much as none (reference/originchats.md §2.8). */
const Names = z
  .array(z.string().min(1).max(100))
  .max(50)
  .nullish()
  .transform((names) => (names?.length ? names : null));

/** What a slash command asks for (reference/originchats.md §5.16). */
export const Option = z
  .object({
    name: Name,
    description: Description.default(""),
    type: z.enum(OPTION_TYPES),
    choices: Names,
    required: z.boolean().default(true),
  })
  .refine(({ type, choices }) => type !== "enum" || choices !== null, { error: "an enum needs choices", path: ["choices"] });
export type Option = z.output<typeof Option>;

/** Who may call, by role names: any of the white list, none of the black one; null for no restriction. */
export interface RoleLists {
  readonly whitelistRoles: readonly string[] | null;
  readonly blacklistRoles: readonly string[] | null;
}

/** A command that a bot answers. */
export const BotCommand = z.lazy(() =>
  z
    .object({
      name: Name,
      description: Description.default(""),
      options: z.array(Option).max(25).nullish(),
      whitelistRoles: Names,
      blacklistRoles: Names,
      /** Whether only the caller sees the answers, unless an answer says otherwise. */
      ephemeral: z.boolean().default(false),
    })
    .transform((command) => ({ ...command, options: command.options ?? [] }))
    .refine(({ options }) => new Set(options.map(({ name }) => name)).size === options.length, {
      error: "two options have the same name",
      path: ["options"],
    }),
);
export type BotCommand = z.output<typeof BotCommand>;

/** A command as members are told of it. */
export const ListedCommand = z.lazy(() =>
  z.object({
    name: z.string(),
    description: z.string(),
    options: z.array(
      z.object({
        name: z.string(),
        description: z.string(),
        type: z.enum(OPTION_TYPES),
        choices: z.array(z.string()).nullable(),
        required: z.boolean(),
      }),
    ),
    whitelistRoles: z.array(z.string()).nullable(),
    blacklistRoles: z.array(z.string()).nullable(),
    ephemeral: z.boolean(),
    /** The bot, or the server itself. */
    by: Speaker,
  }),
);
export type ListedCommand = z.output<typeof ListedCommand>;

/** The role that keeps somebody from calling, or that they lack; nobody keeps the owner from anything. */
export function keptFrom(
  holder: Holder,
  { whitelistRoles, blacklistRoles }: RoleLists,
): { lacks: string } | { bears: string } | undefined {
  if (isOwner(holder)) return undefined;
  const held = new Set(holder.roles.map(({ name }) => name));
  const bears = blacklistRoles?.find((name) => held.has(name));
  if (bears !== undefined) return { bears };
  const lacks = whitelistRoles?.some((name) => held.has(name)) ? undefined : whitelistRoles?.[0];
  return lacks === undefined ? undefined : { lacks };
}

export const slashAdded = eventType({
  name: "slash.added",
  summary: "Slash commands can be called, or are answered by somebody else now.",
  data: () => z.object({ commands: z.array(ListedCommand) }),
  durable: false,
});
export const slashRemoved = eventType({
  name: "slash.removed",
  summary: "Slash commands are gone.",
  data: () => z.object({ names: z.array(z.string()) }),
  durable: false,
});

/** An argument's value in the type that its option asks for. */
const ArgumentValue = z.union([z.string(), z.number(), z.boolean()]);
export const SlashCall = z.lazy(() =>
  z.object({
    place: Place,
    command: z.string(),
    args: z.record(z.string(), ArgumentValue),
    bot: Speaker,
    invoker: Speaker,
  }),
);
export type SlashCall = z.output<typeof SlashCall>;

export const slashCalled = eventType({
  name: "slash.called",
  summary: "Tells a bot's session that one of its commands was called.",
  data: () => SlashCall,
  durable: false,
});
export const slashWhispered = eventType({
  name: "slash.whispered",
  summary: "A bot's answer that only the caller sees; it is not kept.",
  data: () => z.object({ place: Place, message: Message }),
  durable: false,
});
