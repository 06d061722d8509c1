import { Args, Flags } from "@oclif/core";

import { bytes, counted } from "../src/cli/table.ts";
import { CommandError, EXIT } from "../src/cli/exit.ts";
import { ChatCommand } from "./_command.ts";

export default class Backup extends ChatCommand {
  static override summary = "Save everything in one file, also while the server runs.";
  static override description = [
    "The file holds the database as it stands in one moment, attachments, settings, keys, certificates and plugins: keep it where only you can read it.",
    "It is read back and compared before it gets its name; until then nothing of that name is touched. `tar --zstd -t` lists what is inside.",
    "Without FILE and --to it is made in the current folder. With a Postgres database everything else is saved, and the exit code is 10: use pg_dump for the database.",
  ].join("\n");
  static override examples = [
    "<%= config.bin %> backup",
    "<%= config.bin %> backup /mnt/usb/chat.tar.zst",
    "<%= config.bin %> backup --to /var/backups/chat --keep 14",
  ];
  static override args = { file: Args.string({ description: "The file to make." }) };
  static override flags = {
    to: Flags.string({
      helpValue: "<folder>",
      summary: "Make a file named after the moment in this folder.",
    }),
    keep: Flags.integer({
      helpValue: "<number>",
      min: 1,
      max: 100_000,
      dependsOn: ["to"],
      summary: "Remove all but this many of the newest backups there, once the new one is whole.",
    }),
    force: Flags.boolean({ summary: "Replace FILE if there is one." }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Backup);
    if (args.file !== undefined && flags.to !== undefined)
      throw new CommandError("Name either a file or, with --to, a folder.", EXIT.usage);
    const [{ existsSync }, { join, resolve }, { backupName, keepNewest }, { writeBackup }, { loadSettings }, { systemClock }] =
      await Promise.all([
        import("node:fs"),
        import("node:path"),
        import("../src/backup/backup-names.ts"),
        import("../src/backup/write-backup.ts"),
        import("../src/config/load.ts"),
        import("../src/kernel/clock.ts"),
      ]);
    const folder = this.folder(flags);
    const configFile = this.env["CHAT_CONFIG"];
    const { settings } = loadSettings({ dataDir: folder.path, env: this.env, ...(configFile && { file: configFile }) });
    const postgres = settings.database.url !== "";
    if (!existsSync(folder.path) || (!postgres && !existsSync(folder.databaseFile)))
      throw new CommandError(`There is no chat in ${folder.path}. Name its folder with --data or CHAT_DATA.`, EXIT.unreachable);
    const now = systemClock();
    const to = resolve(args.file ?? join(flags.to ?? ".", backupName(now)));
    if (existsSync(to) && !flags.force)
      throw new CommandError(`There is a file ${to} already: name another, or replace it with --force.`, EXIT.conflict);
    const { file, size, manifest, leftOut } = await writeBackup({
      folder,
      postgres,
      to,
      version: this.config.version,
      now,
      signal: this.interrupted(),
    });
    const removed = flags.keep === undefined ? [] : await keepNewest(flags.to!, flags.keep);
    const { database, files } = manifest;
    const messages = database.kind === "sqlite" ? (database.tables["message"] ?? 0) : undefined;
    this.log(
      `${file}: ${bytes(size)}, ${counted(files.length, "file")}${messages === undefined ? "" : `, ${counted(messages, "message")}`}; read back and whole.`,
    );
    for (const name of removed) this.log(`Removed ${name}.`);
    const warnings = [
      ...(postgres
        ? ["The database is on a Postgres server and is not in this file: save it with pg_dump at the same time."]
        : []),
      ...(configFile && !resolve(configFile).startsWith(`${folder.path}/`)
        ? [`The settings are in ${configFile}, outside the data folder, and are not in this file.`]
        : []),
      ...leftOut.map((path) => `${path} is neither a file nor a folder, and is not in this file.`),
    ];
    for (const warning of warnings) this.logToStderr(`warning: ${warning}`);
    if (warnings.length) process.exitCode = EXIT.warnings;
    return { file, size, files: files.length, database, removed, warnings };
  }
}
