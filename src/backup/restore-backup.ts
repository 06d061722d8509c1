import { existsSync, realpathSync } from "node:fs";
import { mkdir, mkdtemp, open, readdir, rename, rm, rmdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";

import { type DataFolder, lockDataFolder } from "../config/data-folder.ts";
import { giveTo, ownerOf } from "../config/folder-owner.ts";
import { renewEpoch } from "../storage/event-log.ts";
import { examineDatabase } from "../storage/database-copy.ts";
import { openSqlite } from "../storage/sqlite.ts";
import { BackupError, DATABASE, type Manifest, readBackup } from "./backup-file.ts";
import { explained, flush } from "./write-backup.ts";

export interface RestoreOptions {
  readonly file: string;
  /** Where it goes. */
  readonly folder: DataFolder;
  /** Puts aside what is there. */
  readonly force: boolean;
  /** Fresh; names the log of events from here on. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly signal?: AbortSignal;
}
export interface Restored {
  readonly folder: string;
  readonly manifest: Manifest;
  /** Where the folder is that was there before. */
  readonly aside: string | undefined;
}

/**
 * Unpacks a backup into a new folder beside the target, compares every file with the manifest and every table with its count, and only then
 * gives it the target's name. What was there keeps everything under another name; when anything fails, nothing has changed.
 * The log of events gets a new epoch, so that clients from before start anew instead of missing what the restored chat does not have.
 * @throws BackupError, FolderLocked when a server has the folder, DatabaseTooNew, DatabaseUnusable
 */
export async function restoreBackup({ file, folder: named, force, id, now, signal }: RestoreOptions): Promise<Restored> {
  // Where the name is a link, as systemd's is, what it leads to is replaced, and not the link.
  const folder = { path: existsSync(named.path) ? realpathSync(named.path) : named.path };
  const place = dirname(folder.path);
  const there = await inhabited(folder.path);
  if (there && !force)
    throw new BackupError(
      `There is something in ${folder.path} already: with --force it is put aside, or name another folder with --data.`,
      true,
    );
  using _held = there ? lockDataFolder(folder) : undefined;
  let fresh: string | undefined;
  try {
    await mkdir(place, { recursive: true, mode: 0o700 });
    fresh = await mkdtemp(join(place, ".chat-restore-"));
    const manifest = await unpack(file, fresh, signal);
    await renewLog(fresh, id, manifest);
    giveTo(ownerOf(folder.path), fresh);
    await flush(fresh);
    signal?.throwIfAborted();
    const aside = there ? `${folder.path}.before-${new Date(now).toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}` : undefined;
    await swap(fresh, folder.path, aside);
    fresh = undefined;
    await flush(place);
    return { folder: folder.path, manifest, aside };
  } catch (why) {
    if (signal?.aborted) throw new BackupError("Interrupted: nothing has changed.");
    throw explained(why, place);
  } finally {
    if (fresh) await rm(fresh, { recursive: true, force: true });
  }
}

async function inhabited(path: string): Promise<boolean> {
  if (!existsSync(path)) return false;
  if (!(await stat(path)).isDirectory()) throw new BackupError(`${path} is not a folder; name another with --data.`);
  return (await readdir(path)).length > 0;
}

async function unpack(file: string, into: string, signal?: AbortSignal): Promise<Manifest> {
  const manifest = await readBackup(
    file,
    async ({ path, mode, body }) => {
      const to = join(into, path);
      await mkdir(dirname(to), { recursive: true, mode: 0o700 });
      const written = await open(to, "wx", (mode & 0o700) | 0o600);
      try {
        for await (const chunk of body) for (let at = 0; at < chunk.length;) at += (await written.write(chunk, at)).bytesWritten;
        await written.sync();
      } finally {
        await written.close();
      }
    },
    signal,
  );
  if (manifest.database.kind === "sqlite") {
    const { tables } = examineDatabase(join(into, DATABASE));
    for (const [name, rows] of Object.entries(manifest.database.tables))
      if (tables[name] !== rows)
        throw new BackupError(
          `${file} is no whole backup: the table ${name} has ${tables[name] ?? 0} rows instead of ${rows}. Take another one.`,
        );
  }
  return manifest;
}

async function renewLog(folder: string, id: string, { database }: Manifest): Promise<void> {
  if (database.kind !== "sqlite" || database.schema === 0) return;
  await using store = openSqlite(join(folder, DATABASE));
  await renewEpoch(store, id);
}

async function swap(fresh: string, target: string, aside: string | undefined): Promise<void> {
  try {
    if (aside) await rename(target, aside);
    else if (existsSync(target)) await rmdir(target);
  } catch (why) {
    if (!["EBUSY", "EXDEV", "EPERM"].includes((why as { code?: string }).code ?? "")) throw why;
    throw new BackupError(
      `${target} cannot get another name, probably because a disk or volume is mounted there. Restore to another folder with --data and mount or name that one.`,
    );
  }
  try {
    await rename(fresh, target);
  } catch (why) {
    if (aside) await rename(aside, target);
    throw why;
  }
}
