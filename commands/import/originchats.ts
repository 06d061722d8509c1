import { Flags } from "@oclif/core";

import { CommandError, EXIT } from "../../src/cli/exit.ts";
import { pathArg } from "../../src/cli/files.ts";
import type { Progress } from "../../src/import/originchats/import-folder.ts";
import type { ImportReport } from "../../src/import/originchats/report.ts";
import { ChatCommand } from "../_command.ts";

/** Findings shown without --json. */
const SHOWN = 60;
/** How often the line of progress is drawn anew, in milliseconds. */
const DRAWN_EVERY = 200;

export default class ImportOriginchats extends ChatCommand {
  static override summary = "Take over the data of an originChats server.";
  static override description = [
    "Reads the server's folder (the one with `db` in it, or `db` itself), as any version left it: JSON Lines, lists, or the SQLite database.",
    "Accounts keep their ids, roles and passwords, messages their ids, times, authors and reactions; files, emoji, webhooks and read marks come along.",
    "What is here already stays as it is: the import can be run again, and goes on after an interruption. The old server's folder is only read.",
    "A running server has to be stopped first, since the import writes past it; --dry-run works beside one.",
    "Ends with 10 when something in the folder was broken; the report says what, where, and what was done about it.",
  ].join("\n");
  static override examples = [
    "<%= config.bin %> import originchats /srv/originchats --dry-run",
    "<%= config.bin %> import originchats /srv/originchats",
    "<%= config.bin %> import originchats /srv/originchats --config --json > report.json",
  ];
  static override args = { folder: pathArg({ required: true, description: "The old server's folder." }) };
  static override flags = {
    "dry-run": Flags.boolean({ summary: "Find out what would be done, on a copy that is thrown away." }),
    config: Flags.boolean({ summary: "Also take over the settings, into a config.json5 in which nothing was set yet." }),
    era: Flags.string({ options: ["json", "sqlite"], summary: "Which data to read where the folder has both kinds." }),
  };

  async run(): Promise<ImportReport> {
    const { args, flags } = await this.parse(ImportOriginchats);
    const [
      { openRehearsal, openTarget },
      { importFolder, refuseOtherFolder },
      { createLog },
      { systemClock },
      { giveTo, ownerOf },
    ] = await Promise.all([
      import("../../src/admin/open-target.ts"),
      import("../../src/import/originchats/import-folder.ts"),
      import("../../src/kernel/log.ts"),
      import("../../src/kernel/clock.ts"),
      import("../../src/config/folder-owner.ts"),
    ]);
    const dryRun = flags["dry-run"];
    const folder = this.folder(flags);
    await refuseOtherFolder(args.folder);
    if (!dryRun) await this.#refuseRunning(flags);
    const write = (line: string) => void process.stderr.write(line);
    const log = createLog({ level: "warn", format: "pretty", write, now: systemClock });
    const options = { folder, env: this.env, configFile: this.env["CHAT_CONFIG"], log };
    const owner = ownerOf(folder.path);
    let report: ImportReport;
    {
      await using opened = await (dryRun ? openRehearsal(options) : openTarget(options));
      const { folder: path } = args;
      const era = flags.era as "json" | "sqlite" | undefined;
      report = await importFolder(opened.target, { path, era, dryRun, takesSettings: flags.config, progress: this.#progress() });
      await opened.settle();
    }
    if (process.stderr.isTTY) process.stderr.write("\r\u001B[K");
    try {
      if (flags.config && !dryRun) await this.#takeSettings(folder.configFile, report.settings);
    } finally {
      if (!dryRun) giveTo(owner, folder.path);
    }
    await this.#print(report, flags.config);
    if (report.findings.length > 0) process.exitCode = EXIT.warnings;
    return report;
  }

  async #refuseRunning(flags: { data?: string | undefined; socket?: string | undefined }): Promise<void> {
    const { findServer } = await import("../../src/admin/backend.ts");
    const folder = this.folder(flags);
    if (await findServer(folder, this.systemUser()))
      throw new CommandError(
        `A server is running on ${folder.path}. End it with "chat stop", import, and start it again; --dry-run works meanwhile.`,
        EXIT.conflict,
      );
  }

  /** One line on a terminal, drawn over and over. */
  #progress(): (progress: Progress) => void {
    if (!process.stderr.isTTY || this.jsonEnabled()) return () => {};
    const began = performance.now();
    let drawn = -DRAWN_EVERY;
    return ({ step, share, messages }) => {
      const now = performance.now();
      if (now - drawn < DRAWN_EVERY) return;
      drawn = now;
      const rate = Math.round(messages / Math.max(0.001, (now - began) / 1000));
      process.stderr.write(`\r\u001B[K${Math.floor(share * 100)} %  ${messages} messages, ${rate}/s  ${step.slice(0, 40)}`);
    };
  }

  async #takeSettings(file: string, settings: Readonly<Record<string, unknown>>): Promise<void> {
    const { writeSettings } = await import("../../src/config/commented-file.ts");
    if (!writeSettings(file, settings))
      throw new CommandError(
        `${file} was changed by hand and is left alone; all data is imported. Put into it what the report lists under settings.`,
        EXIT.conflict,
      );
  }

  async #print(report: ImportReport, tookSettings: boolean): Promise<void> {
    const { plain } = await import("../../src/cli/table.ts");
    const { counts, findings, findingsBeyond, advice, settings, dryRun } = report;
    this.log(dryRun ? "Nothing was written. An import would do this:" : "Imported:");
    this.rows(
      ["WHAT", "READ", dryRun ? "TO WRITE" : "WRITTEN", "THERE ALREADY", "LEFT OUT", "MENDED"],
      Object.entries(counts)
        .filter(([kind, { read }]) => read > 0 && kind !== "settings")
        .map(([kind, { read, written, present, skipped, repaired }]) => [kind, read, written, present, skipped, repaired]),
      "There was nothing to import.",
    );
    if (findings.length > 0) this.log("\nWhat was broken, and what was done:");
    for (const { file, line, what, done } of findings.slice(0, SHOWN))
      this.log(plain(`${file}${line === undefined ? "" : `:${line}`}: ${what}: ${done}`));
    const more = findings.length - SHOWN + findingsBeyond;
    if (more > 0) this.log(`and ${more} more${findings.length > SHOWN ? "; --json lists them" : ""}.`);
    if (Object.keys(settings).length > 0) {
      this.log(
        tookSettings && !dryRun
          ? "\nSettings taken over:"
          : "\nSettings of the old server that differ here (--config takes them over):",
      );
      for (const [path, value] of Object.entries(settings)) this.log(plain(`${path}: ${JSON.stringify(value)}`));
    }
    if (advice.length > 0) this.log("\nTo look at:");
    for (const one of advice) this.log(`- ${plain(one)}`);
  }
}
