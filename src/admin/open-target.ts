import { Database } from "bun:sqlite";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { consoleActor, openApp } from "../app.ts";
import { type DataFolder, lockDataFolder, prepareDataFolder } from "../config/data-folder.ts";
import { type Env, loadSettings } from "../config/load.ts";
import { indexSearch } from "../domain/search/index-words.ts";
import type { Target } from "../import/originchats/import.ts";
import { systemClock } from "../kernel/clock.ts";
import type { Log } from "../kernel/log.ts";
import { openStore } from "../storage/open.ts";
import { systemParts } from "./system-parts.ts";

export interface OpenTarget extends AsyncDisposable {
  readonly target: Target;
  /** Brings up to date what is made of the rows, so that the first who searches need not wait for it. */
  settle(): Promise<void>;
}
export interface TargetOptions {
  readonly folder: DataFolder;
  readonly env: Env;
  readonly configFile?: string | undefined;
  readonly log: Log;
}

/**
 * A chat to import into, made if there is none: its folder is ours alone until it is disposed of.
 * @throws FolderLocked when a server has it, and what opening a database throws.
 */
export async function openTarget({ folder, env, configFile, log }: TargetOptions): Promise<OpenTarget> {
  process.umask(0o077);
  prepareDataFolder(folder);
  const { settings } = loadSettings({ dataDir: folder.path, env, ...(configFile && { file: configFile }) });
  await using held = new AsyncDisposableStack();
  held.use(lockDataFolder(folder));
  const store = await openStore({ databaseUrl: settings.database.url, databaseFile: folder.databaseFile });
  const parts = await systemParts(settings, store, folder, log);
  const app = held.use(await openApp(parts));
  const all = held.move();
  return {
    target: { store, blobs: parts.blobs, community: app.community.id, settings, now: systemClock() },
    settle: async () => void (await app.kernel.invoke(indexSearch, consoleActor(app.community.id), {})),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

/**
 * The same on a copy that is thrown away: what an import would do is found out by doing it. A server may run meanwhile. Where Postgres is used the
 * copy is empty, as if nothing had been imported yet.
 */
export async function openRehearsal({ folder, env, configFile, log }: TargetOptions): Promise<OpenTarget> {
  const { settings } = loadSettings({ dataDir: folder.path, env, ...(configFile && { file: configFile }) });
  await using held = new AsyncDisposableStack();
  const copy = await mkdtemp(join(tmpdir(), "chat-rehearsal-"));
  held.defer(() => rm(copy, { recursive: true, force: true }));
  const file = join(copy, "chat.db");
  if (settings.database.url === "" && existsSync(folder.databaseFile)) copyDatabase(folder.databaseFile, file);
  const store = await openStore({ databaseUrl: "", databaseFile: file });
  const app = held.use(await openApp(await systemParts(settings, store, { filesFolder: join(copy, "files") }, log)));
  const all = held.move();
  return {
    target: { store, blobs: { put: measured }, community: app.community.id, settings, now: systemClock() },
    settle: async () => {},
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

/** As it stands at this moment, also while a server writes in it. */
function copyDatabase(from: string, to: string): void {
  const db = new Database(from, { readwrite: true, create: false });
  try {
    db.query("vacuum into ?").run(to);
  } finally {
    db.close();
  }
}

/** Reads bytes to their end and keeps none. */
async function measured(source: Uint8Array | ReadableStream<Uint8Array>) {
  const hasher = new Bun.CryptoHasher("sha256");
  let size = 0;
  for await (const chunk of source instanceof Uint8Array ? [source] : source) {
    hasher.update(chunk);
    size += chunk.length;
  }
  return { hash: hasher.digest("hex"), size, storedAt: 0 };
}
