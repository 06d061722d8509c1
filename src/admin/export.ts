import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

import type { DataFolder } from "../config/data-folder.ts";
import { type Env, loadSettings, shownSettings } from "../config/load.ts";
import { packFolder } from "../export/archive.ts";
import { exportFolder, type Manifest } from "../export/export-folder.ts";
import { systemClock } from "../kernel/clock.ts";
import { folderBlobs } from "../storage/blobs.ts";
import { openSnapshot } from "../storage/snapshot.ts";
import { Unreachable } from "./backend.ts";

export interface ExportRequest {
  readonly folder: DataFolder;
  readonly env: Env;
  readonly configFile?: string | undefined;
  /** A folder, or the file of an archive by its ending. */
  readonly to: string;
  readonly community?: string | undefined;
  readonly secrets: boolean;
  readonly program: string;
  readonly progress?: (file: string, rows: number) => void;
}

const isArchive = (path: string): boolean => /\.(tar|tar\.gz|tgz)$/.test(path);

/**
 * Exports a chat as it stands now, whether or not its server runs.
 * @throws Unreachable where there is no chat, ExportRefused.
 */
export async function exportChat(request: ExportRequest): Promise<Manifest> {
  const { folder, env, configFile, community, secrets, program, progress } = request;
  const to = resolve(request.to);
  const loaded = loadSettings({ dataDir: folder.path, env, ...(configFile && { file: configFile }) });
  const { url } = loaded.settings.database;
  if (url === "" && !existsSync(folder.databaseFile))
    throw new Unreachable(`There is no chat in ${folder.path}. Name the folder of another with --data or CHAT_DATA.`);
  process.umask(0o077);
  const shown = shownSettings(loaded).filter(({ value }) => value !== undefined);
  const settings = Object.fromEntries(shown.map(({ path, value }) => [path, value]));
  await using snapshot = await openSnapshot({ databaseUrl: url, databaseFile: folder.databaseFile });
  const blobs = await folderBlobs(folder.filesFolder);
  const now = systemClock();
  const options = { snapshot, blobs, community, secrets, program, now, settings, ...(progress && { progress }) };
  if (!isArchive(to)) return await exportFolder({ ...options, to });
  const beside = await mkdtemp(join(dirname(to), ".chat-export-"));
  try {
    const manifest = await exportFolder({ ...options, to: beside });
    await packFolder(beside, ["manifest.json", ...manifest.files.map(({ name }) => name)], to, now);
    return manifest;
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
}
