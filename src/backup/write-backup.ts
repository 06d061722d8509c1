import { createWriteStream, type Stats } from "node:fs";
import { constants as files, lstat, mkdtemp, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { constants as zstd, createZstdCompress } from "node:zlib";

import type { DataFolder } from "../config/data-folder.ts";
import { copyDatabase, examineDatabase } from "../storage/database-copy.ts";
import { BackupError, DATABASE, drain, type Manifest, MANIFEST, readBackup, watched } from "./backup-file.ts";
import { isBackupName } from "./backup-names.ts";
import { type TarFile, writeTar } from "../storage/tar.ts";

export interface BackupOptions {
  readonly folder: DataFolder;
  /** Where the database is elsewhere, only the rest is saved. */
  readonly postgres: boolean;
  /** The file to make; what has this name is replaced once the new one is whole. */
  readonly to: string;
  /** Of the program. */
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly signal?: AbortSignal;
}
export interface Written {
  readonly file: string;
  /** Bytes of the file. */
  readonly size: number;
  readonly manifest: Manifest;
  /** What lies in the data folder and is not in the backup, such as links. */
  readonly leftOut: readonly string[];
}

const WORK = ".chat-backup-";
const DAY_MS = 24 * 60 * 60 * 1000;
/** What belongs to the running process, and the database itself, of which a copy is taken. */
const TRANSIENT = new Set([
  "chat.lock",
  "chat.lock-journal",
  "chat.pid",
  "control.sock",
  DATABASE,
  `${DATABASE}-wal`,
  `${DATABASE}-shm`,
  `${DATABASE}-journal`,
]);
/** Uploads under way, and links that a package's installation makes again. */
const isTransient = (path: string): boolean =>
  TRANSIENT.has(path) ||
  path === "blobs/new" ||
  /(^|\/)node_modules\/\.bin$/.test(path) ||
  path.split("/").at(-1)!.startsWith(WORK);

/**
 * One file with a copy of the database as it stood in one moment and everything else in the data folder, read back and compared before it gets
 * its name. The server may run meanwhile. The database is copied before the files that its rows name, and those are never changed, only added
 * and removed: what a row of the copy names is there, unless it was deleted since.
 * Memory does not grow with what is saved; beside the target there has to be room for the database and the backup.
 * @throws BackupError, DatabaseUnusable
 */
export async function writeBackup({ folder, postgres, to, version, now, signal }: BackupOptions): Promise<Written> {
  const target = resolve(to);
  const work = await workFolder(dirname(target), now);
  const leftOut: string[] = [];
  try {
    let database: Manifest["database"] = { kind: "postgres" };
    const copy = join(work, DATABASE);
    if (!postgres) {
      copyDatabase(folder.databaseFile, copy);
      database = { kind: "sqlite", ...examineDatabase(copy) };
    }
    const manifest: Manifest = { format: 1, chat: version, createdAt: now, database, files: [] };
    const archive = join(work, "archive");
    async function* entries(): AsyncGenerator<TarFile> {
      if (!postgres) yield* saved(DATABASE, copy, manifest);
      for await (const path of walk(folder.path, target, leftOut)) yield* saved(path, join(folder.path, path), manifest);
      const bytes = Buffer.from(JSON.stringify(manifest));
      yield { path: MANIFEST, size: bytes.length, mode: 0o600, at: now, body: one(bytes) };
    }
    await pipeline(
      Readable.from(writeTar(entries()), { objectMode: false, highWaterMark: 1024 * 1024 }),
      createZstdCompress({ params: { [zstd.ZSTD_c_compressionLevel]: 3, [zstd.ZSTD_c_checksumFlag]: 1 } }),
      createWriteStream(archive, { flags: "wx", mode: 0o600 }),
      ...(signal ? [{ signal }] : []),
    );
    await flush(archive);
    await readBackup(archive, drain, signal);
    const { size } = await stat(archive);
    signal?.throwIfAborted();
    await rename(archive, target);
    await flush(dirname(target));
    return { file: target, size, manifest, leftOut };
  } catch (why) {
    if (signal?.aborted) throw new BackupError("Interrupted: there is no new backup.");
    throw explained(why, dirname(target));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** A private folder beside the target; those of backups that were killed are removed. */
async function workFolder(place: string, now: number): Promise<string> {
  try {
    for (const name of await readdir(place)) {
      if (!name.startsWith(WORK)) continue;
      const left = await stat(join(place, name)).catch(() => undefined);
      if (left && left.mtimeMs < now - DAY_MS) await rm(join(place, name), { recursive: true, force: true });
    }
    return await mkdtemp(join(place, WORK));
  } catch (why) {
    throw explained(why, place);
  }
}

/** Every file to save, by its path in the folder. */
async function* walk(root: string, target: string, leftOut: string[], below = ""): AsyncGenerator<string> {
  for (const name of (await readdir(join(root, below)).catch(gone)) ?? []) {
    const path = below === "" ? name : `${below}/${name}`;
    const full = join(root, path);
    if (isTransient(path) || isBackupName(name) || full === target) continue;
    const found: Stats | undefined = await lstat(full).catch(gone);
    if (found?.isDirectory()) yield* walk(root, target, leftOut, path);
    else if (found?.isFile() && !/[\\:]/.test(path)) yield path;
    else if (found && !found.isSocket()) leftOut.push(path);
  }
}

/** Nothing, where the file has been removed meanwhile. */
async function* saved(path: string, from: string, manifest: Manifest): AsyncGenerator<TarFile> {
  const file = await open(from, files.O_RDONLY | (files.O_NOFOLLOW ?? 0)).catch(gone);
  if (!file) return;
  try {
    const { size, mode } = await file.stat();
    const hasher = new Bun.CryptoHasher("sha256");
    const bytes = size === 0 ? one() : file.createReadStream({ end: size - 1, highWaterMark: 1024 * 1024, autoClose: false });
    yield {
      path: path.split(sep).join("/"),
      size,
      mode: (mode & 0o700) | 0o600,
      at: manifest.createdAt,
      body: watched(bytes, hasher),
    };
    manifest.files.push({ path, size, sha256: hasher.digest("hex") });
  } finally {
    await file.close();
  }
}

async function* one(...chunks: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

function gone(why: unknown): undefined {
  if ((why as { code?: string }).code !== "ENOENT") throw why;
}

/** Makes what was written, or a new name in a folder, outlast a crash. */
export async function flush(path: string): Promise<void> {
  const file = await open(path, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A failure of the file system as a sentence. */
export function explained(why: unknown, place: string): unknown {
  const { code = "", path } = why as { code?: string; path?: string };
  const about = path && relative(place, path).startsWith("..") ? path : place;
  const sentences: Readonly<Record<string, string>> = {
    ENOSPC: `There is no room left in ${place}. Free some space, or name another place.`,
    EDQUOT: `There is no room left in ${place}. Free some space, or name another place.`,
    ENOENT: `There is no folder ${place}. Make it, or name another place.`,
    ENOTDIR: `${place} is no folder. Name another place.`,
    EACCES: `Permission denied: ${about}. Run this as the user that runs the server, or name another place.`,
    EPERM: `Permission denied: ${about}. Run this as the user that runs the server, or name another place.`,
    EROFS: `${place} can only be read. Name another place.`,
    EISDIR: `There is a folder of the name that the backup should have in ${place}. Name another.`,
  };
  return sentences[code] ? new BackupError(sentences[code]) : why;
}
