import { existsSync } from "node:fs";

import { type DataFolder, lockDataFolder } from "../config/data-folder.ts";
import { type Env, loadSettings } from "../config/load.ts";
import { systemClock } from "../kernel/clock.ts";
import { type Moved, moveToPostgres } from "../storage/move-to-postgres.ts";
import { DatabaseUnusable } from "../storage/store.ts";
import { Unreachable } from "./backend.ts";

/**
 * Moves what the SQLite file of a data folder holds to the Postgres database that the settings name; the file stays. No server may run.
 * @throws Unreachable where there is nothing to move, FolderLocked, DatabaseUnusable.
 */
export async function migrateDatabase({
  folder,
  env,
  configFile,
}: {
  readonly folder: DataFolder;
  readonly env: Env;
  readonly configFile?: string | undefined;
}): Promise<Moved[]> {
  const { settings } = loadSettings({ dataDir: folder.path, env, ...(configFile && { file: configFile }) });
  if (!existsSync(folder.databaseFile))
    throw new Unreachable(
      `There is no ${folder.databaseFile} to move. Name the folder of another chat with --data or CHAT_DATA.`,
    );
  if (settings.database.url === "")
    throw new DatabaseUnusable(
      "The settings name no Postgres database to move to: set database.url, best as CHAT_DATABASE_URL or CHAT_DATABASE_URL_FILE.",
    );
  process.umask(0o077);
  using _ = lockDataFolder(folder);
  return await moveToPostgres(folder.databaseFile, settings.database.url, systemClock());
}
