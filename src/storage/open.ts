import { join } from "node:path";
import { checkPostgres } from "./postgres-connection.ts";
import { openPostgres } from "./postgres.ts";
import { openSqlite } from "./sqlite.ts";
import type { Store } from "./store.ts";

/**
 * Opens the database the operator chose: Postgres when an address is given, else the file `chat.db` in the data folder.
 * `:memory:` as the address is an SQLite database that ends with the process.
 * @throws DatabaseUnusable with a sentence for the operator.
 */
export async function openStore({ databaseUrl, dataDir }: { databaseUrl?: string | undefined; dataDir: string }): Promise<Store> {
  if (databaseUrl === ":memory:") return openSqlite(databaseUrl);
  if (!databaseUrl) return openSqlite(join(dataDir, "chat.db"));
  await checkPostgres(databaseUrl);
  return openPostgres(databaseUrl);
}
