import { Database } from "bun:sqlite";
import { insertMessage } from "../../src/domain/messages/statements.ts";
import { migrate } from "../../src/storage/migrations.ts";
import { openSqlite } from "../../src/storage/sqlite.ts";
import { appendEvent, bind, compile, type Statement } from "../../src/storage/store.ts";

interface Waiting {
  readonly id: string;
  readonly content: string;
  readonly stored: () => void;
}

/** Whatever is not told apart by anything else. */
const ID = "01932c07-0000-7000-8000-000000000001";

/**
 * Keeps messages in the tables the chat has, as surely, and does nothing else: what came in one turn of the loop is one transaction. What is
 * slower than a floor by this much is so because of the disk and of SQLite.
 * @param file a path where nothing is yet.
 */
export async function openKeeper(file: string): Promise<(message: Waiting) => void> {
  const store = openSqlite(file);
  await migrate(store, Date.now());
  await store[Symbol.asyncDispose]();
  const db = new Database(file);
  for (const pragma of ["journal_mode = wal", "synchronous = full", "cache_size = -16000", "wal_autocheckpoint = 4000"])
    db.run(`pragma ${pragma}`);
  const prepared = <P>({ text }: Statement<P, never>) => {
    const compiled = compile(text, "sqlite");
    const statement = db.prepare(compiled.sql);
    return (params: P) => statement.run(...(bind(compiled, params as Record<string, unknown>) as string[]));
  };
  const [putMessage, putEvent] = [prepared(insertMessage), prepared(appendEvent)];
  const [begin, commit] = [db.prepare("begin immediate"), db.prepare("commit")];
  const waiting: Waiting[] = [];

  const flush = () => {
    const turn = waiting.splice(0);
    begin.run();
    for (const { id, content } of turn) {
      const at = Date.now();
      const nothing = { replyTo: null, replyAuthor: null, replyPing: 0, embeds: null, extra: null, nonce: null };
      putMessage({ id, channel: ID, place: ID, author: ID, content, at, ...nothing });
      const [audience, data] = [`{"channel":"${ID}"}`, `{"message":{"id":"${id}"}}`];
      putEvent({ at, type: "message.created", actor: ID, community: ID, audience, data });
    }
    commit.run();
    for (const { stored } of turn) stored();
  };
  return (message) => {
    if (waiting.push(message) === 1) setImmediate(flush);
  };
}
