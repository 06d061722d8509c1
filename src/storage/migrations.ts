import { first } from "./migrations/0001-first.ts";
import { read, type Store } from "./store.ts";

/** A step forward in the shape of the database. `{serial}` stands for a self-numbering primary key. Never edited once released. */
export interface Migration {
  readonly id: number;
  readonly name: string;
  readonly both: string;
  readonly sqlite?: string;
  readonly postgres?: string;
}

export const migrations: readonly Migration[] = [first];
/** The schema that this program brings a database to. */
export const newestSchema = migrations.at(-1)!.id;

const SERIAL = { sqlite: "integer primary key autoincrement", postgres: "bigserial primary key" } as const;

/** The database was written by a newer program than this one. */
export class DatabaseTooNew extends Error {
  override name = "DatabaseTooNew";
}

const lastApplied = read<Record<never, never>, { id: number | null }>(`select max(id) as id from migration`, "id");

/**
 * Brings the database to this program's shape, each migration in a transaction of its own: one that fails leaves nothing behind.
 * Processes that start at the same time share the work: the record's key lets only one of them run a migration, the others find it done.
 * @returns the names of those that ran here.
 * @throws DatabaseTooNew when the database knows migrations that this program does not.
 */
export async function migrate(store: Store, now: number, steps: readonly Migration[] = migrations): Promise<string[]> {
  await store.exec(`create table if not exists migration (id bigint primary key, name text not null, at bigint not null)`);
  const applied = async () => (await store.one(lastApplied, {}))?.id ?? 0;
  const newest = steps.at(-1)!.id;
  const ran: string[] = [];
  for (;;) {
    const done = await applied();
    if (done > newest)
      throw new DatabaseTooNew(
        `This database was written by a newer version of chat (schema ${done}; this program knows ${newest}). Install that version or a later one, or restore a backup made with this one.`,
      );
    const next = steps.find(({ id }) => id > done);
    if (!next) return ran;
    const ddl = `${next.both}\n${next[store.dialect] ?? ""}`.replaceAll("{serial}", SERIAL[store.dialect]);
    try {
      await store.exec(`insert into migration (id, name, at) values (${next.id}, '${next.name}', ${now}); ${ddl}`);
      ran.push(next.name);
    } catch (why) {
      if ((await applied()) < next.id) throw why;
    }
  }
}
