import { Flags } from "@oclif/core";

import { ChatCommand } from "../_command.ts";

const PROPERTIES = ["LoadState", "UnitFileState", "ActiveState", "SubState", "MainPID", "NRestarts", "StatusText"] as const;

export default class ServiceStatus extends ChatCommand {
  static override summary = "Tell how the systemd service is.";
  static override description = "Ends with 3 when none is installed, with 6 when it does not run.";
  static override examples = ["<%= config.bin %> service status", "<%= config.bin %> service status --user --json"];
  static override flags = { user: Flags.boolean({ summary: "The service of your own." }) };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(ServiceStatus);
    const [{ manager }, { CommandError, EXIT }] = await Promise.all([import("./_service.ts"), import("../../src/cli/exit.ts")]);
    const { systemctl } = manager(this.env, flags.user);
    const { ok, out } = systemctl("show", "chat.service", `--property=${PROPERTIES.join(",")}`);
    if (!ok) throw new CommandError(`systemctl show failed: ${out}.`);
    const found = Object.fromEntries(out.split("\n").map((line) => [line.split("=")[0]!, line.slice(line.indexOf("=") + 1)]));
    if (found["LoadState"] === "not-found")
      throw new CommandError('No service is installed; "chat service install" does it.', EXIT.notFound);
    this.pairs([
      ["state", `${found["ActiveState"]} (${found["SubState"]})`],
      ["at start", found["UnitFileState"] ?? ""],
      ["pid", found["MainPID"] ?? ""],
      ["restarts", found["NRestarts"] ?? ""],
      ["says", found["StatusText"] ?? ""],
    ]);
    if (found["ActiveState"] !== "active") process.exitCode = EXIT.unreachable;
    return found;
  }
}
