import { Args, Command, loadHelpClass } from "@oclif/core";

export default class Help extends Command {
  static override summary = "Explain a command.";
  static override examples = ["<%= config.bin %> help config show"];
  static override args = { command: Args.string({ description: "The command to explain; all of them without it." }) };
  static override strict = false;

  async run(): Promise<void> {
    const { argv } = await this.parse(Help);
    const HelpClass = await loadHelpClass(this.config);
    await new HelpClass(this.config, this.config.pjson.oclif.helpOptions).showHelp(argv as string[]);
  }
}
