import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";

const NAME = /^chat-\d{8}-\d{6}\.tar\.zst$/;

/** What backups are called when the operator names only the folder: `chat-20261120-103300.tar.zst`, the moment in UTC. */
export const backupName = (now: number): string =>
  `chat-${new Date(now).toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-")}.tar.zst`;

export const isBackupName = (name: string): boolean => NAME.test(name);

/** Removes all but the newest `keep` backups of a folder, and nothing that is not called like one. Returns the names. */
export async function keepNewest(folder: string, keep: number): Promise<string[]> {
  const old = (await readdir(folder)).filter(isBackupName).toSorted().toReversed().slice(keep);
  for (const name of old) await rm(join(folder, name), { force: true });
  return old;
}
