import { Args } from "@oclif/core";

import { CommandError, EXIT } from "../../src/cli/exit.ts";
import { ChatCommand } from "../_command.ts";

export default class DocsEvents extends ChatCommand {
  static override summary = "Explain what can happen, event by event.";
  static override description = "Prints Markdown; with --json the JSON schema of every event's fields.";
  static override examples = ["<%= config.bin %> docs events", "<%= config.bin %> docs events message --json"];
  static override args = { name: Args.string({ description: "Only this event, or those of this noun." }) };

  async run(): Promise<unknown> {
    const { args } = await this.parse(DocsEvents);
    const { describeEvents } = await import("../../src/domain/described.ts");
    const { eventsText } = await import("./_reference.ts");
    const { name } = args;
    const found = describeEvents().filter((one) => name === undefined || one.name === name || one.name.startsWith(`${name}.`));
    if (found.length === 0) throw new CommandError(`There is no event called ${JSON.stringify(name)}.`, EXIT.notFound);
    this.log(eventsText(found));
    return found;
  }
}
