import { Args, Flags } from "@oclif/core";

import { ChatCommand } from "../_command.ts";

export default class PluginsRemove extends ChatCommand {
  static override summary = "Take an installed plugin away, and what it kept.";
  static override description = "The files of one that was linked stay where they are.";
  static override examples = ["<%= config.bin %> plugins remove greeter --yes"];
  static override args = { name: Args.string({ required: true, description: "Name of the plugin." }) };
  static override flags = { yes: Flags.boolean({ char: "y", summary: "Do not ask." }) };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(PluginsRemove);
    this.sure(`Remove ${args.name} and everything it kept?`, flags.yes);
    const { removeFiles } = await import("../../src/plugins/install.ts");
    const { installed } = await this.once(flags, "plugin.remove", { name: args.name });
    if (!installed.linked) removeFiles(this.folder(flags).pluginsFolder, args.name);
    this.log(`${args.name} is removed.`);
    return { name: args.name, version: installed.version };
  }
}
