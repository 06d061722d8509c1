import type { SQL } from "bun";
import { Database } from "bun:sqlite";
import { createHash } from "node:crypto";
import { migrate } from "./migrations.ts";
import { openPostgres } from "./postgres.ts";
import { checkPostgres, connect } from "./postgres-connection.ts";
import { openSqlite } from "./sqlite.ts";
import { DatabaseUnusable } from "./store.ts";

const TOGETHER = 1000;
/** What each database makes for itself, and the record of how it came to its shape. */
const OWN = /^(sqlite_|message_text|migration$)/;

interface Column {
  readonly name: string;
  readonly type: "text" | "bigint";
}
interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
}
type Row = Record<string, string | number | null>;

/** A table as it was found on both sides. */
export interface Moved {
  readonly table: string;
  readonly rows: number;
  /** SHA-256 of each row, all of them put together so that their order does not matter; hexadecimal. */
  readonly hash: string;
}

/**
 * Copies everything of a SQLite database that nobody writes to into an empty Postgres database, and reads it back before it counts: as many
 * rows in each table, with the same content. All in one transaction: a move that fails leaves a database without data.
 * @throws DatabaseUnusable when the target is in use, cannot keep what is there, or reads back something else.
 */
export async function moveToPostgres(file: string, url: string, now: number): Promise<Moved[]> {
  await checkPostgres(url);
  for (const store of [openSqlite(file), openPostgres(url)]) {
    try {
      await migrate(store, now);
    } finally {
      await store[Symbol.asyncDispose]();
    }
  }
  using from = new Database(file, { readonly: true });
  const sql = connect(url, 1);
  try {
    return await sql.begin(async (to) => {
      const moved: Moved[] = [];
      const tables = tablesOf(from);
      for (const table of tables) {
        const [{ count }] = await to.unsafe(`select count(*) as count from ${table.name}`);
        if (Number(count) > 0)
          throw new DatabaseUnusable(`The Postgres database is in use: its table ${table.name} has rows. Name an empty one.`);
        const sent = new Content(table);
        for (const rows of pagesOf(from, table)) {
          await put(to, table, rows);
          sent.add(rows);
        }
        const kept = new Content(table);
        for await (const rows of readBack(to, table)) kept.add(rows);
        if (kept.rows !== sent.rows || kept.hash !== sent.hash)
          throw new DatabaseUnusable(
            `The table ${table.name} reads back from Postgres with ${kept.rows} rows (${kept.hash}) instead of ${sent.rows} (${sent.hash}). Nothing was moved.`,
          );
        moved.push({ table: table.name, rows: sent.rows, hash: sent.hash });
      }
      await countOn(from, to, tables);
      return moved;
    });
  } finally {
    await sql.close();
  }
}

/** In the order in which they were made: what a row refers to comes before it. */
function tablesOf(db: Database): Table[] {
  const names = db.query<{ name: string }, []>("select name from sqlite_master where type = 'table' order by rowid").all();
  return names
    .filter(({ name }) => !OWN.test(name))
    .map(({ name }) => ({
      name,
      columns: db
        .query<{ name: string; type: string }, [string]>("select name, type from pragma_table_info(?)")
        .all(name)
        .map((column) => ({ name: column.name, type: column.type.toLowerCase() === "text" ? "text" : "bigint" })),
    }));
}

function* pagesOf(db: Database, { name, columns }: Table): Generator<Row[]> {
  const statement = db.prepare<Row, []>(`select ${columns.map((column) => column.name).join(", ")} from ${name}`);
  let page: Row[] = [];
  for (const row of statement.iterate()) {
    if (page.push(row) < TOGETHER) continue;
    yield page;
    page = [];
  }
  if (page.length) yield page;
  statement.finalize();
}

/** A page travels as one text. */
async function put(to: SQL, { name, columns }: Table, rows: readonly Row[]): Promise<void> {
  const names = columns.map((column) => column.name).join(", ");
  const shape = columns.map((column) => `${column.name} ${column.type}`).join(", ");
  try {
    await to.unsafe(`insert into ${name} (${names}) select ${names} from json_to_recordset($1::text::json) as row (${shape})`, [
      JSON.stringify(rows),
    ]);
  } catch (cause) {
    throw new DatabaseUnusable(`Postgres does not take the rows of the table ${name}: ${(cause as Error).message}.`, { cause });
  }
}

async function* readBack(to: SQL, { name, columns }: Table): AsyncGenerator<Row[]> {
  await to.unsafe(`declare moved no scroll cursor for select ${columns.map((column) => column.name).join(", ")} from ${name}`);
  for (;;) {
    const rows = (await to.unsafe(`fetch ${TOGETHER} from moved`)) as Row[];
    if (!rows.length) break;
    yield rows;
  }
  await to.unsafe("close moved");
}

/** Numbers go on where they had come to, also where the newest row is gone. */
async function countOn(from: Database, to: SQL, tables: readonly Table[]): Promise<void> {
  const counted = from.query<{ name: string; seq: number }, []>("select name, seq from sqlite_sequence where seq > 0").all();
  for (const { name, seq } of counted) {
    const [serial] = tables.find((table) => table.name === name)?.columns ?? [];
    if (serial) await to.unsafe(`select setval(pg_get_serial_sequence($1, $2), $3)`, [name, serial.name, seq]);
  }
}

/** How much a table holds, and what. */
class Content {
  rows = 0;
  readonly #hash = Buffer.alloc(32);
  constructor(private readonly table: Table) {}

  add(rows: readonly Row[]): void {
    this.rows += rows.length;
    for (const row of rows) {
      // Postgres answers a bigint with a text.
      const values = this.table.columns.map(({ name, type }) =>
        type === "bigint" && row[name] !== null ? Number(row[name]) : row[name],
      );
      const digest = createHash("sha256").update(JSON.stringify(values)).digest();
      for (let at = 0; at < digest.length; at++) this.#hash[at]! ^= digest[at]!;
    }
  }
  get hash(): string {
    return this.#hash.toString("hex");
  }
}
