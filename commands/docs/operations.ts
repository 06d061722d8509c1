import { Args } from "@oclif/core";

import { CommandError, EXIT } from "../../src/cli/exit.ts";
import { ChatCommand } from "../_command.ts";

export default class DocsOperations extends ChatCommand {
  static override summary = "Explain what the chat can do, operation by operation.";
  static override description = "Prints Markdown; with --json the JSON schemas of every input and output.";
  static override examples = ["<%= config.bin %> docs operations", "<%= config.bin %> docs operations message.send --json"];
  static override args = { name: Args.string({ description: "Only this operation, or those of this noun." }) };

  async run(): Promise<unknown> {
    const { args } = await this.parse(DocsOperations);
    const { describeOperations } = await import("../../src/domain/described.ts");
    const { operationsText } = await import("./_reference.ts");
    const { name } = args;
    const found = describeOperations().filter(
      (one) => name === undefined || one.name === name || one.name.startsWith(`${name}.`),
    );
    if (found.length === 0) throw new CommandError(`There is no operation called ${JSON.stringify(name)}.`, EXIT.notFound);
    this.log(operationsText(found));
    return found;
  }
}
