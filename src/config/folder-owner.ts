import { existsSync, lchownSync, lstatSync, readdirSync, realpathSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

/** A user and a group of the system, by number. */
export interface FolderOwner {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Whose a folder is, or the place where it will be made; undefined for everybody but root, since only root may give files away.
 * A server that runs as a user of its own cannot read what root has made in its folder.
 */
export function ownerOf(folder: string): FolderOwner | undefined {
  if (process.getuid?.() !== 0) return undefined;
  return existsSync(folder) ? statSync(folder) : ownerOf(dirname(folder));
}

/** Gives a file, or a folder with everything in it, to the owner. Of links in it, the links are given, not what they lead to. */
export function giveTo(owner: FolderOwner | undefined, path: string): void {
  if (owner) give(owner, realpathSync(path));
}
function give(owner: FolderOwner, path: string): void {
  lchownSync(path, owner.uid, owner.gid);
  if (lstatSync(path).isDirectory()) for (const name of readdirSync(path)) give(owner, join(path, name));
}
