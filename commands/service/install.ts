import { Args, Flags } from "@oclif/core";

import { CommandError, EXIT } from "../../src/cli/exit.ts";
import { ChatCommand } from "../_command.ts";

export default class ServiceInstall extends ChatCommand {
  static override summary = "Run the server as a systemd service, now and after every start of the machine.";
  static override description = [
    "The service runs confined, under an account that exists only for it, and keeps everything in /var/lib/chat; it is watched, and restarted when it hangs.",
    "What stands behind -- is given to `chat serve`. The right to open ports below 1024 is given only where the settings or these words ask for them.",
    "With --user it is a service of your own, on your own data folder; `loginctl enable-linger` keeps it running after you log out.",
  ].join("\n");
  static override examples = [
    "sudo <%= config.bin %> service install",
    "sudo <%= config.bin %> service install -- --domain chat.example.org --agree-tos",
    "<%= config.bin %> service install --user",
    "<%= config.bin %> service install --print",
  ];
  static override strict = false;
  static override args = { words: Args.string({ description: "Behind --: flags of chat serve." }) };
  static override flags = {
    user: Flags.boolean({ summary: "A service of your own, without root." }),
    print: Flags.boolean({ summary: "Only print the unit." }),
    "low-ports": Flags.boolean({ allowNo: true, summary: "Whether ports below 1024 may be opened, whatever the settings say." }),
  };

  async run(): Promise<unknown> {
    const { argv, flags } = await this.parse(ServiceInstall);
    const words = argv as string[];
    if (words[0] !== undefined && !words[0].startsWith("-"))
      throw new CommandError(
        `What chat serve is to be given stands behind --; ${JSON.stringify(words[0])} is no flag.`,
        EXIT.usage,
      );
    const [{ serviceUnit }, { mkdirSync }, { dirname }, { replaceFile }, { manager, refuseUnlessRoot }] = await Promise.all([
      import("../../src/cli/service-unit.ts"),
      import("node:fs"),
      import("node:path"),
      import("../../src/cli/replace-unit.ts"),
      import("./_service.ts"),
    ]);
    const systemd = flags.print ? undefined : manager(this.env, flags.user);
    if (systemd) refuseUnlessRoot(flags.user);
    const data = flags.data ?? (flags.user ? undefined : "/var/lib/chat");
    const lowPorts = flags["low-ports"] ?? (await this.#needsLowPorts(data, words));
    const given = flags.data === undefined ? words : ["--data", this.folder(flags).path, ...words];
    const unit = serviceUnit({ program: process.execPath, user: flags.user, lowPorts, words: given });
    if (!systemd) {
      this.log(unit.trimEnd());
      return { unit };
    }
    const { unitFile, systemctl } = systemd;
    if (!flags.user && flags.data !== undefined)
      throw new CommandError(
        "The machine's service keeps everything in /var/lib/chat; --data is for --user and --print.",
        EXIT.usage,
      );
    if (!flags.user && /^\/(home|root|tmp|var\/tmp)\//.test(process.execPath))
      throw new CommandError(
        `The service cannot see ${process.execPath}: copy the program to /usr/local/bin first, and run it from there.`,
      );
    mkdirSync(dirname(unitFile), { recursive: true });
    replaceFile(unitFile, unit);
    for (const step of [["daemon-reload"], ["enable", "--now", "chat.service"]]) {
      const { ok, out } = systemctl(...step);
      if (!ok) throw new CommandError(`systemctl ${step.join(" ")} failed: ${out}. "journalctl -u chat" has the server's log.`);
    }
    this.log(`${unitFile} is installed, and the server runs. "chat service status" shows how it is.`);
    if (!flags.user)
      this.log(
        `Its data is in ${data}: "sudo chat status --data ${data}" asks the server, and every other command does so likewise.`,
      );
    return { unitFile, unit };
  }

  async #needsLowPorts(data: string | undefined, words: readonly string[]): Promise<boolean> {
    const port = Number(/(?:^| )(?:--port[= ]|-p ?)(\d+)/.exec(words.join(" "))?.[1] ?? Number.NaN);
    if (port > 0 && port < 1024) return true;
    if (words.some((word) => /^--(domain|tls=acme)(=|$)/.test(word)) || words.join(" ").includes("--tls acme")) return true;
    const { loadSettings } = await import("../../src/config/load.ts");
    const { settings } = loadSettings({ dataDir: this.folder({ data }).path, env: this.env });
    const { websocket, tokens, tls } = settings;
    const ports = [
      ...(websocket.enabled && Number.isNaN(port) ? [websocket.port] : []),
      ...(tokens.enabled && tokens.listen ? [tokens.port] : []),
      ...(tls.mode === "acme" ? [tls.acme.http_port] : []),
    ];
    return ports.some((one) => one > 0 && one < 1024);
  }
}
