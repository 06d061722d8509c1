import { callSlashCommand, listSlashCommands } from "./call-slash-command.ts";

export const operations = [listSlashCommands, callSlashCommand] as const;
export const events = [] as const;
