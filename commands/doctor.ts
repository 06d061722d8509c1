import type { Finding } from "../src/doctor/finding.ts";
import { plain } from "../src/cli/table.ts";
import { EXIT } from "../src/cli/exit.ts";
import { ChatCommand } from "./_command.ts";

const MARKS = { good: "✔", odd: "!", wrong: "✖" } as const;
const COLOURS = { good: "\u001B[32m", odd: "\u001B[33m", wrong: "\u001B[31m" } as const;

export default class Doctor extends ChatCommand {
  static override summary = "Look for what stands in the way of a server that works.";
  static override description = [
    "Settings, data folder and disk, database, clock, limits, ports, addresses, voice, certificate. Ports are free while no server runs; while one does, each is called at. Changes nothing.",
    "The speed of the disk is measured; what the machine can carry is an estimate. Ends with 1 when something is wrong, with 10 when something is odd.",
  ].join("\n");
  static override examples = ["<%= config.bin %> doctor", "<%= config.bin %> doctor --data /srv/chat --json"];

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Doctor);
    const findings: Finding[] = [];
    for await (const finding of this.#findings(flags)) {
      findings.push(finding);
      this.log(this.#text(finding));
    }
    const levels = new Set(findings.map(({ level }) => level));
    process.exitCode = levels.has("wrong") ? EXIT.failed : levels.has("odd") ? EXIT.warnings : EXIT.done;
    return { findings };
  }

  async *#findings(flags: { data?: string | undefined; socket?: string | undefined }): AsyncGenerator<Finding> {
    const [{ loadSettings }, { findServer }, { examine }, { good, odd, wrong }, { systemClock }] = await Promise.all([
      import("../src/config/load.ts"),
      import("../src/admin/backend.ts"),
      import("../src/doctor/examine.ts"),
      import("../src/doctor/finding.ts"),
      import("../src/kernel/clock.ts"),
    ]);
    const folder = this.folder(flags);
    const file = this.env["CHAT_CONFIG"];
    let server;
    let hanging: string | undefined;
    try {
      server = await (await findServer(folder, this.systemUser()))?.status();
    } catch (why) {
      if ((why as Error).name !== "Unreachable") throw why;
      hanging = (why as Error).message;
    }
    let settings;
    try {
      const loaded = loadSettings({ dataDir: folder.path, env: this.env, flags: server?.flags ?? {}, ...(file && { file }) });
      settings = loaded.settings;
      if (loaded.warnings.length === 0) yield good("settings", "They are right.");
      for (const warning of loaded.warnings)
        yield odd("settings", warning, 'Change it; "chat config show" says where it is set.');
    } catch (why) {
      if ((why as Error).name !== "ConfigError") throw why;
      for (const line of (why as Error).message.split("\n"))
        yield wrong("settings", line, 'Correct it; "chat config reference" explains every setting.');
      return;
    }
    if (hanging) yield wrong("server", hanging, "End that process and start the server again.");
    else yield good("server", server ? `It runs: chat ${server.version}, pid ${server.pid}.` : "None runs on this folder.");
    yield* examine({ folder, settings, server, now: systemClock, stopwatch: () => performance.now() });
  }

  #text({ about, level, says, remedy }: Finding): string {
    const colour = process.stdout.isTTY && !this.env["NO_COLOR"];
    const mark = colour ? `${COLOURS[level]}${MARKS[level]}\u001B[0m` : MARKS[level];
    return `${mark} ${plain(`${about}: ${says}`)}${remedy ? `\n    → ${plain(remedy)}` : ""}`;
  }
}
