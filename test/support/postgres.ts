import { SQL } from "bun";
import { afterAll, afterEach, beforeAll } from "bun:test";
import { migrate } from "../../src/storage/migrations.ts";
import { openPostgres } from "../../src/storage/postgres.ts";
import type { Store } from "../../src/storage/store.ts";
import { temporaryDatabase as databaseOn, type TemporaryDatabase } from "./temporary-database.ts";

const candidates = process.env.CHAT_TEST_POSTGRES
  ? [process.env.CHAT_TEST_POSTGRES]
  : ["postgres://postgres@127.0.0.1:5432/test", "postgres://root@127.0.0.1:5432/test"];

async function answers(url: string): Promise<boolean> {
  const sql = new SQL(url, { max: 1, connectionTimeout: 2 });
  try {
    await sql.unsafe("select 1");
    return true;
  } catch (why) {
    if (process.env.CHAT_TEST_POSTGRES) throw why;
    return false;
  } finally {
    await sql.close();
  }
}

async function findServer(): Promise<string | undefined> {
  for (const url of candidates) if (await answers(url)) return url;
  console.warn("Skipped the tests on Postgres: CHAT_TEST_POSTGRES is not set and no server answers on 127.0.0.1:5432.");
  return undefined;
}

/** The address of a server on which tests may create databases, if there is one. */
export const postgresServer: string | undefined = await findServer();

/** An empty database of its own for a test; dropped when disposed, whoever is still connected. */
export const temporaryDatabase = (): Promise<TemporaryDatabase> => databaseOn(postgresServer!);

/** For the tests of a `describe`: a store on one database that each test finds empty, which is quicker than a database each. */
export function emptiedDatabase(): () => Promise<AsyncDisposable & { readonly store: Store }> {
  let database: TemporaryDatabase;
  beforeAll(async () => void (database = await temporaryDatabase()));
  afterAll(() => database[Symbol.asyncDispose]());
  return async () => {
    const sql = new SQL(database.url, { max: 1 });
    await sql.unsafe(`drop schema public cascade; create schema public`).simple();
    await sql.close();
    const store = openPostgres(database.url);
    return { store, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() };
  };
}

const idle: TemporaryDatabase[] = [];
const open = new Set<Store>();
let over = false;
// Many a test leaves its chat open, which in memory costs nothing; here it is connections.
afterEach(async () => void (await Promise.all([...open].map((store) => store[Symbol.asyncDispose]()))));
afterAll(async () => {
  over = true;
  await Promise.all(idle.map((database) => database[Symbol.asyncDispose]()));
});

/** A migrated database without a row, in a few milliseconds: one that another test of this file has used before, where there is one. */
export async function postgresStore(): Promise<Store> {
  const database = idle.pop() ?? (await migratedDatabase());
  const lasting = openPostgres(database.url);
  const store: Store = {
    ...lasting,
    async [Symbol.asyncDispose]() {
      if (!open.delete(store)) return;
      await lasting[Symbol.asyncDispose]();
      if (over) return database[Symbol.asyncDispose]();
      await emptied(database);
      idle.push(database);
    },
  };
  open.add(store);
  return store;
}

async function migratedDatabase(): Promise<TemporaryDatabase> {
  const database = await temporaryDatabase();
  await using store = openPostgres(database.url);
  await migrate(store, 0);
  // A test's power is never cut.
  await store.exec(`alter database ${database.name} set synchronous_commit = off`);
  return database;
}

/** Removes every row but the record of migrations, and lets the numbers begin anew. On small tables this is much quicker than `truncate`. */
async function emptied({ url }: TemporaryDatabase): Promise<void> {
  await using sql = new SQL(url, { max: 1 });
  await sql.unsafe(
    `do $$ declare name text; begin
      set local session_replication_role = replica;
      for name in select tablename from pg_tables where schemaname = 'public' and tablename <> 'migration' loop
        execute format('delete from %I', name);
      end loop;
      for name in select sequencename from pg_sequences where schemaname = 'public' loop
        execute format('alter sequence %I restart', name);
      end loop;
    end $$`,
  );
}
