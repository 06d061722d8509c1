import type { Statement } from "./store.ts";

/** Results kept for one statement before all of them are forgotten. */
const MOST = 10_000;

/**
 * Rows of statements declared `kept`, as long as nobody has written to a table they were read from.
 * Only for a database that one process alone writes to. A statement's text says which tables it reads or writes; what a `delete` takes with it
 * by foreign keys does not stand there, so a delete forgets everything.
 */
export class KeptRows {
  readonly #kept = new Map<Statement<any, any>, Map<string, readonly unknown[]>>();
  readonly #readers = new Map<string, Set<Statement<any, any>>>();
  readonly #written = new Map<Statement<any, any>, { readonly table: string; readonly deletes: boolean }>();

  /** The kept rows of a statement, or those that `load` fetches, which nobody may change. */
  rows(statement: Statement<any, any>, values: readonly unknown[], load: () => unknown[]): readonly unknown[] {
    let results = this.#kept.get(statement);
    if (!results) {
      this.#kept.set(statement, (results = new Map()));
      for (const table of tablesRead(statement)) {
        const readers = this.#readers.get(table) ?? new Set();
        this.#readers.set(table, readers.add(statement));
      }
    }
    const key = values.length === 1 ? String(values[0]) : values.join("\u0000");
    const hit = results.get(key);
    if (hit) return hit;
    if (results.size >= MOST) results.clear();
    const rows = Object.freeze(load().map((row) => Object.freeze(row)));
    results.set(key, rows);
    return rows;
  }

  /** To be told of each write before anybody reads again. */
  written(statement: Statement<any, any>): void {
    let target = this.#written.get(statement);
    if (!target) this.#written.set(statement, (target = tableWritten(statement)));
    if (target.deletes) this.forget();
    else for (const reader of this.#readers.get(target.table) ?? []) this.#kept.get(reader)!.clear();
  }

  forget(): void {
    for (const results of this.#kept.values()) results.clear();
  }
}

const sqlOf = ({ text }: Statement<any, any>): string => (typeof text === "string" ? text : text.sqlite);

const tablesRead = (statement: Statement<any, any>): string[] =>
  [...sqlOf(statement).matchAll(/\b(?:from|join)\s+(\w+)/gi)].map(([, table]) => table!.toLowerCase());

function tableWritten(statement: Statement<any, any>): { table: string; deletes: boolean } {
  const [, verb, table] = /^\s*(insert(?:\s+or\s+\w+)?\s+into|update|delete\s+from)\s+(\w+)/i.exec(sqlOf(statement)) ?? [];
  if (!verb || !table) return { table: "", deletes: true };
  return { table: table.toLowerCase(), deletes: /^delete/i.test(verb) };
}
