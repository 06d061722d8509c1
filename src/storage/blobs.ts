import { open as openFile, type FileHandle, mkdir, opendir, readdir, rename, rm, stat, statfs } from "node:fs/promises";
import { join } from "node:path";

import { Refusal } from "../kernel/refusal.ts";

/** What is known of stored bytes without reading them. */
export interface BlobStat {
  /** SHA-256 of the bytes, 64 lower-case hex digits: the only name a blob has. */
  readonly hash: string;
  /** Bytes. */
  readonly size: number;
  /** When they were last put, ms since 1970. */
  readonly storedAt: number;
}
/** The bytes from `start` up to and not including `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}
export interface PutOptions {
  /** Refused as `too-large` (`blob.too-large`) beyond this many bytes. */
  readonly maxBytes?: number;
}

/**
 * Where attachments' bytes live, under the SHA-256 of what they are. Nothing here knows whose they are or who may read them.
 *
 * A blob is there whole or not at all, also after a crash. Putting bytes that are already there changes nothing but `storedAt`, so that whoever
 * removes old blobs that no row names cannot take one that was put a moment ago and is about to be named.
 * A hash that is not 64 lower-case hex digits names nothing: it is never found, and never a path.
 */
export interface Blobs {
  /**
   * Stores bytes. Refusals: `too-large` (`blob.too-large`, fact `limit`), `unavailable` (`blob.full`) when there is no room or less than the
   * reserve would be left. An error of the stream itself is passed on. In every such case nothing of it stays behind.
   */
  put(source: Uint8Array | ReadableStream<Uint8Array>, options?: PutOptions): Promise<BlobStat>;
  /** The bytes, or the part of them, read only when they are used; undefined when they are not there. */
  get(hash: string, range?: ByteRange): Promise<Blob | undefined>;
  stat(hash: string): Promise<BlobStat | undefined>;
  /** Tells whether there was something to remove. */
  remove(hash: string): Promise<boolean>;
  /** All blobs, in no order. */
  list(): AsyncIterable<BlobStat>;
  usage(): Promise<{ readonly count: number; readonly bytes: number }>;
  /** Removes what unfinished puts left behind before that moment, ms since 1970, and tells how many. */
  sweep(before: number): Promise<number>;
}

export interface FolderBlobsOptions {
  /** Put nothing that would leave less than this many bytes free. Default 0. */
  readonly reserveBytes?: number;
  /** Bytes the file system has left for us. Default: asks it. */
  freeBytes?(): Promise<number>;
  /** Opens a new file for writing. Default: the file system's. */
  open?(path: string): Promise<Pick<FileHandle, "write" | "sync" | "close">>;
}

/** How much is written between two looks at the free space. */
const STRIDE = 4 * 1024 * 1024;
const HASH = /^[0-9a-f]{64}$/;
const FULL = new Set(["ENOSPC", "EDQUOT"]);
const isCode = (error: unknown, codes: ReadonlySet<string>) => codes.has((error as { code?: string }).code ?? "");
const MISSING = new Set(["ENOENT"]);

/**
 * Blobs in a folder: `ab/cdef…` by the digits of the hash, mode 0600. Bytes are written to a file under `new/`, flushed to the disk, renamed into
 * place and the folder flushed; a crash leaves at most a file in `new/`.
 */
export async function folderBlobs(folder: string, options: FolderBlobsOptions = {}): Promise<Blobs> {
  const reserve = options.reserveBytes ?? 0;
  const arrivals = join(folder, "new");
  const open = options.open ?? ((path) => openFile(path, "wx", 0o600));
  const freeBytes = options.freeBytes ?? (async () => statfs(folder).then(({ bavail, bsize }) => bavail * bsize));
  const place = (hash: string) => join(folder, hash.slice(0, 2), hash.slice(2));
  await mkdir(arrivals, { recursive: true, mode: 0o700 });

  const requireRoom = async (bytes: number) => {
    if ((await freeBytes()) - bytes < reserve) throw new Refusal("unavailable", "blob.full");
  };
  const look = async (hash: string): Promise<BlobStat | undefined> => {
    if (!HASH.test(hash)) return undefined;
    try {
      const { size, mtimeMs } = await stat(place(hash));
      return { hash, size, storedAt: Math.floor(mtimeMs) };
    } catch (error) {
      if (isCode(error, MISSING)) return undefined;
      throw error;
    }
  };

  async function* list(): AsyncIterable<BlobStat> {
    for (const shard of await readdir(folder)) {
      if (!/^[0-9a-f]{2}$/.test(shard)) continue;
      for await (const { name } of await opendir(join(folder, shard))) {
        const found = await look(shard + name);
        if (found) yield found;
      }
    }
  }

  return {
    async put(source, { maxBytes = Infinity } = {}) {
      const chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array> = source instanceof Uint8Array ? [source] : source;
      const tooLarge = () => new Refusal("too-large", "blob.too-large", { limit: maxBytes });
      const arrival = join(arrivals, crypto.randomUUID());
      const hasher = new Bun.CryptoHasher("sha256");
      if (source instanceof Uint8Array && source.length > maxBytes) throw tooLarge();
      await requireRoom(source instanceof Uint8Array ? source.length : 0);
      try {
        const file = await open(arrival);
        let size = 0;
        let looked = 0;
        try {
          for await (const chunk of chunks) {
            size += chunk.length;
            if (size > maxBytes) throw tooLarge();
            if (size - looked > STRIDE) {
              looked = size;
              await requireRoom(chunk.length);
            }
            hasher.update(chunk);
            for (let at = 0; at < chunk.length;) at += (await file.write(chunk, at)).bytesWritten;
          }
          await file.sync();
        } finally {
          await file.close();
        }
        const hash = hasher.digest("hex");
        const shard = join(folder, hash.slice(0, 2));
        if ((await mkdir(shard, { recursive: true, mode: 0o700 })) !== undefined) await flushFolder(folder);
        await rename(arrival, place(hash));
        await flushFolder(shard);
        return (await look(hash)) ?? { hash, size, storedAt: 0 };
      } catch (error) {
        await rm(arrival, { force: true });
        throw isCode(error, FULL) ? new Refusal("unavailable", "blob.full") : error;
      }
    },
    async get(hash, range) {
      if (!(await look(hash))) return undefined;
      const file = Bun.file(place(hash));
      return range ? file.slice(range.start, range.end) : file;
    },
    stat: look,
    async remove(hash) {
      if (!(await look(hash))) return false;
      await rm(place(hash), { force: true });
      return true;
    },
    list,
    async usage() {
      let count = 0;
      let bytes = 0;
      for await (const { size } of list()) {
        count += 1;
        bytes += size;
      }
      return { count, bytes };
    },
    async sweep(before) {
      let swept = 0;
      for (const name of await readdir(arrivals)) {
        const path = join(arrivals, name);
        const found = await stat(path).catch(() => undefined);
        if (!found || found.mtimeMs >= before) continue;
        await rm(path, { force: true });
        swept += 1;
      }
      return swept;
    },
  };
}

/** Makes a new name in a folder outlast a crash. Windows has no such call and needs none. */
async function flushFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const folder = await openFile(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
