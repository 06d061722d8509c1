import { Flags } from "@oclif/core";

import { ChatCommand } from "../_command.ts";

export default class ServiceUninstall extends ChatCommand {
  static override summary = "End the systemd service and remove its unit.";
  static override description = "What the server has kept stays where it is.";
  static override examples = ["sudo <%= config.bin %> service uninstall", "<%= config.bin %> service uninstall --user"];
  static override flags = { user: Flags.boolean({ summary: "The service of your own." }) };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(ServiceUninstall);
    const [{ existsSync, rmSync }, { manager, refuseUnlessRoot }, { CommandError, EXIT }] = await Promise.all([
      import("node:fs"),
      import("./_service.ts"),
      import("../../src/cli/exit.ts"),
    ]);
    const { unitFile, systemctl } = manager(this.env, flags.user);
    refuseUnlessRoot(flags.user);
    if (!existsSync(unitFile)) throw new CommandError(`There is no ${unitFile}.`, EXIT.notFound);
    const { ok, out } = systemctl("disable", "--now", "chat.service");
    if (!ok) throw new CommandError(`systemctl disable failed: ${out}.`);
    rmSync(unitFile);
    systemctl("daemon-reload");
    this.log(`${unitFile} is removed, and the server has ended. What it has kept is still there.`);
    return { unitFile };
  }
}
