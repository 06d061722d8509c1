import { answerSlashCommand } from "./answer-slash-command.ts";
import { callSlashCommand, listSlashCommands } from "./call-slash-command.ts";
import { slashAdded, slashCalled, slashRemoved, slashWhispered } from "./command.ts";
import { announceCommands, registerCommands } from "./register-commands.ts";

export const operations = [listSlashCommands, callSlashCommand, registerCommands, answerSlashCommand, announceCommands] as const;
export const events = [slashAdded, slashRemoved, slashCalled, slashWhispered] as const;
