import { Database, type Statement as Prepared } from "bun:sqlite";
import { Refusal } from "../kernel/refusal.ts";
import { KeptRows } from "./kept-rows.ts";
import {
  appendEvent,
  type Batch,
  bind,
  compile,
  conclude,
  DatabaseUnusable,
  eventParams,
  type Statement,
  type Store,
  type Waiting,
} from "./store.ts";

interface Ready {
  readonly prepared: Prepared;
  readonly names: string[];
  readonly lists: ReadonlySet<string>;
}

/** How many batches may share a transaction: while it runs, the loop stands still. */
const TOGETHER = 512;

/**
 * SQLite is one writer: batches that arrive in the same turn of the loop share one transaction and so one flush to disk. Only if one of them
 * is refused is the turn written again with a savepoint each, because a savepoint makes full-text search write out its pending words.
 * @param path a file, or `:memory:`.
 * @param patience milliseconds to wait for another program that holds the file.
 * @throws DatabaseUnusable
 */
export function openSqlite(path: string, patience = 5000): Store {
  const db = open(path, patience);
  const known = new Map<Statement<any, any>, Ready>();
  const ready = (statement: Statement<any, any>): Ready => {
    let hit = known.get(statement);
    if (!hit) {
      const { sql, names, lists } = compile(statement.text, "sqlite");
      known.set(statement, (hit = { prepared: db.prepare(sql), names, lists }));
    }
    return hit;
  };
  const kept = new KeptRows();
  const find = (statement: Statement<any, any>, params: unknown): readonly unknown[] => {
    const hit = ready(statement);
    const values = bind(hit, params as Record<string, unknown>) as any[];
    return statement.kept ? kept.rows(statement, values, () => hit.prepared.all(...values)) : hit.prepared.all(...values);
  };
  const run = ({ statement, params }: { statement: Statement<any, any>; params: Record<string, unknown> }) => {
    const hit = ready(statement);
    kept.written(statement);
    return hit.prepared.run(...(bind(hit, params) as any[]));
  };
  const apply = ({ steps, events }: Batch) => {
    for (const step of steps) {
      const { changes } = run(step);
      if (step.mustTouch !== undefined && changes !== step.mustTouch)
        throw new Refusal("conflict", "store.changed", { wanted: step.mustTouch, touched: changes });
    }
    for (const logging of events)
      logging.event.seq = Number(run({ statement: appendEvent, params: eventParams(logging) }).lastInsertRowid);
  };

  const begin = db.prepare("begin immediate");
  const commit = db.prepare("commit");
  const rollback = db.prepare("rollback");
  const savepoint = db.prepare("savepoint b");
  const release = db.prepare("release b");
  const undo = db.prepare("rollback to b");
  const waiting: Waiting[] = [];
  let closed = false;

  const transact = (work: () => void): { readonly why: unknown } | undefined => {
    try {
      begin.run();
      work();
      commit.run();
      return undefined;
    } catch (why) {
      if (db.inTransaction) rollback.run();
      kept.forget();
      return { why: meaning(why) };
    }
  };

  const settle = (turn: readonly Waiting[]) => {
    const failure = transact(() => turn.forEach(({ batch }) => apply(batch)));
    if (!failure) return turn.forEach(conclude);
    if (turn.length === 1 || (failure.why instanceof Refusal && failure.why.code === "unavailable"))
      return turn.forEach(({ failed }) => failed(failure.why));
    const good: Waiting[] = [];
    const failureOfAll = transact(() => {
      for (const one of turn) {
        savepoint.run();
        try {
          apply(one.batch);
          good.push(one);
        } catch (why) {
          if (!db.inTransaction) throw why;
          undo.run();
          kept.forget();
          one.failed(meaning(why));
        }
        release.run();
      }
    });
    if (failureOfAll) turn.forEach(({ failed }) => failed(failureOfAll.why));
    else good.forEach(conclude);
  };

  const flush = () => {
    if (!waiting.length) return;
    settle(waiting.splice(0, TOGETHER));
    if (waiting.length) setImmediate(flush);
  };

  return {
    dialect: "sqlite",
    async all(statement, params) {
      return find(statement, params) as any;
    },
    async one(statement, params) {
      if (statement.kept) return find(statement, params)[0] as any;
      const hit = ready(statement);
      return (hit.prepared.get(...(bind(hit, params as Record<string, unknown>) as any[])) ?? undefined) as any;
    },
    commit: (batch) =>
      new Promise<void>((done, failed) => {
        if (closed) failed(new Refusal("unavailable", "store.away"));
        else if (waiting.push({ batch, done, failed }) === 1) setImmediate(flush);
      }),
    async exec(ddl) {
      db.transaction(() => db.run(ddl)).immediate();
      kept.forget();
    },
    async [Symbol.asyncDispose]() {
      if (closed) return;
      closed = true;
      while (waiting.length) settle(waiting.splice(0, TOGETHER));
      try {
        if (path !== ":memory:") db.run("pragma wal_checkpoint(truncate)");
      } catch {
        // No room or another reader: the log beside the file stays and is read at the next start.
      }
      // A statement left open would keep the file open.
      for (const { prepared } of known.values()) prepared.finalize();
      for (const prepared of [begin, commit, rollback, savepoint, release, undo]) prepared.finalize();
      db.close(true);
    },
  };
}

function open(path: string, patience: number): Database {
  let db: Database | undefined;
  try {
    db = new Database(path, { create: true, strict: false });
    db.run(`pragma busy_timeout = ${patience}`);
    db.run("pragma journal_mode = wal");
    db.run("pragma synchronous = full");
    db.run("pragma foreign_keys = on");
    db.run("pragma cache_size = -16000");
    // The log is copied into the file at 16 MB: pages that many messages share are copied once for all of them.
    db.run("pragma wal_autocheckpoint = 4000");
    // A write that is taken back, so that a file that is locked or may only be read is found now and not by the first message.
    db.run("begin immediate");
    db.run("pragma user_version = 1");
    db.run("rollback");
    return db;
  } catch (why) {
    db?.close();
    const code = (why as { code?: string }).code ?? "";
    const sentence = UNUSABLE.find(([prefix]) => code.startsWith(prefix))?.[1];
    if (!sentence) throw why;
    throw new DatabaseUnusable(`The database ${path} ${sentence}`, { cause: why });
  }
}

const UNUSABLE: readonly (readonly [code: string, sentence: string])[] = [
  ["SQLITE_NOTADB", "is not an SQLite database. Move the file away to start with an empty one, or restore a backup."],
  ["SQLITE_CORRUPT", "is damaged. Restore a backup."],
  ["SQLITE_BUSY", "is locked by another program. Stop that program, then start again."],
  ["SQLITE_READONLY", "cannot be written. Give the user that runs chat the right to write the file and its folder."],
  ["SQLITE_CANTOPEN", "cannot be opened. Check that its folder exists and that the user that runs chat may write there."],
  ["SQLITE_FULL", "has no room to grow. Free some space on its disk."],
];

/** What a failure of the database means to the caller. */
function meaning(why: unknown): unknown {
  const code = (why as { code?: string }).code ?? "";
  if (code.startsWith("SQLITE_CONSTRAINT")) return new Refusal("conflict", "store.constraint");
  if (code.startsWith("SQLITE_BUSY")) return new Refusal("unavailable", "store.busy");
  if (code === "SQLITE_FULL") return new Refusal("unavailable", "store.full");
  return why;
}
