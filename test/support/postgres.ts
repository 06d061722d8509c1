import { SQL } from "bun";
import { afterAll, beforeAll } from "bun:test";
import { openPostgres } from "../../src/storage/postgres.ts";
import type { Store } from "../../src/storage/store.ts";

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
export async function temporaryDatabase(): Promise<AsyncDisposable & { readonly url: string; readonly name: string }> {
  const server = new SQL(postgresServer!, { max: 1 });
  const name = `chat_test_${Bun.randomUUIDv7().replaceAll("-", "")}`;
  await server.unsafe(`create database ${name}`);
  const url = new URL(postgresServer!);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    name,
    async [Symbol.asyncDispose]() {
      await server.unsafe(`drop database if exists ${name} with (force)`);
      await server.close();
    },
  };
}

/** For the tests of a `describe`: a store on one database that each test finds empty, which is quicker than a database each. */
export function emptiedDatabase(): () => Promise<AsyncDisposable & { readonly store: Store }> {
  let database: Awaited<ReturnType<typeof temporaryDatabase>>;
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
