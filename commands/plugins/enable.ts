import { Args } from "@oclif/core";

import { CommandError, EXIT } from "../../src/cli/exit.ts";
import { ChatCommand } from "../_command.ts";

export default class PluginsEnable extends ChatCommand {
  static override summary = "Let a plugin run, now and at every start.";
  static override examples = ["<%= config.bin %> plugins enable welcome"];
  static override args = { name: Args.string({ required: true, description: "Name of the plugin." }) };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(PluginsEnable);
    const { plugin } = await this.once(flags, "plugin.enable", { name: args.name });
    if (plugin.state === "stopped")
      throw new CommandError(`${plugin.name} is enabled and does not run: ${plugin.reason}`, EXIT.failed);
    this.log(plugin.state === "running" ? `${plugin.name} runs.` : `${plugin.name} will run when the server does.`);
    return plugin;
  }
}
