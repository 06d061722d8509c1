import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { PluginUnusable } from "./manifest.ts";

const MOST_FILES = 50_000;
const MOST_BYTES = 500 * 1024 * 1024;

/** SHA-256 over names and contents of everything in a folder, links as what they point to. @throws {PluginUnusable} where there is too much. */
export function folderHash(folder: string): string {
  const hash = createHash("sha256");
  let files = 0;
  let bytes = 0;
  const walk = (at: string): void => {
    for (const name of readdirSync(join(folder, at)).toSorted()) {
      const path = at ? `${at}/${name}` : name;
      const found = lstatSync(join(folder, path));
      if (++files > MOST_FILES) throw new PluginUnusable(`It has more than ${MOST_FILES} files.`);
      if (found.isDirectory()) walk(path);
      else if (found.isSymbolicLink()) hash.update(`link\0${path}\0${readlinkSync(join(folder, path))}\0`);
      else if (found.isFile()) {
        bytes += found.size;
        if (bytes > MOST_BYTES) throw new PluginUnusable(`It is larger than ${MOST_BYTES / 1024 / 1024} MiB.`);
        hash.update(`file\0${path}\0${found.size}\0`).update(readFileSync(join(folder, path)));
      } else throw new PluginUnusable(`${path} is neither a file nor a folder.`);
    }
  };
  walk("");
  return hash.digest("hex");
}
