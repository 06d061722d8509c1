import { checkPostgres } from "./postgres-connection.ts";
import { openPostgres } from "./postgres.ts";
import { openSqlite } from "./sqlite.ts";
import type { Store } from "./store.ts";

/**
 * Opens the database the operator chose: Postgres when an address is given, else the SQLite file (`:memory:` ends with the process).
 * @throws DatabaseUnusable with a sentence for the operator.
 */
export async function openStore({ databaseUrl, databaseFile }: { databaseUrl: string; databaseFile: string }): Promise<Store> {
  if (!databaseUrl) return openSqlite(databaseFile);
  await checkPostgres(databaseUrl);
  return openPostgres(databaseUrl);
}
