import { Database } from "bun:sqlite";
import { afterAll, describe, expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { zstdCompressSync } from "node:zlib";

import { drain, MANIFEST, readBackup } from "../../src/backup/backup-file.ts";
import { backupName, isBackupName, keepNewest } from "../../src/backup/backup-names.ts";
import { restoreBackup } from "../../src/backup/restore-backup.ts";
import { type TarFile, writeTar } from "../../src/storage/tar.ts";
import { writeBackup } from "../../src/backup/write-backup.ts";
import { dataFolder, lockDataFolder } from "../../src/config/data-folder.ts";
import { migrate } from "../../src/storage/migrations.ts";
import { openSqlite } from "../../src/storage/sqlite.ts";
import { temporaryFolder } from "../support/folder.ts";

const NOW = Date.UTC(2026, 10, 20, 10, 33);
const folders = new DisposableStack();
afterAll(() => folders.dispose());

/** A data folder with a database and a few files, and a place for backups. */
async function place() {
  const root = folders.use(temporaryFolder()).path;
  const folder = dataFolder({}, { data: join(root, "data") });
  mkdirSync(join(folder.path, "acme"), { recursive: true });
  writeFileSync(folder.configFile, "{}\n");
  writeFileSync(join(folder.path, "acme/key.pem"), "a key\n");
  const store = openSqlite(folder.databaseFile);
  await migrate(store, NOW);
  await store.exec("insert into meta (key, value) values ('event.epoch', 'the first')");
  await store[Symbol.asyncDispose]();
  return { root, folder, file: join(root, "saved.tar.zst") };
}
const save = (at: Awaited<ReturnType<typeof place>>, more: object = {}) =>
  writeBackup({ folder: at.folder, postgres: false, to: at.file, version: "1.2.3", now: NOW, ...more });
const restore = (at: Awaited<ReturnType<typeof place>>, more: object = {}) =>
  restoreBackup({
    file: at.file,
    folder: dataFolder({}, { data: join(at.root, "restored") }),
    force: false,
    id: "the second",
    now: NOW,
    ...more,
  });
const pack = async (files: Record<string, string | Buffer>): Promise<Buffer> => {
  async function* entries(): AsyncGenerator<TarFile> {
    for (const [path, content] of Object.entries(files)) {
      const bytes = Buffer.from(content);
      yield {
        path,
        size: bytes.length,
        mode: 0o600,
        at: NOW,
        body: (async function* () {
          yield bytes;
        })(),
      };
    }
  }
  const pieces: Uint8Array[] = [];
  for await (const piece of writeTar(entries())) pieces.push(piece);
  return zstdCompressSync(Buffer.concat(pieces));
};
const manifest = (files: object[], database: object = { kind: "postgres" }) =>
  JSON.stringify({ format: 1, chat: "9", createdAt: NOW, database, files });

describe("a backup", () => {
  test("names what it holds, is nobody else's to read, and leaves nothing else behind", async () => {
    const at = await place();
    const { manifest: made, size, leftOut } = await save(at);
    expect(made.files.map(({ path }) => path).toSorted()).toEqual(["acme/key.pem", "chat.db", "config.json5"]);
    expect(made.database).toMatchObject({ kind: "sqlite", schema: 1, tables: { meta: 1, message: 0 } });
    expect(statSync(at.file)).toMatchObject({ size });
    expect(statSync(at.file).mode & 0o777).toBe(0o600);
    expect(leftOut).toEqual([]);
    expect(readdirSync(at.root).toSorted()).toEqual(["data", "saved.tar.zst"]);
    expect(await readBackup(at.file, drain)).toEqual(made);
  });

  test("tells of links, and does not follow them", async () => {
    const at = await place();
    symlinkSync("/etc/hostname", join(at.folder.path, "elsewhere"));
    const { manifest: made, leftOut } = await save(at);
    expect(leftOut).toEqual(["elsewhere"]);
    expect(made.files.map(({ path }) => path)).not.toContain("elsewhere");
  });

  test("that lies in the data folder does not hold the ones before it", async () => {
    const at = await place();
    writeFileSync(join(at.folder.path, backupName(NOW - 1000)), "an older one");
    const { manifest: made } = await save(at, { to: join(at.folder.path, backupName(NOW)) });
    expect(made.files).toHaveLength(3);
  });

  test("of a chat with Postgres holds everything but the database", async () => {
    const at = await place();
    const { manifest: made } = await save(at, { postgres: true });
    expect(made.database).toEqual({ kind: "postgres" });
    expect(made.files.map(({ path }) => path).toSorted()).toEqual(["acme/key.pem", "config.json5"]);
  });

  test("of a damaged database is not made, and the file from before stays", async () => {
    const at = await place();
    writeFileSync(at.file, "the one before");
    const bytes = readFileSync(at.folder.databaseFile);
    bytes.fill(0x5a, 8192, 40_000);
    writeFileSync(at.folder.databaseFile, bytes);
    await expect(save(at)).rejects.toMatchObject({ name: "DatabaseUnusable" });
    expect(readFileSync(at.file, "utf8")).toBe("the one before");
    expect(readdirSync(at.root).toSorted()).toEqual(["data", "saved.tar.zst"]);
  });

  test("that is interrupted leaves nothing", async () => {
    const at = await place();
    await expect(save(at, { signal: AbortSignal.abort() })).rejects.toThrow("Interrupted: there is no new backup.");
    expect(readdirSync(at.root)).toEqual(["data"]);
  });

  test("clears away what a killed one left a day ago, and nothing younger", async () => {
    const at = await place();
    for (const name of [".chat-backup-old", ".chat-backup-young"]) mkdirSync(join(at.root, name));
    utimesSync(join(at.root, ".chat-backup-old"), NOW / 1000 - 90_000, NOW / 1000 - 90_000);
    utimesSync(join(at.root, ".chat-backup-young"), NOW / 1000 - 60, NOW / 1000 - 60);
    await save(at);
    expect(readdirSync(at.root).toSorted()).toEqual([".chat-backup-young", "data", "saved.tar.zst"]);
  });

  test("in a folder that does not exist is refused in a sentence", async () => {
    const at = await place();
    const to = join(at.root, "nowhere/saved.tar.zst");
    await expect(save(at, { to })).rejects.toThrow(`There is no folder ${join(at.root, "nowhere")}.`);
  });
});

test("of the backups in a folder the newest are kept, and files of other names", async () => {
  using folder = temporaryFolder();
  const names = [3, 2, 1, 0].map((days) => backupName(NOW - days * 86_400_000));
  for (const name of [...names, "chat-notes.txt", "chat-20261120.tar.zst"]) writeFileSync(join(folder.path, name), "");
  expect(await keepNewest(folder.path, 2)).toEqual([names[1]!, names[0]!]);
  expect(readdirSync(folder.path).filter(isBackupName).toSorted()).toEqual(names.slice(2));
  expect(readdirSync(folder.path)).toHaveLength(4);
});

describe("a restore", () => {
  test("brings back the files and begins a new log of events", async () => {
    const at = await place();
    chmodSync(join(at.folder.path, "acme/key.pem"), 0o644);
    await save(at);
    const { folder, aside } = await restore(at);
    expect(aside).toBeUndefined();
    expect(readFileSync(join(folder, "acme/key.pem"), "utf8")).toBe("a key\n");
    expect(statSync(join(folder, "acme/key.pem")).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    using db = new Database(join(folder, "chat.db"), { readonly: true });
    expect(db.query("select value from meta where key = 'event.epoch'").get()).toEqual({ value: "the second" });
    expect(readdirSync(at.root).toSorted()).toEqual(["data", "restored", "saved.tar.zst"]);
  });

  test("over a folder with something in it needs force, and puts that aside whole", async () => {
    const at = await place();
    await save(at);
    writeFileSync(join(at.folder.path, "later.txt"), "written after the backup");
    await expect(restore(at, { folder: at.folder })).rejects.toMatchObject({ name: "BackupError", conflict: true });
    const { aside } = await restore(at, { folder: at.folder, force: true });
    expect(aside).toBe(`${at.folder.path}.before-20261120T103300`);
    expect(readFileSync(join(aside!, "later.txt"), "utf8")).toBe("written after the backup");
    expect(existsSync(join(at.folder.path, "later.txt"))).toBe(false);
    expect(existsSync(at.folder.databaseFile)).toBe(true);
  });

  test("to a folder by a link replaces what it leads to, and the link stays", async () => {
    const at = await place();
    await save(at);
    const link = join(at.root, "link");
    symlinkSync(at.folder.path, link);
    const { aside } = await restore(at, { folder: dataFolder({}, { data: link }), force: true });
    expect(aside).toStartWith(at.folder.path);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(existsSync(join(link, "chat.db"))).toBe(true);
  });

  test("is refused while somebody has the folder", async () => {
    const at = await place();
    await save(at);
    using _held = lockDataFolder(at.folder);
    await expect(restore(at, { folder: at.folder, force: true })).rejects.toMatchObject({ name: "FolderLocked" });
  });

  test("of a database from a newer version is refused, and changes nothing", async () => {
    const at = await place();
    const store = openSqlite(at.folder.databaseFile);
    await store.exec("insert into migration (id, name, at) values (9999, 'later', 0)");
    await store[Symbol.asyncDispose]();
    await expect(save(at)).rejects.toMatchObject({ name: "DatabaseTooNew" });
    const whole = readFileSync(at.folder.databaseFile);
    const sha256 = new Bun.CryptoHasher("sha256").update(whole).digest("hex");
    const list = manifest([{ path: "chat.db", size: whole.length, sha256 }], { kind: "sqlite", schema: 9999, tables: {} });
    writeFileSync(at.file, await pack({ "chat.db": whole, [MANIFEST]: list }));
    await expect(restore(at)).rejects.toThrow("newer version of chat (schema 9999");
    expect(readdirSync(at.root).toSorted()).toEqual(["data", "saved.tar.zst"]);
  });

  test("of a file that was cut off, changed or never a backup is refused, wherever the harm is", async () => {
    const at = await place();
    await save(at);
    const whole = readFileSync(at.file);
    const flipped = (where: number) => {
      const bytes = Buffer.from(whole);
      bytes[where]! ^= 0x10;
      return bytes;
    };
    const harmed: Buffer[] = [
      Buffer.alloc(0),
      Buffer.from("hello"),
      ...[0.1, 0.5, 0.9].map((part) => whole.subarray(0, Math.floor(whole.length * part))),
      whole.subarray(0, -200),
      ...[0.2, 0.5, 0.8].map((part) => flipped(Math.floor(whole.length * part))),
    ];
    for (const [index, bytes] of harmed.entries()) {
      writeFileSync(at.file, bytes);
      await expect(restore(at), `harm ${index}`).rejects.toThrow("is no whole backup");
      expect(readdirSync(at.root).toSorted()).toEqual(["data", "saved.tar.zst"]);
    }
  });

  const HOSTILE: Readonly<Record<string, Record<string, string>>> = {
    "a path that leads out": { "../out": "x" },
    "an absolute path": { "/tmp/out": "x" },
    "a path that leads out in the middle": { "a/../../out": "x" },
    "a drive": { "C:out": "x" },
    backslashes: { "a\\..\\out": "x" },
    "a long path that leads out": { [`${"a/".repeat(80)}../x`]: "x" },
    "a file after the manifest": { [MANIFEST]: manifest([]), late: "x" },
    "a file that the manifest does not name": { extra: "x", [MANIFEST]: manifest([]) },
    "a manifest that names what is not there": { [MANIFEST]: manifest([{ path: "a", size: 1, sha256: "0".repeat(64) }]) },
    "a manifest with another hash": { a: "x", [MANIFEST]: manifest([{ path: "a", size: 1, sha256: "0".repeat(64) }]) },
    "a manifest that is none": { [MANIFEST]: "[]" },
    "no manifest": { a: "x" },
  };
  for (const [what, files] of Object.entries(HOSTILE))
    test(`of an archive with ${what} is refused`, async () => {
      const at = await place();
      writeFileSync(at.file, await pack(files));
      await expect(restore(at)).rejects.toThrow("is no whole backup");
      expect(readdirSync(at.root).toSorted()).toEqual(["data", "saved.tar.zst"]);
    });
});
