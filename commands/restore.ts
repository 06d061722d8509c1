import { Flags } from "@oclif/core";

import { CommandError, EXIT } from "../src/cli/exit.ts";
import { pathArg } from "../src/cli/files.ts";
import { counted } from "../src/cli/table.ts";
import { ChatCommand } from "./_command.ts";

export default class Restore extends ChatCommand {
  static override summary = "Bring back what a backup holds.";
  static override description = [
    "The server must not run. Everything is unpacked beside the data folder and compared with what was saved; only then it takes the folder's place.",
    "What was there is kept under another name. A backup made by a newer version is refused.",
  ].join("\n");
  static override examples = [
    "<%= config.bin %> restore chat-20261120-103300.tar.zst --data /srv/chat",
    "<%= config.bin %> restore /var/backups/chat/chat-20261120-103300.tar.zst --force",
  ];
  static override args = { file: pathArg({ required: true, description: "The backup." }) };
  static override flags = {
    force: Flags.boolean({ summary: "Put aside what is in the data folder." }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Restore);
    const [{ resolve }, { restoreBackup }, { BackupError }, { systemClock }, { uuids }, { findServer }] = await Promise.all([
      import("node:path"),
      import("../src/backup/restore-backup.ts"),
      import("../src/backup/backup-file.ts"),
      import("../src/kernel/clock.ts"),
      import("../src/kernel/ids.ts"),
      import("../src/admin/backend.ts"),
    ]);
    const folder = this.folder(flags);
    if (await findServer(folder, this.systemUser()))
      throw new CommandError(`A server is running on ${folder.path}: end it with "chat stop" first.`, EXIT.conflict);
    process.umask(0o077);
    try {
      const { manifest, aside } = await restoreBackup({
        file: resolve(args.file),
        folder,
        force: flags.force,
        id: uuids(),
        now: systemClock(),
        signal: this.interrupted(),
      });
      const { database, files, createdAt } = manifest;
      const messages = database.kind === "sqlite" ? `, ${counted(database.tables["message"] ?? 0, "message")}` : "";
      this.log(
        `${folder.path} is as it was at ${new Date(createdAt).toISOString()}: ${counted(files.length, "file")}${messages}.`,
      );
      if (aside) this.log(`What was there before is in ${aside}.`);
      if (database.kind === "postgres")
        this.logToStderr("warning: The database was on a Postgres server: bring it back with pg_restore.");
      if (database.kind === "postgres") process.exitCode = EXIT.warnings;
      return { folder: folder.path, createdAt, files: files.length, database, aside: aside ?? null };
    } catch (why) {
      if (why instanceof BackupError && why.conflict) throw new CommandError(why.message, EXIT.conflict);
      throw why;
    }
  }
}
