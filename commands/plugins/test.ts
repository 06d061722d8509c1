import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

import { Args } from "@oclif/core";

import { CommandError, EXIT } from "../../src/cli/exit.ts";
import { ChatCommand } from "../_command.ts";

export default class PluginsTest extends ChatCommand {
  static override summary = "Run the tests of a plugin's folder.";
  static override description =
    "They are Bun's: files that end in .test.ts. What they need and is missing is fetched first, from the package registry.";
  static override examples = ["<%= config.bin %> plugins test", "<%= config.bin %> plugins test ./greeter"];
  static override args = { folder: Args.string({ default: ".", description: "The plugin's folder." }) };

  async run(): Promise<void> {
    const { args } = await this.parse(PluginsTest);
    const folder = resolve(args.folder);
    if (!existsSync(join(folder, "package.json"))) throw new CommandError(`There is no plugin in ${folder}.`, EXIT.notFound);
    const bun = async (...words: string[]) =>
      Bun.spawn([process.execPath, ...words], {
        cwd: folder,
        env: { ...this.env, BUN_BE_BUN: "1" },
        stdio: ["ignore", "inherit", "inherit"],
      }).exited;
    if (!existsSync(join(folder, "node_modules")) && (await bun("install", "--ignore-scripts")) !== 0)
      throw new CommandError("What the tests need could not be fetched.", EXIT.failed);
    if ((await bun("test")) !== 0) throw new CommandError("Tests failed.", EXIT.failed);
  }
}
