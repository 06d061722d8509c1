import { fileFlag } from "../../src/cli/files.ts";
import { EXIT } from "../../src/cli/exit.ts";
import { ChatCommand } from "../_command.ts";

export default class ConfigCheck extends ChatCommand {
  static override summary = "Tell whether the settings are right.";
  static override description =
    "Reads the file and the environment as `serve` would, and names everything that is wrong at once. Ends with 10 when something is only odd.";
  static override examples = ["<%= config.bin %> config check", "<%= config.bin %> config check --config ./new.json5 --json"];
  static override flags = {
    config: fileFlag({ summary: "Another file than config.json5 in the data folder." }),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(ConfigCheck);
    const file = flags.config ?? this.env["CHAT_CONFIG"];
    const { loadSettings } = await import("../../src/config/load.ts");
    const { origins, warnings } = loadSettings({
      dataDir: this.folder(flags).path,
      env: this.env,
      ...(file && { file }),
    });
    for (const warning of warnings) this.logToStderr(`warning: ${warning}`);
    const set = [...origins.values()].filter((origin) => origin !== "default").length;
    this.log(`The settings are right: ${set} of ${origins.size} set, the others have their defaults.`);
    if (warnings.length > 0) process.exitCode = EXIT.warnings;
    return { ok: true, warnings };
  }
}
