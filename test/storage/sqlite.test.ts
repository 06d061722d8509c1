import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { migrate } from "../../src/storage/migrations.ts";
import { openStore } from "../../src/storage/open.ts";
import { openSqlite } from "../../src/storage/sqlite.ts";
import { Batch, DatabaseUnusable, read, write } from "../../src/storage/store.ts";
import { storeSuite } from "../suites/store.ts";
import { temporaryFolder } from "../support/folder.ts";
import { refused } from "../support/refused.ts";

storeSuite("SQLite in memory", async () => {
  const store = openSqlite(":memory:");
  return { store, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() };
});
storeSuite("SQLite in a file", async () => {
  const where = temporaryFolder();
  const store = openSqlite(join(where.path, "chat.db"));
  return {
    store,
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
      where[Symbol.dispose]();
    },
  };
});

const insert = write<{ id: string; text: string }>(`insert into t (id, text) values (:id, :text)`);
const count = read<Record<never, never>, { n: number }>(`select count(*) as n from t`, "n");
describe("SQLite: trouble with the file", () => {
  test("a full disk refuses what was asked together with the batch that does not fit, and the store lives on", async () => {
    using where = temporaryFolder();
    await using store = openSqlite(join(where.path, "chat.db"));
    await store.exec(`create table t (id text primary key, text text)`);
    await store.exec(`pragma max_page_count = 40`);
    const big = (id: string) => store.commit(new Batch().add(insert, { id, text: "x".repeat(1_000_000) }));
    const small = (id: string) => store.commit(new Batch().add(insert, { id, text: "" }));
    expect(await refused(big("a"))).toBe("unavailable store.full");
    expect(await Promise.all([small("s"), big("b"), big("c")].map(refused))).toEqual([
      "unavailable store.full",
      "unavailable store.full",
      "unavailable store.full",
    ]);
    expect((await store.one(count, {}))!.n).toBe(0);
    await small("s");
    await store.exec(`pragma max_page_count = 100000`);
    await big("a");
    expect((await store.one(count, {}))!.n).toBe(2);
  });

  test("a change is on disk, for any other reader of the file, when it is announced", async () => {
    using where = temporaryFolder();
    const path = join(where.path, "chat.db");
    await using store = openSqlite(path);
    await store.exec(`create table t (id text primary key, text text)`);
    using other = new Database(path);
    const seen: unknown[] = [];
    const batch = new Batch().add(insert, { id: "a", text: "" });
    batch.afterCommit(() => seen.push(other.query("select id from t").all()));
    await store.commit(batch);
    expect(seen).toEqual([[{ id: "a" }]]);
  });

  test("while another program holds the file, writes are refused as busy and reads are answered", async () => {
    using where = temporaryFolder();
    const path = join(where.path, "chat.db");
    await using store = openSqlite(path, 1);
    await store.exec(`create table t (id text primary key, text text)`);
    using other = new Database(path);
    other.run("begin immediate");
    expect(await refused(store.commit(new Batch().add(insert, { id: "a", text: "" })))).toBe("unavailable store.busy");
    expect((await store.one(count, {}))!.n).toBe(0);
    other.run("rollback");
    await store.commit(new Batch().add(insert, { id: "a", text: "" }));
    expect((await store.one(count, {}))!.n).toBe(1);
  });

  test("a file that cannot be used is named in a sentence", async () => {
    using where = temporaryFolder();
    const at = (name: string) => join(where.path, name);
    const sentence = (path: string) => {
      try {
        openSqlite(path, 1);
      } catch (why) {
        if (why instanceof DatabaseUnusable) return why.message;
        throw why;
      }
      return "opened";
    };
    await Bun.write(at("letter.db"), "Dear database, ".repeat(1000));
    expect(sentence(at("letter.db"))).toBe(
      `The database ${at("letter.db")} is not an SQLite database. Move the file away to start with an empty one, or restore a backup.`,
    );
    expect(sentence(at("nowhere/chat.db"))).toContain("cannot be opened. Check that its folder exists");
    expect(sentence(where.path)).toContain("cannot be opened");

    await openSqlite(at("locked.db"))[Symbol.asyncDispose]();
    using other = new Database(at("locked.db"));
    other.run("begin immediate");
    expect(sentence(at("locked.db"))).toBe(
      `The database ${at("locked.db")} is locked by another program. Stop that program, then start again.`,
    );

    {
      await using store = openSqlite(at("torn.db"));
      await migrate(store, 1);
    }
    const bytes = new Uint8Array(await Bun.file(at("torn.db")).arrayBuffer());
    await Bun.write(at("torn.db"), bytes.fill(0xff, 100, 4096));
    expect(sentence(at("torn.db"))).toBe(`The database ${at("torn.db")} is damaged. Restore a backup.`);
  });

  test.skipIf(process.getuid?.() === 0)("a file that may only be read is named in a sentence", async () => {
    using where = temporaryFolder();
    const path = join(where.path, "chat.db");
    await openSqlite(path)[Symbol.asyncDispose]();
    await Bun.$`chmod 400 ${path}`;
    expect(() => openSqlite(path)).toThrow(/cannot be written\. Give the user that runs chat the right/);
  });
});

describe("opening the chosen database", () => {
  test("without an address it is the SQLite file", async () => {
    using where = temporaryFolder();
    const databaseFile = join(where.path, "chat.db");
    await using store = await openStore({ databaseUrl: "", databaseFile });
    expect(store.dialect).toBe("sqlite");
    expect(await Bun.file(databaseFile).exists()).toBe(true);
  });

  test("an address that is none is refused without being repeated, as it may hold a password", async () => {
    for (const databaseUrl of ["mysql://u:secret@host/db", "secret", "postgres://u:secret@host", "postgres://u:secret@host/"]) {
      const why: unknown = await openStore({ databaseUrl, databaseFile: "unused" }).catch((thrown: unknown) => thrown);
      expect(why).toBeInstanceOf(DatabaseUnusable);
      expect((why as Error).message).toContain("postgres://user:password@host:5432/database");
      expect((why as Error).message).not.toContain("secret");
    }
  });
});
