import { CommandError, EXIT } from "../src/cli/exit.ts";
import { counted } from "../src/cli/table.ts";
import { ChatCommand } from "./_command.ts";

export default class Migrate extends ChatCommand {
  static override summary = "Move everything from SQLite to Postgres.";
  static override description = [
    "From the database in the data folder to the empty one that database.url names, which is best given as CHAT_DATABASE_URL or CHAT_DATABASE_URL_FILE. The server must not run.",
    "All in one transaction, which counts only when every table has been read back with as many rows and the same content. Files stay in the data folder, and so does the SQLite database, which nothing uses from then on while database.url is set.",
  ].join("\n");
  static override examples = [
    "CHAT_DATABASE_URL_FILE=/etc/chat/database-url <%= config.bin %> migrate",
    "<%= config.bin %> migrate --data /srv/chat --json",
  ];

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Migrate);
    const [{ migrateDatabase }, { findServer }] = await Promise.all([
      import("../src/admin/migrate-database.ts"),
      import("../src/admin/backend.ts"),
    ]);
    const folder = this.folder(flags);
    if (await findServer(folder, this.systemUser()))
      throw new CommandError(`A server is running on ${folder.path}: end it with "chat stop" first.`, EXIT.conflict);
    const file = this.env["CHAT_CONFIG"];
    const tables = await migrateDatabase({ folder, env: this.env, configFile: file });
    const shown = tables.filter(({ rows }) => rows > 0);
    this.rows(
      ["TABLE", "ROWS", "SHA-256"],
      shown.map(({ table, rows, hash }) => [table, rows, hash]),
      "There was nothing to move.",
    );
    const rows = tables.reduce((sum, one) => sum + one.rows, 0);
    this.log(`Moved ${counted(rows, "row")}, and read back the same. ${folder.databaseFile} stays as it was.`);
    return { tables };
  }
}
