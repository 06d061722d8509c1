import { Args } from "@oclif/core";

import { CommandError, EXIT } from "../../src/cli/exit.ts";
import { ChatCommand } from "../_command.ts";

export default class PluginsReload extends ChatCommand {
  static override summary = "Load a plugin anew, or all of them; nobody is disconnected.";
  static override examples = ["<%= config.bin %> plugins reload", "<%= config.bin %> plugins reload automod"];
  static override args = { name: Args.string({ description: "Only this plugin." }) };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(PluginsReload);
    await this.server(flags);
    const { plugins } = await this.once(flags, "plugin.reload", args.name ? { name: args.name } : {}).catch((why) => {
      if (why.reason !== "plugin.broken") throw why;
      throw new CommandError(`${args.name} does not run: ${why.facts.why}`, EXIT.failed);
    });
    for (const { name, state, reason } of plugins) this.log(reason ? `${name}: ${state}: ${reason}` : `${name}: ${state}`);
    return plugins;
  }
}
