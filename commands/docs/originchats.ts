import { Args } from "@oclif/core";

import { CommandError, EXIT } from "../../src/cli/exit.ts";
import { ChatCommand } from "../_command.ts";

export default class DocsOriginchats extends ChatCommand {
  static override summary = "Explain the commands that originChats clients may send.";
  static override description = "Prints Markdown; with --json the JSON schema of every request.";
  static override examples = ["<%= config.bin %> docs originchats", "<%= config.bin %> docs originchats message_new --json"];
  static override args = { command: Args.string({ description: "Only this command." }) };

  async run(): Promise<unknown> {
    const { args } = await this.parse(DocsOriginchats);
    const { describeCommands } = await import("../../src/wire/originchats/described.ts");
    const { commandsText } = await import("./_reference.ts");
    const found = describeCommands().filter(({ name }) => args.command === undefined || name === args.command);
    if (found.length === 0) throw new CommandError(`There is no command called ${JSON.stringify(args.command)}.`, EXIT.notFound);
    this.log(commandsText(found));
    return found;
  }
}
