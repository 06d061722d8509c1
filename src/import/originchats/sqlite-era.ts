import { Database } from "bun:sqlite";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Folder, NotOriginChats } from "./folder.ts";
import type { Tally } from "./report.ts";
import type { Found, Source } from "./source.ts";
import { isRaw, type Raw, textOf } from "./values.ts";

const FILE = "originchats.db";
const PAGE = 1000;

export interface Interlude extends Source {
  /** The newest message's moment in seconds; 0 for none. */
  newest(): number;
}

/**
 * The SQLite interlude (reference/originchats.md §5.20). The database is copied first: reading one in WAL mode in its place would write beside it.
 * @param read told how many messages were read.
 * @throws NotOriginChats when it is no such database.
 */
export async function openInterlude(folder: Folder, tally: Tally, read: (messages: number) => void): Promise<Interlude> {
  const copy = await mkdtemp(join(tmpdir(), "chat-import-"));
  const present = await folder.files("");
  const file = folder.shown(FILE);
  let db: Database | undefined;
  const close = async () => {
    db?.close();
    await rm(copy, { recursive: true, force: true });
  };
  try {
    for (const name of [FILE, `${FILE}-wal`]) if (present.has(name)) await copyFile(folder.path(name), join(copy, name));
    db = new Database(join(copy, FILE), { create: false, readwrite: true });
    db.run("pragma query_only = on");
    return source(db, file, tally, read, close);
  } catch (why) {
    await close();
    throw new NotOriginChats(
      `${folder.path(FILE)} cannot be read: ${(why as Error).message}. Name the right folder, or --era json.`,
    );
  }
}

function source(
  db: Database,
  file: string,
  tally: Tally,
  read: (messages: number) => void,
  close: () => Promise<void>,
): Interlude {
  const tables = new Set(
    db
      .query<{ name: string }, []>("select name from sqlite_master where type = 'table'")
      .all()
      .map(({ name }) => name),
  );
  if (!tables.has("messages")) throw new Error("there is no table messages in it");
  const all = (table: string): Raw[] =>
    tables.has(table) ? db.query<Raw, []>(`select * from ${table} order by rowid`).all() : [];
  const json = (value: unknown, what: string): unknown => {
    if (typeof value !== "string" || value === "") return undefined;
    try {
      return JSON.parse(value);
    } catch {
      tally.find(file, undefined, `${what} is not JSON`, "left out");
      return undefined;
    }
  };
  const parsed = (row: Raw, what: string, columns: readonly string[]): Raw => ({
    ...row,
    ...Object.fromEntries(columns.map((column) => [column, json(row[column], `${column} of ${what}`)])),
  });
  const pinned = new Set(all("pinned_messages").map((row) => row["message_id"]));
  const columns = new Set(
    db
      .query<{ name: string }, []>("pragma table_info(messages)")
      .all()
      .map(({ name }) => name),
  );
  const ofThread = columns.has("thread_id") ? "thread_id" : "null";
  const reactionsTo = tables.has("reactions")
    ? db.query<{ message_id: string; emoji: string; user_id: string }, [string]>(
        "select message_id, emoji, user_id from reactions where message_id in (select value from json_each(?)) order by rowid",
      )
    : undefined;

  function* page(where: string, value: string): Generator<Raw[]> {
    const rows = db.prepare<Raw, [string]>(`select rowid as row, * from messages where ${where} order by timestamp, rowid`);
    let some: Raw[] = [];
    for (const row of rows.iterate(value)) {
      if (some.push(row) < PAGE) continue;
      yield some;
      some = [];
    }
    if (some.length) yield some;
  }
  async function* messages(where: string, value: string): AsyncGenerator<readonly Found[]> {
    for (const rows of page(where, value)) {
      read(rows.length);
      const reactions = new Map<string, Record<string, string[]>>();
      for (const { message_id, emoji, user_id } of reactionsTo?.all(JSON.stringify(rows.map(({ id }) => id))) ?? []) {
        const of = reactions.get(message_id) ?? {};
        (of[emoji] ??= []).push(user_id);
        reactions.set(message_id, of);
      }
      yield rows.map((row) => ({
        file,
        line: Number(row["row"]),
        mended: false,
        value: {
          ...parsed(row, `message ${String(row["id"])}`, ["attachments", "embeds", "webhook", "interaction"]),
          user: row["user_id"],
          edited: Boolean(row["edited"]),
          pinned: Boolean(row["pinned"]) || pinned.has(row["id"]),
          reply_to: row["reply_to_id"] ? { id: row["reply_to_id"], user: row["reply_to_user"] } : undefined,
          reactions: reactions.get(String(row["id"])),
        },
      }));
    }
  }

  return {
    era: "sqlite",
    size: db.query<{ n: number }, []>("select count(*) as n from messages").get()?.n ?? 0,
    newest: () => db.query<{ at: number | null }, []>("select max(timestamp) as at from messages").get()?.at ?? 0,
    async channels() {
      const rows = all("channels")
        .map((row) => parsed(row, `channel ${String(row["name"])}`, ["permissions"]))
        .toSorted((a, b) => Number(a["position"] ?? 0) - Number(b["position"] ?? 0));
      return { file, rows };
    },
    async roles() {
      const rows = all("roles").map((row) => {
        const role = parsed(row, `role ${String(row["name"])}`, ["permissions"]);
        return [
          String(row["name"]),
          { ...role, hoisted: Boolean(row["hoisted"]), self_assignable: Boolean(row["self_assignable"]) },
        ];
      });
      return { file, rows: Object.fromEntries(rows) as Raw };
    },
    webhooks: async () => ({ file, rows: Object.fromEntries(all("webhooks").map((row) => [String(row["id"]), row])) }),
    async *threads() {
      for (const row of all("threads")) {
        const value = parsed(row, `thread ${String(row["id"])}`, ["participants"]);
        yield {
          file,
          id: textOf(row["id"]),
          value: isRaw(value) ? { ...value, locked: Boolean(row["locked"]), archived: Boolean(row["archived"]) } : value,
        };
      }
    },
    written: async () =>
      db
        .query<{ channel: string }, []>(`select distinct channel from messages where ${ofThread} is null or ${ofThread} = ''`)
        .all()
        .map(({ channel }) => channel)
        .filter((channel) => typeof channel === "string"),
    messages: (channel) => messages(`channel = ? and (${ofThread} is null or ${ofThread} = '')`, channel),
    threadMessages: (thread) => messages(`${ofThread} = ?`, thread),
    [Symbol.asyncDispose]: close,
  };
}
