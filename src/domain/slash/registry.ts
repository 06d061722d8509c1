import { cell } from "../../kernel/cell.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { type Speaker, SYSTEM } from "../users/user.ts";
import { claimCommand } from "./claim-command.ts";
import type { BotCommand, ListedCommand } from "./command.ts";
import { helpCommand } from "./help-command.ts";
import type { ServerCommand } from "./server-command.ts";

/** What one session of a bot answers. */
export interface Registration {
  readonly session: string;
  readonly community: string;
  readonly bot: Speaker;
  readonly commands: ReadonlyMap<string, BotCommand>;
  /** When it registered last, as a count. */
  readonly turn: number;
}
export type Answering =
  { readonly server: ServerCommand } | { readonly command: BotCommand; readonly registration: Registration };

/** Commands that bots offer in all, and sessions of one bot that may offer some. */
const MOST_COMMANDS = 2000;
const MOST_SESSIONS = 5;

/**
 * Who answers which slash command in this process. A name belongs to the server first, then to the bot that registered first; among the sessions
 * of one bot the one that registered last answers, so that a bot that came back is not mute until its old connection is noticed to be gone.
 */
class SlashRegistry {
  readonly #server = new Map<string, ServerCommand>([claimCommand, helpCommand].map((command) => [command.name, command]));
  readonly #bots = new Map<string, Registration>();
  #turn = 0;

  /**
   * Adds one of the server's own commands; returns the undo. Tell clients with `slash.announce` after either.
   * @throws Refusal `conflict` when the server has one of that name.
   */
  add(command: ServerCommand): () => void {
    const { name } = command;
    if (this.#server.has(name)) throw new Refusal("conflict", "slash.name-taken", { command: name });
    this.#server.set(name, command);
    return () => void (this.#server.get(name) === command && this.#server.delete(name));
  }

  /** Replaces what a session offers. @returns the names that it answered before. */
  register(session: string, community: string, bot: Speaker, commands: readonly BotCommand[]): readonly string[] {
    const before = this.#bots.get(session);
    const others = [...this.#bots.values()].filter((one) => one !== before);
    if (!before && others.filter((one) => one.bot.id === bot.id).length >= MOST_SESSIONS)
      throw new Refusal("conflict", "slash.sessions", { max: MOST_SESSIONS });
    if (others.reduce((sum, one) => sum + one.commands.size, commands.length) > MOST_COMMANDS)
      throw new Refusal("unavailable", "slash.many");
    const answered = [...(before?.commands.keys() ?? [])].filter((name) => this.answers(session, community, name));
    const named = new Map(commands.map((command) => [command.name, command]));
    if (commands.length) this.#bots.set(session, { session, community, bot, commands: named, turn: ++this.#turn });
    else this.#bots.delete(session);
    return answered;
  }
  /** Whether a call of this name would reach this session. */
  answers(session: string, community: string, name: string): boolean {
    const found = this.find(community, name);
    return found !== undefined && "registration" in found && found.registration.session === session;
  }

  find(community: string, name: string): Answering | undefined {
    const server = this.#server.get(name);
    if (server) return { server };
    let won: Registration | undefined;
    for (const one of this.#bots.values()) {
      if (one.community !== community || !one.commands.has(name)) continue;
      if (!won || (won.bot.id === one.bot.id && one.turn > won.turn)) won = one;
    }
    return won && { command: won.commands.get(name)!, registration: won };
  }

  /** Every command that a call would reach, the server's first. */
  list(community: string): ListedCommand[] {
    const names = new Set(this.#server.keys());
    for (const one of this.#bots.values())
      if (one.community === community) for (const name of one.commands.keys()) names.add(name);
    return this.named(community, [...names]);
  }
  /** Those of these names that can be called. */
  named(community: string, names: readonly string[]): ListedCommand[] {
    return names.flatMap((name) => {
      const found = this.find(community, name);
      return found ? [listed(found)] : [];
    });
  }
}
export const slashRegistry = cell("slash.registry", () => new SlashRegistry());

function listed(found: Answering): ListedCommand {
  const command = "server" in found ? found.server : found.command;
  return {
    name: command.name,
    description: command.description,
    options: [...command.options],
    whitelistRoles: command.whitelistRoles ? [...command.whitelistRoles] : null,
    blacklistRoles: command.blacklistRoles ? [...command.blacklistRoles] : null,
    ephemeral: command.ephemeral ?? false,
    by: "server" in found ? SYSTEM : found.registration.bot,
  };
}
