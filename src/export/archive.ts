import { createReadStream, createWriteStream } from "node:fs";
import { rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";

import { type TarFile, writeTar } from "../storage/tar.ts";

/**
 * Packs files of a folder into a tar archive, with gzip when the name ends in `gz`. It appears whole or not at all.
 * @param names in the order in which they are packed.
 * @param at the moment the entries bear, milliseconds since the epoch.
 */
export async function packFolder(folder: string, names: readonly string[], to: string, at: number): Promise<void> {
  async function* entries(): AsyncGenerator<TarFile> {
    for (const name of names) {
      const path = join(folder, name);
      const { size } = await stat(path);
      yield { path: name, size, mode: 0o600, at, body: createReadStream(path, { highWaterMark: 1024 * 1024 }) };
    }
  }
  const out = createWriteStream(`${to}.new`, { mode: 0o600 });
  const source = Readable.from(writeTar(entries()), { objectMode: false });
  await (to.endsWith("gz") ? pipeline(source, createGzip(), out) : pipeline(source, out));
  await rename(`${to}.new`, to);
}
