import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { exportChat } from "../../src/admin/export.ts";
import { openTarget } from "../../src/admin/open-target.ts";
import { dataFolder } from "../../src/config/data-folder.ts";
import { exportText } from "../../src/export/described.ts";
import { exportFolder, ExportRefused, type Manifest } from "../../src/export/export-folder.ts";
import { NOT_EXPORTED, TABLES } from "../../src/export/tables.ts";
import { importFolder } from "../../src/import/originchats/import-folder.ts";
import { folderBlobs } from "../../src/storage/blobs.ts";
import { openPostgres } from "../../src/storage/postgres.ts";
import { openSnapshot } from "../../src/storage/snapshot.ts";
import { temporaryFolder } from "../support/folder.ts";
import { currentFolder, T, uuid } from "../support/originchats-folder.ts";
import { postgresServer, temporaryDatabase } from "../support/postgres.ts";
import { memoryLog, testApp } from "../support/world.ts";

/** A data folder with a community that was imported, and room for exports. */
async function chat() {
  const folder = temporaryFolder();
  const from = join(folder.path, "from");
  currentFolder(from);
  const data = dataFolder({}, { data: join(folder.path, "data") });
  {
    await using opened = await openTarget({ folder: data, env: {}, log: memoryLog() });
    await importFolder(opened.target, { path: from, dryRun: false });
  }
  const request = { folder: data, env: {}, secrets: false, program: "chat test" };
  return {
    data,
    path: folder.path,
    to: (to: string, more: { secrets?: boolean; community?: string } = {}) =>
      exportChat({ ...request, ...more, to: join(folder.path, to) }),
    [Symbol.dispose]: folder[Symbol.dispose],
  };
}
const linesOf = async (path: string): Promise<any[]> => Bun.JSONL.parse(await Bun.file(path).text());
async function sha256(path: string): Promise<string> {
  return new Bun.CryptoHasher("sha256").update(await Bun.file(path).bytes()).digest("hex");
}

test("what is read back is what stands in the database: every table, every row, every file, as the manifest says", async () => {
  using it = await chat();
  const manifest = await it.to("out", { secrets: true });
  const out = join(it.path, "out");
  expect(JSON.parse(await Bun.file(join(out, "manifest.json")).text())).toEqual(manifest);
  const db = new Database(it.data.databaseFile, { readwrite: true });
  for (const { file, table } of TABLES) {
    const { n } = db.query<{ n: number }, []>(`select count(*) as n from ${table}`).get()!;
    expect(`${file} ${(await linesOf(join(out, file))).length}`).toBe(`${file} ${n}`);
  }
  db.close();
  for (const { name, bytes, rows, sha256: hash } of manifest.files) {
    expect(`${name} ${await sha256(join(out, name))} ${Bun.file(join(out, name)).size}`).toBe(`${name} ${hash} ${bytes}`);
    if (rows !== undefined) expect(`${name} ${(await linesOf(join(out, name))).length}`).toBe(`${name} ${rows}`);
  }
  const listed = (await readdir(out, { recursive: true, withFileTypes: true })).filter((one) => one.isFile()).length;
  expect(listed).toBe(manifest.files.length + 1);
  expect(manifest.missing).toEqual([]);
});

test("lines hold what the fields promise: moments as numbers, yes and no, JSON as JSON", async () => {
  using it = await chat();
  await it.to("out");
  const messages = await linesOf(join(it.path, "out/messages.jsonl"));
  expect(messages.find(({ id }) => id === uuid("first"))).toMatchObject({
    author: "USR:local_alice",
    at: T * 1000 + 1250,
    editedAt: null,
    replyPing: false,
  });
  expect(messages.find(({ id }) => id === uuid("hook"))).toMatchObject({
    embeds: [{ title: "Build 7", color: 255 }],
    extra: { webhook: { name: "CI" } },
  });
  expect((await linesOf(join(it.path, "out/roles.jsonl"))).find(({ name }) => name === "vip")).toMatchObject({
    selfAssignable: true,
    permissions: ["send_messages", "mention_roles"],
  });
});

test("what opens something is only in an export that was asked for it", async () => {
  using it = await chat();
  const everything = async (folder: string) => {
    const names = [...new Bun.Glob("*").scanSync(folder)];
    return (await Promise.all(names.map((name) => Bun.file(join(folder, name)).text()))).join("");
  };
  await it.to("open");
  await it.to("closed", { secrets: true });
  const [without, withThem] = [await everything(join(it.path, "open")), await everything(join(it.path, "closed"))];
  for (const secret of ["$2b$", `${uuid("token")}${"ab".repeat(16)}`, "PRIVATE KEY", "https://push.example.org/c"]) {
    expect(`${secret} ${without.includes(secret)}`).toBe(`${secret} false`);
    expect(`${secret} ${withThem.includes(secret)}`).toBe(`${secret} true`);
  }
});

test("every table of the database is exported with all its columns, or left out for a reason", async () => {
  using it = await chat();
  const db = new Database(it.data.databaseFile, { readwrite: true });
  const tables = db
    .query<{ name: string }, []>(
      "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' and name not like 'message_text_%'",
    )
    .all();
  for (const { name } of tables) {
    const exported = TABLES.find(({ table }) => table === name);
    if (!exported) expect(Object.keys(NOT_EXPORTED)).toContain(name);
    else {
      const columns = db
        .query<{ name: string }, []>(`pragma table_info(${name})`)
        .all()
        .map((column) => column.name);
      expect(
        `${name}: ${exported.fields
          .map(({ column }) => column)
          .toSorted()
          .join()}`,
      ).toBe(`${name}: ${columns.toSorted().join()}`);
    }
  }
  db.close();
});

test("the text about exports names every file and field", () => {
  const text = exportText();
  for (const { file, fields } of TABLES) {
    expect(text).toContain(`## ${file}`);
    for (const { name } of fields) expect(text).toContain(`- \`${name}\``);
  }
});

test("an archive holds the files of the manifest", async () => {
  using it = await chat();
  const manifest = await it.to("out.tar.gz");
  const archive = new Bun.Archive(await Bun.file(join(it.path, "out.tar.gz")).bytes());
  const files = await archive.files();
  expect([...files.keys()].toSorted()).toEqual(["manifest.json", ...manifest.files.map(({ name }) => name)].toSorted());
  expect(JSON.parse(await files.get("manifest.json")!.text())).toEqual(manifest);
  expect((await readdir(it.path)).toSorted()).toEqual(["data", "from", "out.tar.gz"]);
});

test("a folder in which something stands, and a community that is not there, are refused", async () => {
  using it = await chat();
  await it.to("out");
  expect(it.to("out")).rejects.toThrow(ExportRefused);
  expect(it.to("other", { community: "nowhere" })).rejects.toThrow('There is no community called "nowhere".');
  expect(existsSync(join(it.path, "other/manifest.json"))).toBe(false);
  const whole = await it.to("one", { community: "default" });
  expect(whole.files.find(({ name }) => name === "messages.jsonl")!.rows).toBe(19);
});

test("an export shows one moment: what is written while it is made is not in it", async () => {
  using it = await chat();
  await using snapshot = await openSnapshot({ databaseUrl: "", databaseFile: it.data.databaseFile });
  const db = new Database(it.data.databaseFile, { readwrite: true });
  db.run("pragma foreign_keys = on");
  db.run("delete from message");
  db.close();
  const blobs = await folderBlobs(it.data.filesFolder);
  const to = join(it.path, "out");
  const manifest = await exportFolder({ snapshot, blobs, to, secrets: false, program: "chat test", now: 0, settings: {} });
  expect(manifest.files.find(({ name }) => name === "messages.jsonl")!.rows).toBe(19);
});

test.skipIf(!postgresServer)("on Postgres an import and an export of it give the same as on SQLite", async () => {
  await using database = await temporaryDatabase();
  using folder = temporaryFolder();
  currentFolder(join(folder.path, "from"));
  const blobs = await folderBlobs(join(folder.path, "files"));
  const store = openPostgres(database.url);
  const run = async (make: typeof store) => {
    await using app = await testApp({}, { store: make });
    const report = await importFolder(
      { store: make, blobs, community: app.community.id, settings: app.settings, now: app.clock.now() },
      { path: join(folder.path, "from"), dryRun: false },
    );
    const again = await importFolder(
      { store: make, blobs, community: app.community.id, settings: app.settings, now: app.clock.now() },
      { path: join(folder.path, "from"), dryRun: false },
    );
    expect(again.counts.messages.written).toBe(0);
    return report;
  };
  const report = await run(store);
  await using snapshot = await openSnapshot({ databaseUrl: database.url, databaseFile: "" });
  const to = join(folder.path, "out");
  const manifest: Manifest = await exportFolder({
    snapshot,
    blobs,
    to,
    secrets: true,
    program: "chat test",
    now: 0,
    settings: {},
  });
  using lite = await chat();
  const same = await lite.to("out", { secrets: true });
  const counts = ({ files }: Manifest) =>
    files.filter(({ name }) => name !== "settings.jsonl").map(({ name, rows }) => [name, rows]);
  expect(counts(manifest)).toEqual(counts(same));
  expect(report.counts.messages.written).toBe(15);
  const [mine, theirs] = [await linesOf(join(to, "messages.jsonl")), await linesOf(join(lite.path, "out/messages.jsonl"))];
  expect(mine.map(({ id, at, replyPing, embeds }) => ({ id, at, replyPing, embeds })).slice(0, 10)).toEqual(
    theirs.map(({ id, at, replyPing, embeds }) => ({ id, at, replyPing, embeds })).slice(0, 10),
  );
});
