import { EXIT } from "../src/cli/exit.ts";
import { ChatCommand } from "./_command.ts";

export default class Reload extends ChatCommand {
  static override summary = "Let the server read its settings and certificates again.";
  static override description =
    "Nobody is disconnected. Names what has changed, and what has to wait for a restart; then it ends with 10. Wrong settings are refused, and the old ones stay.";
  static override examples = ["<%= config.bin %> reload", "<%= config.bin %> reload --json"];

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Reload);
    const reloaded = await (await this.server(flags)).reload();
    const { changed, needRestart, warnings } = reloaded;
    for (const warning of warnings) this.logToStderr(`warning: ${warning}`);
    this.log(changed.length ? `In force: ${changed.join(", ")}.` : "No setting that can change now has changed.");
    if (needRestart.length) {
      this.log(`Waiting for a restart: ${needRestart.join(", ")}.`);
      process.exitCode = EXIT.warnings;
    }
    return reloaded;
  }
}
