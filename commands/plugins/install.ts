import { existsSync } from "node:fs";

import { Args, Flags } from "@oclif/core";

import { CommandError, EXIT } from "../../src/cli/exit.ts";
import type { PluginView } from "../../src/domain/plugins/plugin.ts";
import { ChatCommand } from "../_command.ts";

export default class PluginsInstall extends ChatCommand {
  static override summary = "Install a plugin: a package by its name, a folder, a git address, or a file.";
  static override description = [
    "Shows what the plugin wants to be allowed and asks. No install script is run. What was installed is kept by its hash, and nothing else is loaded.",
    "A plugin's rights bound what the chat does for it. Its code is run by the server as the server's own user: install what you would run yourself.",
    "A git address needs the program git on this machine; nothing else is needed.",
  ].join("\n");
  static override examples = [
    "<%= config.bin %> plugins install chat-plugin-greeter",
    "<%= config.bin %> plugins install ./greeter --yes",
    "<%= config.bin %> plugins install ./greeter --link",
    "<%= config.bin %> plugins install git+https://example.org/greeter.git",
    "<%= config.bin %> plugins install ./greeter.ts",
  ];
  static override args = {
    source: Args.string({ required: true, description: "A package's name, a folder, a git address, a file (.ts, .js, .tgz)." }),
  };
  static override flags = {
    yes: Flags.boolean({ char: "y", summary: "Agree to what it wants to be allowed." }),
    link: Flags.boolean({ summary: "Load the folder from where it lies, and again whenever something in it changes." }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(PluginsInstall);
    const [{ fetchPlugin, tidy }, { rightsInWords }, { PluginUnusable }, { giveTo, ownerOf }] = await Promise.all([
      import("../../src/plugins/install.ts"),
      import("../../src/plugins/rights-in-words.ts"),
      import("../../src/plugins/manifest.ts"),
      import("../../src/config/folder-owner.ts"),
    ]);
    // What looks like a path is one; a bare word is the name of a package.
    if (/^\.{0,2}[/\\]|\.(ts|js|mjs|tgz|tar\.gz)$/.test(args.source) && !existsSync(args.source))
      throw new CommandError(`There is no file or folder ${args.source}.`, EXIT.notFound);
    const { path, pluginsFolder: folder } = this.folder(flags);
    const owner = ownerOf(path);
    await using backend = await this.backend(flags);
    try {
      using fetched = await fetchPlugin(args.source, { folder, env: this.env, cwd: process.cwd(), link: flags.link });
      const { manifest, installed } = fetched;
      const { plugins } = (await backend.call("plugin.list", {})) as { plugins: PluginView[] };
      if (plugins.some(({ name, source }) => name === manifest.name && source === "bundled"))
        throw new CommandError(
          `There is a plugin ${manifest.name} that comes with the chat; set another chat.name.`,
          EXIT.conflict,
        );
      const wants = rightsInWords(manifest.rights);
      if (!flags.yes) {
        if (!process.stdin.isTTY || !process.stdout.isTTY || this.jsonEnabled())
          throw new CommandError(
            `${manifest.name} ${manifest.version} wants: ${wants.join("; ") || "nothing"}. Agree with --yes.`,
            EXIT.refused,
          );
        this.log(`${manifest.name} ${manifest.version}: ${manifest.description || "no description"}`);
        for (const want of wants) this.log(`  ${want}`);
        this.sure(`Allow ${wants.length > 0 ? "this" : "nothing"}, and install it?`, false);
      }
      const back = fetched.place();
      if (!installed.linked) giveTo(owner, folder);
      let plugin: PluginView;
      try {
        ({ plugin } = await backend.call("plugin.install", { name: manifest.name, installed }));
      } catch (why) {
        back();
        throw why;
      }
      tidy(folder);
      if (plugin.state === "stopped")
        throw new CommandError(`${plugin.name} ${plugin.version} is installed and does not run: ${plugin.reason}`, EXIT.failed);
      this.log(`${plugin.name} ${plugin.version} is installed${plugin.state === "running" ? " and runs" : ""}.`);
      return plugin;
    } catch (why) {
      if (why instanceof PluginUnusable) throw new CommandError(why.message, EXIT.failed);
      throw why;
    }
  }
}
