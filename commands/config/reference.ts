import { ChatCommand } from "../_command.ts";

export default class ConfigReference extends ChatCommand {
  static override summary = "Explain every setting.";
  static override description =
    "Prints Markdown: each key with its meaning, what is allowed, its default and its environment variable.";
  static override examples = ["<%= config.bin %> config reference", "<%= config.bin %> config reference --json"];

  async run(): Promise<unknown> {
    await this.parse(ConfigReference);
    const { describeSettings } = await import("../../src/config/settings-tree.ts");
    const { referenceText } = await import("../../src/config/reference.ts");
    this.log(referenceText());
    return describeSettings();
  }
}
