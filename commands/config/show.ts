import { Args } from "@oclif/core";

import { fileFlag } from "../../src/cli/files.ts";
import { CommandError, EXIT } from "../../src/cli/exit.ts";
import { ChatCommand } from "../_command.ts";

export default class ConfigShow extends ChatCommand {
  static override summary = "Show the settings and where each comes from.";
  static override description =
    "A flag goes before the environment, the environment before the file, the file before the default. Secrets are not shown.";
  static override examples = [
    "<%= config.bin %> config show",
    "<%= config.bin %> config show rate_limiting",
    "<%= config.bin %> config show websocket.port --json",
  ];
  static override args = { key: Args.string({ description: "Only this key or section." }) };
  static override flags = {
    config: fileFlag({ summary: "Another file than config.json5 in the data folder." }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(ConfigShow);
    const file = flags.config ?? this.env["CHAT_CONFIG"];
    const { loadSettings, shownSettings } = await import("../../src/config/load.ts");
    const loaded = loadSettings({
      dataDir: this.folder(flags).path,
      env: this.env,
      ...(file && { file }),
    });
    const all = shownSettings(loaded);
    const rows = args.key === undefined ? all : all.filter(({ path }) => path === args.key || path.startsWith(`${args.key}.`));
    if (rows.length === 0) {
      const { closest } = await import("../../src/config/did-you-mean.ts");
      const near = closest(
        args.key!,
        all.map(({ path }) => path),
      );
      const named = all.flatMap(({ path }) => (path.endsWith(`.${args.key}`) ? path : []));
      const meant = near ? [near] : named;
      const hint = meant.length > 0 ? `Did you mean ${meant.join(" or ")}?` : '"chat config reference" lists them.';
      throw new CommandError(`${JSON.stringify(args.key)} is not a key. ${hint}`, EXIT.notFound);
    }
    for (const { path, value, origin } of rows)
      this.log(`${path} = ${value === undefined ? "(not shown)" : JSON.stringify(value)}  (${origin})`);
    return rows;
  }
}
