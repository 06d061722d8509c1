import type { PluginView } from "../../src/domain/plugins/plugin.ts";
import { ChatCommand } from "../_command.ts";

export default class PluginsList extends ChatCommand {
  static override summary = "List the plugins, what they do and what they may do.";
  static override description = "asleep: enabled, and no server runs. stopped: it failed; the reason stands below.";
  static override examples = ["<%= config.bin %> plugins list", "<%= config.bin %> plugins list --json"];

  async run(): Promise<unknown> {
    const { flags } = await this.parse(PluginsList);
    const { rightsInWords } = await import("../../src/plugins/rights-in-words.ts");
    const { plugins } = (await this.once(flags, "plugin.list", {})) as { plugins: PluginView[] };
    this.rows(
      ["NAME", "VERSION", "STATE", "FROM", "MAY"],
      plugins.map(({ name, version, state, source, linked, rights }) => [
        name,
        version,
        state,
        linked ? `${source} (linked)` : source,
        rightsInWords(rights).join("; ") || "nothing",
      ]),
      "There are none.",
    );
    for (const { name, state, reason } of plugins) if (state === "stopped") this.log(`${name} does not run: ${reason}`);
    return plugins;
  }
}
