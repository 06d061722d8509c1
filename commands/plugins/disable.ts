import { Args } from "@oclif/core";

import { ChatCommand } from "../_command.ts";

export default class PluginsDisable extends ChatCommand {
  static override summary = "Stop a plugin; it does not start again by itself.";
  static override examples = ["<%= config.bin %> plugins disable welcome"];
  static override args = { name: Args.string({ required: true, description: "Name of the plugin." }) };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(PluginsDisable);
    const { plugin } = await this.once(flags, "plugin.disable", { name: args.name });
    this.log(`${plugin.name} is off.`);
    return plugin;
  }
}
