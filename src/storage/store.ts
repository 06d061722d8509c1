import type { Happened } from "../kernel/event.ts";

/** One statement, written once with :names, for every database. A driver compiles it on first use and keeps it. */
export interface Statement<P, R> {
  readonly text: string | Dialects;
  readonly numbers: readonly string[];
  /** Asked with every message, changed now and then: SQLite keeps its rows until a table it reads is written to. */
  readonly kept?: boolean;
  readonly params?: P;
  readonly row?: R;
}
/** The few statements that need two texts (full-text search); a test counts them. */
export interface Dialects {
  readonly sqlite: string;
  readonly postgres: string;
}
type NumberColumns<R> = { [K in keyof R]: R[K] extends number | null ? K : never }[keyof R] & string;

/** Every statement declared, so that the store suite can prepare each on both databases. */
export const statements: Statement<any, any>[] = [];
const declare = <P, R>(statement: Statement<P, R>): Statement<P, R> => {
  statements.push(statement);
  return statement;
};
/** Name every number column: Postgres answers a bigint with a string, SQLite with a number. */
export const read = <P, R>(text: string | Dialects, ...numbers: NumberColumns<R>[]): Statement<P, R> =>
  declare({ text, numbers });
/** A read whose rows the SQLite driver may keep in memory; whoever gets them may not change them. For statements on tables that change rarely. */
export const keptRead = <P, R>(text: string, ...numbers: NumberColumns<R>[]): Statement<P, Readonly<R>> =>
  declare({ text, numbers, kept: true });
export const write = <P>(text: string | Dialects): Statement<P, never> => declare({ text, numbers: [] });

export type Dialect = keyof Dialects;

/**
 * Turns :names into ?1 or $1; the same name is the same number. `:names[]` is a list given as an array of texts, for `in :ids[]`.
 * A list travels as one JSON text, so that the statement stays one prepared statement whatever its length.
 */
export function compile(text: string | Dialects, dialect: Dialect): { sql: string; names: string[]; lists: ReadonlySet<string> } {
  const names: string[] = [];
  const lists = new Set<string>();
  const mark = dialect === "sqlite" ? "?" : "$";
  const source = typeof text === "string" ? text : text[dialect];
  const sql = source.replace(/(?<![:\w]):(\w+)(\[\])?/g, (_, name: string, list: string | undefined) => {
    let at = names.indexOf(name);
    if (at < 0) at = names.push(name) - 1;
    if (!list) return `${mark}${at + 1}`;
    lists.add(name);
    return dialect === "sqlite"
      ? `(select value from json_each(?${at + 1}))`
      : `(select jsonb_array_elements_text($${at + 1}::text::jsonb))`;
  });
  return { sql, names, lists };
}

/** The values of a compiled statement in the order of its marks. */
export const bind = (compiled: { names: string[]; lists: ReadonlySet<string> }, params: Record<string, unknown>): unknown[] =>
  compiled.lists.size
    ? compiled.names.map((name) => (compiled.lists.has(name) ? JSON.stringify(params[name]) : (params[name] ?? null)))
    : compiled.names.map((name) => params[name] ?? null);

export interface Step {
  readonly statement: Statement<any, any>;
  readonly params: Record<string, unknown>;
  readonly mustTouch?: number;
}

/** An event, and what is written down of its data. */
export interface Logging {
  readonly event: Happened;
  readonly data: unknown;
}

/** A change: all of it or none of it. Built without awaiting, committed once, so that no foreign write can slip in between. */
export class Batch {
  readonly steps: Step[] = [];
  readonly events: Logging[] = [];
  readonly #after: (() => void)[] = [];
  add<P>(statement: Statement<P, any>, params: P): this {
    this.steps.push({ statement, params: params as Record<string, unknown> });
    return this;
  }
  /** The whole batch is refused as a conflict unless this step touches exactly `rows` rows. */
  require<P>(statement: Statement<P, any>, params: P, rows = 1): this {
    this.steps.push({ statement, params: params as Record<string, unknown>, mustTouch: rows });
    return this;
  }
  /** Appends to the event log with the change; the driver sets `seq` on commit. @param data what the log keeps of what happened. */
  log(event: Happened, data: unknown): void {
    this.events.push({ event, data });
  }
  afterCommit(then: () => void): void {
    this.#after.push(then);
  }
  /** Runs all of them even if one throws, then throws what the first threw. */
  committed(): void {
    const broken: unknown[] = [];
    for (const then of this.#after) {
      try {
        then();
      } catch (why) {
        broken.push(why);
      }
    }
    if (broken.length) throw broken[0];
  }
}

/** A batch on its way to the disk, and its caller's promise. */
export interface Waiting {
  readonly batch: Batch;
  readonly done: () => void;
  readonly failed: (why: unknown) => void;
}
/** Says that a batch is on disk. A listener that throws costs its own caller the answer, not the neighbours theirs. */
export function conclude({ batch, done, failed }: Waiting): void {
  try {
    batch.committed();
    done();
  } catch (why) {
    failed(why);
  }
}

/** The database cannot be used as configured; the message is a sentence for the operator and holds no secrets. */
export class DatabaseUnusable extends Error {
  override name = "DatabaseUnusable";
}

/**
 * Where statements run.
 *
 * Atomicity: a batch is committed whole or not at all. Order: batches take effect, and their `afterCommit` runs, in the order of the calls to
 * `commit`. Durability: when the promise of `commit` resolves, the change is on disk (SQLite: WAL with synchronous=FULL).
 * Failure: a broken constraint or an unmet `require` rejects with Refusal `conflict` (reason `store.constraint` or `store.changed`); the other
 * batches of the same turn are not affected. Refusal `unavailable` may meet a whole turn: `store.full` (no room on the disk), `store.busy`
 * (another program holds the database), `store.away` (no connection; whether the batch took effect is then unknown). All of them pass without a
 * restart once their cause is gone. A function given to `afterCommit` that throws rejects the promise although the change is on disk: it is a bug.
 */
export interface Store extends AsyncDisposable {
  readonly dialect: Dialect;
  all<P, R>(statement: Statement<P, R>, params: P): Promise<R[]>;
  one<P, R>(statement: Statement<P, R>, params: P): Promise<R | undefined>;
  commit(batch: Batch): Promise<void>;
  /** Runs DDL in one transaction; only for migrations. */
  exec(ddl: string): Promise<void>;
}

export const appendEvent = write<{ at: number; type: string; actor: string; community: string; audience: string; data: string }>(
  `insert into event (at, type, actor, community, audience, data) values (:at, :type, :actor, :community, :audience, :data)`,
);
export const eventParams = ({ event, data }: Logging) => ({
  at: event.at,
  type: event.type,
  actor: event.actor,
  community: event.community,
  audience: JSON.stringify(event.to),
  data: JSON.stringify(data),
});
