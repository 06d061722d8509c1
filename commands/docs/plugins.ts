import { ChatCommand } from "../_command.ts";

export default class DocsPlugins extends ChatCommand {
  static override summary = "Explain plugins: what they can do, how they are made, what is bundled.";
  static override examples = ["<%= config.bin %> docs plugins"];

  async run(): Promise<unknown> {
    await this.parse(DocsPlugins);
    const { pluginsText } = await import("../../src/plugins/reference.ts");
    this.log(pluginsText);
    return { text: pluginsText };
  }
}
