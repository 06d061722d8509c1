import { SQL } from "bun";
import { Database } from "bun:sqlite";
import { beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { migrate } from "../../src/storage/migrations.ts";
import { openPostgres } from "../../src/storage/postgres.ts";
import { openSqlite } from "../../src/storage/sqlite.ts";
import { compile, type Dialects } from "../../src/storage/store.ts";
import { temporaryFolder } from "../support/folder.ts";
import { postgresServer, temporaryDatabase } from "../support/postgres.ts";

interface Declared {
  readonly text: string | Dialects;
  readonly numbers: string[];
}

/** What the program declares, asked of a process of its own: this one may have loaded the statements of other tests. */
async function declaredStatements(): Promise<Declared[]> {
  const script = `
    await import("./src/domain/index.ts");
    await import("./src/import/originchats/statements.ts");
    await import("./src/storage/event-log.ts");
    const { statements } = await import("./src/storage/store.ts");
    console.log(JSON.stringify(statements));`;
  const child = Bun.spawn([process.execPath, "-e", script], {
    cwd: join(import.meta.dir, "../.."),
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  if ((await child.exited) !== 0) throw new Error(err);
  return JSON.parse(out);
}

async function migratedFile() {
  const folder = temporaryFolder();
  const store = openSqlite(join(folder.path, "chat.db"));
  await migrate(store, 1);
  await store[Symbol.asyncDispose]();
  const db = new Database(join(folder.path, "chat.db"));
  return {
    db,
    [Symbol.dispose]() {
      db.close();
      folder[Symbol.dispose]();
    },
  };
}

/** Types of Postgres (pg_type.oid) and how their values arrive. */
const TEXTS = new Set([19, 25, 705, 1043]);
const NUMBERS = new Set([21, 23, 701]);
const NUMBERS_AS_TEXT = new Set([20, 1700]);

let declared: Declared[];
beforeAll(async () => void (declared = await declaredStatements()));

/** Tables that grow with all that is said and done. */
const LARGE = new Set([
  "message",
  "event",
  "mention",
  "reaction",
  "attachment",
  "read_mark",
  "modlog",
  "poll_vote",
  "thread_member",
]);
/** Statements that go through all of one nevertheless, and why they may. */
const WHOLE: Readonly<Record<string, string>> = {
  "update message set author =": "somebody's account is removed; an index by author would cost every message",
  "update message set reply_author =": "the same",
  "delete from reaction where user_ =": "the same",
  "update reaction set user_ =": "the same",
  "as bytes from attachment": "of the index alone, and only if there is a limit for all files",
  "from message where author <>": "ends with the first that is found; only before an import",
  "from event order by seq": "ends with as many as are asked for",
};
/** The table that each name in a statement stands for. */
const tablesNamed = (sql: string) =>
  new Map(
    [
      ...sql.matchAll(
        /\b(?:from|join|update|into)\s+(\w+)(?:\s+(?!where|on|set|left|join|cross|order|group|limit|select)(\w+))?/gi,
      ),
    ].map(([, table, name]) => [name ?? table!, table!]),
  );

const shown = ({ text }: Declared) => (typeof text === "string" ? text : text.postgres);
const isRead = (statement: Declared) => /^\s*(select|with)\b/i.test(shown(statement));

describe("every declared statement", () => {
  test("there are some", () => expect(declared.length).toBeGreaterThan(5));

  test("only full-text search needs two texts", () => {
    for (const statement of declared)
      if (typeof statement.text !== "string") expect(statement.text.sqlite).toContain("message_text");
  });

  test("is understood by SQLite, and answers the numbers it names", async () => {
    using lite = await migratedFile();
    const wrong: string[] = [];
    for (const statement of declared) {
      try {
        const { columnNames } = lite.db.prepare(compile(statement.text, "sqlite").sql);
        for (const column of statement.numbers)
          if (!columnNames.includes(column))
            wrong.push(`names the number "${column}" but does not answer it: ${shown(statement)}`);
      } catch (why) {
        wrong.push(`${(why as Error).message}: ${shown(statement)}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test("goes through no whole table of what has been said and done", async () => {
    using lite = await migratedFile();
    const wrong: string[] = [];
    const allowed = new Set<string>();
    for (const statement of declared) {
      const { sql } = compile(statement.text, "sqlite");
      const tables = tablesNamed(sql);
      const steps = lite.db.query<{ detail: string }, []>(`explain query plan ${sql}`).all();
      for (const [, name] of steps.map(({ detail }) => /^SCAN (\w+)(?! VIRTUAL)/.exec(detail) ?? [])) {
        if (!LARGE.has(tables.get(name!) ?? name!)) continue;
        const reason = Object.keys(WHOLE).find((part) => sql.includes(part));
        if (reason) allowed.add(reason);
        else wrong.push(`all of ${name}: ${shown(statement)}`);
      }
    }
    expect(wrong).toEqual([]);
    expect([...allowed].toSorted()).toEqual(Object.keys(WHOLE).toSorted());
  });

  test.skipIf(!postgresServer)(
    "is understood by Postgres, answers the same columns as SQLite, and names its numbers",
    async () => {
      await using database = await temporaryDatabase();
      {
        await using store = openPostgres(database.url);
        await migrate(store, 1);
      }
      using lite = await migratedFile();
      await using sql = new SQL(database.url, { max: 1 });
      const wrong: string[] = [];
      for (const statement of declared) {
        const complain = (what: string) => void wrong.push(`${what}: ${shown(statement)}`);
        const { sql: text, names, lists } = compile(statement.text, "postgres");
        try {
          await sql.unsafe(`prepare probe as ${text}`);
          const [probe] = await sql.unsafe(
            `select parameter_types::text[] as types from pg_prepared_statements where name = 'probe'`,
          );
          await sql.unsafe(`deallocate probe`);
          const values = (probe.types as string[]).map((type, at) => (lists.has(names[at]!) ? "[]" : type === "text" ? "0" : 0));
          await sql.unsafe(`explain ${text}`, values);
          await sql.unsafe(
            `explain ${text}`,
            names.map((name) => (lists.has(name) ? "[]" : null)),
          );
          if (!isRead(statement)) continue;
          const { columns } = (await sql.unsafe(text, values)) as unknown as { columns: { name: string; type: number }[] };
          const onSqlite = lite.db.prepare(compile(statement.text, "sqlite").sql).columnNames;
          if (columns.map(({ name }) => name).join() !== onSqlite.join())
            complain(`answers other columns on SQLite (${onSqlite.join()})`);
          if (new Set(onSqlite).size < onSqlite.length) complain("answers two columns of one name");
          for (const { name, type } of columns) {
            if (NUMBERS_AS_TEXT.has(type) && !statement.numbers.includes(name)) complain(`does not name the number "${name}"`);
            else if (!TEXTS.has(type) && !NUMBERS.has(type) && !NUMBERS_AS_TEXT.has(type))
              complain(`answers "${name}" in a form the two databases do not share (type ${type})`);
          }
        } catch (why) {
          complain((why as Error).message);
        }
      }
      expect(wrong).toEqual([]);
    },
  );
});
