import { Args } from "@oclif/core";

import { CommandError, EXIT } from "../../src/cli/exit.ts";
import { ChatCommand } from "../_command.ts";

export default class PluginsSet extends ChatCommand {
  static override summary = "Set an option of a plugin.";
  static override description = [
    "The value is JSON, or a text as it is; null takes the option back to its default. Without a value it is read from standard input: so a secret stands in no list of running programs.",
    "What the section plugins of config.json5 says goes before.",
  ].join("\n");
  static override examples = [
    '<%= config.bin %> plugins set welcome message "Hello {name}!"',
    "<%= config.bin %> plugins set automod words '[\"spam\"]'",
    "<%= config.bin %> plugins set discord-bridge token < token.txt",
  ];
  static override args = {
    name: Args.string({ required: true, description: "Name of the plugin." }),
    option: Args.string({ required: true, description: "Name of the option." }),
    value: Args.string({ description: "Its value.", noCacheDefault: true, ignoreStdin: true }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(PluginsSet);
    const [option, joined] = args.option.split("=");
    // The value is not repeated: it may be a secret.
    if (joined !== undefined)
      throw new CommandError(
        `An option and its value are two words: ${JSON.stringify(option)} is one, and what stands behind the = the other.`,
        EXIT.usage,
      );
    if (args.value !== undefined && typeof valueOf(args.value) === "string" && /(token|secret|password)$/i.test(args.option))
      throw new CommandError(`${args.option} is a secret, and others can read arguments: give it on standard input.`, EXIT.usage);
    const text = args.value ?? (await Bun.stdin.text()).trimEnd();
    const { plugin } = await this.once(flags, "plugin.configure", { name: args.name, options: { [args.option]: valueOf(text) } });
    if (plugin.state === "stopped")
      throw new CommandError(`The option is set, and ${plugin.name} does not run with it: ${plugin.reason}`, EXIT.failed);
    this.log(`${plugin.name}: ${args.option} is set.`);
    return plugin;
  }
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
