import { type Cell, cell } from "../../kernel/cell.ts";
import type { ServerCommand } from "./server-command.ts";

/** Commands that are there only for a while: those of plugins. */
export const addedCommands: Cell<Map<string, ServerCommand>> = cell("added slash commands", () => new Map());

/** Adds a command until the undo is called. Throws when the name is taken. */
export function addCommand(commands: Map<string, ServerCommand>, command: ServerCommand): () => void {
  if (commands.has(command.name)) throw new Error(`there is a command /${command.name} already`);
  commands.set(command.name, command);
  return () => void commands.delete(command.name);
}
