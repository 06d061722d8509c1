import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

import { Args } from "@oclif/core";

import { CommandError, EXIT } from "../../src/cli/exit.ts";
import { ChatCommand } from "../_command.ts";

export default class PluginsNew extends ChatCommand {
  static override summary = "Make the folder of a new plugin: code, types, a test.";
  static override examples = ["<%= config.bin %> plugins new greeter", "<%= config.bin %> plugins new greeter ./plugins/greeter"];
  static override args = {
    name: Args.string({ required: true, description: "Its name: small letters, digits, hyphens." }),
    folder: Args.string({ description: "Where; a new folder of its name without it." }),
  };

  async run(): Promise<unknown> {
    const { args } = await this.parse(PluginsNew);
    const [{ PluginName }, { scaffold }] = await Promise.all([
      import("../../src/domain/plugins/plugin.ts"),
      import("../../src/plugins/scaffold.ts"),
    ]);
    if (!PluginName.safeParse(args.name).success)
      throw new CommandError(
        `${JSON.stringify(args.name)} is no name for a plugin: small letters, digits and single hyphens.`,
        EXIT.usage,
      );
    const folder = resolve(args.folder ?? args.name);
    if (existsSync(folder) && readdirSync(folder).length > 0)
      throw new CommandError(`${folder} is there already and not empty.`, EXIT.conflict);
    const files = scaffold(args.name);
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text, { flag: "wx" });
    }
    this.log(
      `${folder} is made. "chat plugins install ${args.folder ?? args.name} --link" runs it, "chat plugins test" in it tests it.`,
    );
    return { folder, files: Object.keys(files) };
  }
}
