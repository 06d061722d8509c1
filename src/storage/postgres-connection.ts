import { SQL } from "bun";
import { DatabaseUnusable } from "./store.ts";

const CONNECT_SECONDS = 5;

const ADDRESS = "postgres://user:password@host:5432/database";
/** Given to the client by name, because a PGDATABASE in the environment would otherwise win over the address. */
function databaseOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || !/^postgres(ql)?:$/.test(parsed.protocol))
    throw new DatabaseUnusable(`The database address must have the form ${ADDRESS}.`);
  const name = decodeURIComponent(parsed.pathname.slice(1));
  if (!name) throw new DatabaseUnusable(`The database address names no database. It must have the form ${ADDRESS}.`);
  return name;
}

/** @throws DatabaseUnusable when the address is not one. Connects only when first used. */
export const connect = (url: string, max: number): SQL =>
  new SQL(url, { database: databaseOf(url), connectionTimeout: CONNECT_SECONDS, max });

/**
 * Connections that are given up, and made anew, when the server leaves a piece of work without an answer for `silence` milliseconds: a host that
 * has vanished sends no word, and TCP alone would wait a quarter of an hour. Work under way then fails as if the connection had been cut.
 */
export class Connections {
  #sql: SQL;
  constructor(
    private readonly make: () => SQL,
    private readonly silence: number,
  ) {
    this.#sql = make();
  }

  async use<T>(work: (sql: SQL) => PromiseLike<T>): Promise<T> {
    const sql = this.#sql;
    const giveUp = setTimeout(() => {
      if (this.#sql !== sql) return;
      this.#sql = this.make();
      void sql.close({ timeout: 0 });
    }, this.silence);
    try {
      return await work(sql);
    } finally {
      clearTimeout(giveUp);
    }
  }

  close(): Promise<void> {
    return this.#sql.close();
  }
}

/** `normalize()` in a generated column, which full-text search needs. */
const OLDEST = { number: 130_000, name: "13" };

/**
 * Connects once, so that a wrong address is told at start and not by the first message.
 * @throws DatabaseUnusable with a sentence that names host and database, never the password.
 */
export async function checkPostgres(url: string): Promise<void> {
  const database = databaseOf(url);
  const { host, username } = new URL(url);
  const sql = connect(url, 1);
  try {
    const [found] = await sql.unsafe(
      `select current_setting('server_version_num')::int as version, current_setting('server_encoding') as encoding, pg_is_in_recovery() as standby`,
    );
    if (found.version < OLDEST.number)
      throw new DatabaseUnusable(`The Postgres server at ${host} is too old: chat needs version ${OLDEST.name} or later.`);
    if (found.encoding !== "UTF8")
      throw new DatabaseUnusable(
        `The database "${database}" at ${host} is encoded in ${found.encoding}; chat needs one created with encoding UTF8.`,
      );
    if (found.standby)
      throw new DatabaseUnusable(
        `The Postgres server at ${host} is a standby, which cannot be written. Give the address of the primary.`,
      );
  } catch (why) {
    if (why instanceof DatabaseUnusable) throw why;
    const { errno, message } = why as { errno?: string; message: string };
    const sentence =
      errno === "3D000"
        ? `The database "${database}" does not exist on the Postgres server at ${host}. Create it with: createdb ${database}`
        : errno?.startsWith("28")
          ? `The Postgres server at ${host} did not let user "${decodeURIComponent(username)}" in: ${message}.`
          : errno === "53300"
            ? `The Postgres server at ${host} has no connection free.`
            : isAway(why)
              ? `The Postgres server at ${host} does not answer (${message}). Check the address, and that the server is running.`
              : `The Postgres server at ${host} cannot be used: ${message}.`;
    throw new DatabaseUnusable(sentence, { cause: why });
  } finally {
    await sql.close();
  }
}

/** No connection, or one that was cut: the client's own codes, and SQLSTATE classes 08, 28 and 3D (no longer let in), 57P (shut
 * down), 25P03 (cut off in a transaction) and 53300 (no connection free). */
export const isAway = (why: unknown): boolean => {
  const { code = "", errno = "" } = why as { code?: string; errno?: string };
  return /^ERR_POSTGRES_(CONNECTION|IDLE|LIFETIME)/.test(code) || /^(08|28|3D|57P|53300|25P03)/.test(errno);
};
