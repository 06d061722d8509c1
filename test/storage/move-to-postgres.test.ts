import { Database } from "bun:sqlite";
import { SQL } from "bun";
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { consoleActor } from "../../src/app.ts";
import { createAccount } from "../../src/domain/accounts/register-account.ts";
import { logIn } from "../../src/domain/accounts/log-in.ts";
import { sendMessage } from "../../src/domain/messages/send-message.ts";
import { searchMessages } from "../../src/domain/search/search-messages.ts";
import { migrations } from "../../src/storage/migrations.ts";
import { moveToPostgres } from "../../src/storage/move-to-postgres.ts";
import { openPostgres } from "../../src/storage/postgres.ts";
import { openSqlite } from "../../src/storage/sqlite.ts";
import { DatabaseUnusable } from "../../src/storage/store.ts";
import { temporaryFolder } from "../support/folder.ts";
import { postgresServer, temporaryDatabase } from "../support/postgres.ts";
import { testApp } from "../support/world.ts";

const ANN = { name: "ann", password: "battery staple" };
const NOW = 1_700_000_000_000;

/** A chat with some messages in a file, of which the newest is gone again. */
async function filled(path: string): Promise<string> {
  const file = join(path, "chat.db");
  await using app = await testApp({}, { store: openSqlite(file) });
  const operator = consoleActor(app.community.id);
  await app.kernel.invoke(createAccount, operator, ANN);
  for (const content of ["Hello, 'world'", "zwei \\ Zeilen\n und ein 🦊", `{"json": "in it"}`, "the last"])
    await app.kernel.invoke(sendMessage, operator, { channel: "general", content });
  await app[Symbol.asyncDispose]();
  using db = new Database(file);
  db.run("delete from message where content = 'the last'");
  return file;
}

describe.skipIf(!postgresServer)("a move from SQLite to Postgres", () => {
  test("takes over every table, and the chat goes on there with its next number", async () => {
    using folder = temporaryFolder();
    const file = await filled(folder.path);
    await using target = await temporaryDatabase();
    const moved = await moveToPostgres(file, target.url, NOW);
    using db = new Database(file, { readonly: true });
    const told = new Map(moved.map(({ table, rows }) => [table, rows]));
    const schema = [
      ...migrations
        .map(({ both }) => both)
        .join("\n")
        .matchAll(/create table (\w+)/g),
    ].map(([, name]) => name!);
    const counted = schema.map(
      (name) => [name, db.query<{ n: number }, []>(`select count(*) as n from ${name}`).get()!.n] as const,
    );
    expect(told).toEqual(new Map(counted));
    expect([told.get("message"), told.get("user_")]).toEqual([4, 1]);
    expect(new Set(moved.filter(({ rows }) => rows > 0).map(({ hash }) => hash.length))).toEqual(new Set([64]));

    await using app = await testApp({}, { store: openPostgres(target.url) });
    expect(app.founded).toBe(false);
    const operator = consoleActor(app.community.id);
    const stranger = { ...operator, kind: "anonymous", id: "somewhere" } as const;
    expect((await app.kernel.invoke(logIn, stranger, ANN)).member.user.name).toBe("ann");
    const { messages } = await app.kernel.invoke(searchMessages, operator, { channel: "general", query: "zeilen" });
    expect(messages.map(({ content }) => content)).toEqual(["zwei \\ Zeilen\n und ein 🦊"]);
    await app.kernel.invoke(sendMessage, operator, { channel: "general", content: "here" });
    const sql = new SQL(target.url, { max: 1 });
    const [{ n }] = await sql.unsafe("select max(n) as n from message");
    await sql.close();
    // Five were given with that of the beginning; the fifth is gone, and its number is nobody else's.
    expect(Number(n)).toBe(6);
  });

  test("into a database that is in use is refused and changes nothing there", async () => {
    using folder = temporaryFolder();
    const file = await filled(folder.path);
    await using target = await temporaryDatabase();
    await moveToPostgres(file, target.url, NOW);
    await expect(moveToPostgres(file, target.url, NOW)).rejects.toThrow(/is in use: its table \w+ has rows/);
  });

  test("that cannot be kept whole leaves no row behind, and names the table", async () => {
    using folder = temporaryFolder();
    const file = await filled(folder.path);
    {
      using db = new Database(file);
      db.run("update message set content = 'a' || char(0) || 'b' where n = 2");
    }
    await using target = await temporaryDatabase();
    await expect(moveToPostgres(file, target.url, NOW)).rejects.toThrow(/Postgres does not take the rows of the table message/);
    const sql = new SQL(target.url, { max: 1 });
    const [{ count }] = await sql.unsafe("select count(*) as count from user_");
    await sql.close();
    expect(Number(count)).toBe(0);
  });

  test("to an address where nobody answers is refused in a sentence without the password", async () => {
    using folder = temporaryFolder();
    const file = await filled(folder.path);
    const why = await moveToPostgres(file, "postgres://ann:secret@127.0.0.1:1/chat", NOW).catch((error: unknown) => error);
    expect(why).toBeInstanceOf(DatabaseUnusable);
    expect((why as Error).message).not.toContain("secret");
  });
});
