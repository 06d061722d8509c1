import { Database } from "bun:sqlite";
import { existsSync } from "node:fs";

import { DatabaseTooNew, newestSchema } from "./migrations.ts";
import { DatabaseUnusable } from "./store.ts";

/** What a database holds: enough to tell whether a copy is the same. */
export interface DatabaseFigures {
  /** Number of the newest migration; 0 before the first. */
  readonly schema: number;
  /** Rows by table, without what full-text search keeps for itself. */
  readonly tables: Readonly<Record<string, number>>;
}

/**
 * Copies a SQLite database as it stands in one moment, also while another process writes to it: readers do not stop writers
 * (https://sqlite.org/lang_vacuum.html, "VACUUM INTO"). The copy is not flushed to the disk.
 * @param to a path where nothing is yet.
 * @throws DatabaseUnusable
 */
export function copyDatabase(from: string, to: string): void {
  const db = open(from);
  try {
    db.run("pragma busy_timeout = 10000");
    db.run("vacuum into ?", [to]);
  } catch (why) {
    const { code = "", message } = why as { code?: string; message: string };
    throw new DatabaseUnusable(
      code === "SQLITE_FULL" || code.startsWith("SQLITE_IOERR")
        ? `There is no room for a copy of ${from} at ${to}. Free some space, or name another place.`
        : `The database ${from} cannot be copied: ${message}.`,
      { cause: why },
    );
  } finally {
    db.close();
  }
}

/**
 * Reads every page and index of a SQLite file that nobody writes to, and counts.
 * @throws DatabaseUnusable when it is damaged, DatabaseTooNew when this program does not know its schema.
 */
export function examineDatabase(file: string): DatabaseFigures {
  const db = open(file);
  try {
    const found = faults(db, "integrity_check");
    if (found) throw new DatabaseUnusable(`The database ${file} is damaged: ${found}.`);
    const broken = db.query("pragma foreign_key_check").all().length;
    if (broken) throw new DatabaseUnusable(`The database ${file} is damaged: ${broken} rows refer to rows that are not there.`);
    const names = db
      .query<{ name: string }, []>(
        "select name from pragma_table_list where schema = 'main' and type = 'table' and name not like 'sqlite_%' order by name",
      )
      .all();
    const count = (name: string) => db.query<{ n: number }, []>(`select count(*) as n from "${name}"`).get()!.n;
    const schema = schemaOf(db);
    if (schema > newestSchema) throw tooNew(schema);
    return { schema, tables: Object.fromEntries(names.map(({ name }) => [name, count(name)])) };
  } catch (why) {
    if ((why as { code?: string }).code?.startsWith("SQLITE_"))
      throw new DatabaseUnusable(`The database ${file} is damaged: ${(why as Error).message}.`, { cause: why });
    throw why;
  } finally {
    db.close();
  }
}

export interface Glance {
  readonly schema: number;
  /** The schema this program brings a database to. */
  readonly known: number;
  readonly faults: string | undefined;
  /** When its newest event happened, ms since 1970. */
  readonly newest: number | undefined;
}

/** A quick look, also while a server has the file: pages and their order, not what indexes say. */
export function glanceAtDatabase(file: string): Glance {
  const db = open(file);
  try {
    const schema = schemaOf(db);
    const event = schema > 0 ? db.query<{ at: number }, []>("select at from event order by seq desc limit 1").get() : undefined;
    return { schema, known: newestSchema, faults: faults(db, "quick_check"), newest: event?.at };
  } catch (why) {
    return { schema: 0, known: newestSchema, faults: (why as Error).message, newest: undefined };
  } finally {
    db.close();
  }
}

function open(file: string): Database {
  if (!existsSync(file)) throw new DatabaseUnusable(`There is no database ${file}.`);
  try {
    try {
      // Nothing is written; but only who may write can put away what SQLite makes beside the file for as long as it is open.
      return new Database(file, { readwrite: true, create: false });
    } catch {
      return new Database(file, { readonly: true });
    }
  } catch (why) {
    throw new DatabaseUnusable(`The database ${file} cannot be opened: ${(why as Error).message}.`, { cause: why });
  }
}

function faults(db: Database, check: "integrity_check" | "quick_check"): string | undefined {
  const found = db
    .query<Record<string, string>, []>(`pragma ${check}(3)`)
    .all()
    .map((row) => Object.values(row)[0]!);
  return found.length === 1 && found[0] === "ok" ? undefined : found.join("; ");
}

function schemaOf(db: Database): number {
  const there = db.query("select 1 from sqlite_master where type = 'table' and name = 'migration'").get();
  return there ? (db.query<{ id: number | null }, []>("select max(id) as id from migration").get()?.id ?? 0) : 0;
}

const tooNew = (schema: number) =>
  new DatabaseTooNew(
    `That database was written by a newer version of chat (schema ${schema}; this program knows ${newestSchema}). Install that version or a later one.`,
  );
