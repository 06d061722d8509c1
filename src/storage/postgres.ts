import { SQL } from "bun";
import { Refusal } from "../kernel/refusal.ts";
import { connect, Connections, isAway } from "./postgres-connection.ts";
import { appendEvent, bind, compile, conclude, eventParams, type Statement, type Store, type Waiting } from "./store.ts";

interface Ready {
  readonly sql: string;
  readonly names: string[];
  readonly lists: ReadonlySet<string>;
}
type Rows = Record<string, unknown>[] & { readonly count: number };
interface Sent {
  /** Position in the turn of the batch it belongs to. */
  readonly batch: number;
  readonly answer: PromiseLike<Rows>;
  readonly check: (rows: Rows) => void;
}
/** How many batches may share a transaction. More is hardly faster, and one bad batch costs the whole once more. */
const TOGETHER = 256;
/** How many at most are sent at once when some are refused: what follows a refused one fails too, which is dear, and is sent again. */
const FEW = 32;
const READERS = 8;
/** "chat" in ASCII: the advisory lock that every write transaction holds. */
const WRITE_LOCK = `pg_advisory_xact_lock(${0x63_68_61_74})`;
/** A process that hangs in the middle of a write is cut off by the server, so that it does not hold up the others for ever. */
const HANGING = "30s";

/**
 * Postgres with one writer, as SQLite has: batches of a turn share one transaction, sent without waiting for the single answers. If one is
 * refused, the turn is written again with a savepoint each, still as one transaction.
 *
 * Write transactions of all processes hold one advisory lock before they draw a number. So the order of `event.seq` and `message.n` is the
 * order of commit, in one process and across several, and a reader never sees a number appear below one it has already seen.
 *
 * Connections are made when first needed and made anew when lost; meanwhile callers get Refusal `unavailable` (`store.away`).
 * @param patience milliseconds to wait for another process that is writing; `silence`, longer, for an answer of any kind.
 * @throws DatabaseUnusable when the address is not one.
 */
export function openPostgres(url: string, { patience = 15_000, silence = 30_000 } = {}): Store {
  const takeTurn = `select set_config('lock_timeout', '${patience}', true),
    set_config('idle_in_transaction_session_timeout', '${HANGING}', true), ${WRITE_LOCK}`;
  const readers = new Connections(() => connect(url, READERS), silence);
  const writer = new Connections(() => connect(url, 1), silence);

  const known = new Map<Statement<any, any>, Ready>();
  const ready = (statement: Statement<any, any>): Ready => {
    let hit = known.get(statement);
    if (!hit) known.set(statement, (hit = compile(statement.text, "postgres")));
    return hit;
  };
  const append = compile(appendEvent.text, "postgres");
  append.sql += " returning seq";

  const query = async (statement: Statement<any, any>, params: unknown): Promise<any[]> => {
    const hit = ready(statement);
    let rows: Rows;
    try {
      rows = await readers.use((sql) => sql.unsafe(hit.sql, bind(hit, params as Record<string, unknown>)));
    } catch (why) {
      throw meaning(why);
    }
    for (const row of rows) for (const column of statement.numbers) if (row[column] !== null) row[column] = Number(row[column]);
    return Array.from(rows);
  };

  const send = (tx: SQL, { batch }: Waiting, at: number): Sent[] => [
    ...batch.steps.map(({ statement, params, mustTouch }) => {
      const hit = ready(statement);
      const check = ({ count }: Rows) => {
        if (mustTouch !== undefined && count !== mustTouch)
          throw new Refusal("conflict", "store.changed", { wanted: mustTouch, touched: count });
      };
      return { batch: at, answer: tx.unsafe(hit.sql, bind(hit, params)), check };
    }),
    ...batch.events.map((logging) => {
      const check = ([row]: Rows) => void (logging.event.seq = Number(row!.seq));
      return { batch: at, answer: tx.unsafe(append.sql, bind(append, eventParams(logging))), check };
    }),
  ];

  const together = (turn: readonly Waiting[]): Promise<void> =>
    writer.use((sql) =>
      sql.begin(async (tx) => {
        const lock: Sent = { batch: -1, answer: tx.unsafe(takeTurn), check: () => {} };
        const failure = await firstFailure([lock, ...turn.flatMap((one, at) => send(tx, one, at))]);
        if (failure) throw failure.why;
      }),
    );

  /** A savepoint before each batch, so that only what is refused is taken back. More at a time as long as all goes well. */
  const apart = (turn: readonly Waiting[]): Promise<Map<Waiting, unknown>> =>
    writer.use((sql) =>
      sql.begin(async (tx) => {
        await tx.unsafe(takeTurn);
        const refused = new Map<Waiting, unknown>();
        let next = 0;
        let size = 1;
        while (next < turn.length) {
          const few = turn.slice(next, next + size);
          const failure = await firstFailure(
            few.flatMap((one, at) => [
              { batch: at, answer: tx.unsafe(`savepoint b${at}`), check: () => {} },
              ...send(tx, one, at),
            ]),
          );
          if (failure) {
            if (isUnavailable(failure.why)) throw failure.why;
            await tx.unsafe(`rollback to b${failure.batch}`);
            refused.set(few[failure.batch]!, failure.why);
          }
          await tx.unsafe(`release b0`);
          next += failure ? failure.batch + 1 : few.length;
          size = failure ? 1 : Math.min(2 * size, FEW);
        }
        return refused;
      }),
    );

  const settle = async (turn: readonly Waiting[]): Promise<void> => {
    try {
      await together(turn);
      return turn.forEach(conclude);
    } catch (thrown) {
      const why = meaning(thrown);
      if (turn.length === 1 || isUnavailable(why)) return turn.forEach(({ failed }) => failed(why));
    }
    try {
      const refused = await apart(turn);
      for (const one of turn) {
        if (refused.has(one)) one.failed(refused.get(one));
        else conclude(one);
      }
    } catch (thrown) {
      turn.forEach(({ failed }) => failed(meaning(thrown)));
    }
  };

  const waiting: Waiting[] = [];
  let closed = false;
  let writing: Promise<void> | undefined;
  const write = async () => {
    while (waiting.length) {
      await endOfTurn();
      await settle(waiting.splice(0, TOGETHER));
    }
    writing = undefined;
  };

  return {
    dialect: "postgres",
    all: query,
    async one(statement, params) {
      return (await query(statement, params))[0];
    },
    commit: (batch) =>
      new Promise<void>((done, failed) => {
        if (closed) return failed(new Refusal("unavailable", "store.away"));
        waiting.push({ batch, done, failed });
        writing ??= write();
      }),
    async exec(ddl) {
      const sql = connect(url, 1);
      try {
        await sql.begin(async (tx) => {
          await tx.unsafe(`select ${WRITE_LOCK}`);
          await tx.unsafe(ddl).simple();
        });
      } catch (why) {
        throw meaning(why);
      } finally {
        await sql.close();
      }
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      await writing;
      await Promise.all([readers.close(), writer.close()]);
    },
  };
}

/** The server works statements off in order: the first failure is the cause, the ones behind it only follow from it. */
async function firstFailure(sent: readonly Sent[]): Promise<{ readonly batch: number; readonly why: unknown } | undefined> {
  const answers = await Promise.allSettled(sent.map(({ answer }) => answer));
  for (const [at, answer] of answers.entries()) {
    const { batch, check } = sent[at]!;
    try {
      if (answer.status === "rejected") throw answer.reason;
      check(answer.value);
    } catch (why) {
      return { batch, why: meaning(why) };
    }
  }
  return undefined;
}

const isUnavailable = (why: unknown): boolean => why instanceof Refusal && why.code === "unavailable";

const endOfTurn = () => new Promise<void>((then) => void setImmediate(then));

/** What a failure of the database means to the caller, by SQLSTATE (PostgreSQL manual, appendix A). */
function meaning(why: unknown): unknown {
  if (!(why instanceof SQL.SQLError)) return why;
  const state = (why as { errno?: string }).errno ?? "";
  if (isAway(why)) return new Refusal("unavailable", "store.away");
  if (state.startsWith("23")) return new Refusal("conflict", "store.constraint");
  // Serialization failure, deadlock: somebody else's session was first.
  if (state.startsWith("40")) return new Refusal("conflict", "store.changed");
  if (state === "53100") return new Refusal("unavailable", "store.full");
  if (state === "55P03") return new Refusal("unavailable", "store.busy");
  // A standby: the primary has moved.
  if (state === "25006") return new Refusal("unavailable", "store.away");
  // Postgres cannot keep U+0000 in a text, neither plain nor within a list.
  if (state === "22021" || state === "22P05") return new Refusal("invalid-input", "store.text");
  return why;
}
