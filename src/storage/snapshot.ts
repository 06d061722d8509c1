import { SQL } from "bun";
import { Database } from "bun:sqlite";
import { bind, compile, type Dialect } from "./store.ts";

/** The database as it stood at one moment, whoever writes in it meanwhile. */
export interface Snapshot extends AsyncDisposable {
  readonly dialect: Dialect;
  /** Rows as they come, some at a time, so that memory stays bounded. On Postgres a bigint is a text. */
  rows(text: string, params: Record<string, unknown>): AsyncIterable<readonly Record<string, unknown>[]>;
}

const TOGETHER = 1000;

/** Opens what `openStore` would open, to read it as it is now. */
export async function openSnapshot({
  databaseUrl,
  databaseFile,
}: {
  readonly databaseUrl: string;
  readonly databaseFile: string;
}): Promise<Snapshot> {
  return databaseUrl ? postgresSnapshot(databaseUrl) : sqliteSnapshot(databaseFile);
}

function sqliteSnapshot(path: string): Snapshot {
  const db = new Database(path, { create: false, readwrite: true });
  db.run("pragma busy_timeout = 5000");
  db.run("pragma query_only = on");
  db.run("begin");
  // A transaction sees what stood there when it first read.
  db.query("select count(*) from migration").get();
  return {
    dialect: "sqlite",
    async *rows(text, params) {
      const compiled = compile(text, "sqlite");
      const statement = db.prepare<Record<string, unknown>, any[]>(compiled.sql);
      let some: Record<string, unknown>[] = [];
      try {
        for (const row of statement.iterate(...(bind(compiled, params) as any[]))) {
          if (some.push(row) < TOGETHER) continue;
          yield some;
          some = [];
        }
        if (some.length) yield some;
      } finally {
        statement.finalize();
      }
    },
    async [Symbol.asyncDispose]() {
      db.run("rollback");
      db.close();
    },
  };
}

async function postgresSnapshot(url: string): Promise<Snapshot> {
  const sql = new SQL(url, { max: 1 });
  const connection = await sql.reserve();
  await connection.unsafe("begin isolation level repeatable read read only");
  return {
    dialect: "postgres",
    async *rows(text, params) {
      const compiled = compile(text, "postgres");
      await connection.unsafe(`declare snapshot no scroll cursor for ${compiled.sql}`, bind(compiled, params) as any[]);
      try {
        for (;;) {
          const some = (await connection.unsafe(`fetch ${TOGETHER} from snapshot`)) as Record<string, unknown>[];
          if (!some.length) return;
          yield [...some];
        }
      } finally {
        await connection.unsafe("close snapshot");
      }
    },
    async [Symbol.asyncDispose]() {
      await connection.unsafe("rollback");
      connection.release();
      await sql.close();
    },
  };
}
