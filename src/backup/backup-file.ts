import { createReadStream } from "node:fs";
import { createZstdDecompress } from "node:zlib";

import { z } from "zod";

import { readTar, TarError, type TarFile } from "../storage/tar.ts";

/** A backup cannot be made, read or restored; the message is a sentence with the remedy. */
export class BackupError extends Error {
  override name = "BackupError";
  constructor(
    message: string,
    /** What is there already stands in the way. */
    readonly conflict = false,
  ) {
    super(message);
  }
}

const count = z.int().min(0);
const name = z.string().min(1).max(4096);
/** The last file of a backup: what is in it. A backup without one is cut off. */
export const Manifest = z.object({
  format: z.literal(1),
  /** Version of the program that made it. */
  chat: z.string().max(100),
  /** Milliseconds since 1970: not before it began to look at the database. */
  createdAt: count,
  /** With Postgres only the rest is in here. */
  database: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("sqlite"), schema: count, tables: z.record(z.string().max(200), count) }),
    z.object({ kind: z.literal("postgres") }),
  ]),
  files: z.array(z.object({ path: name, size: count, sha256: z.string().regex(/^[0-9a-f]{64}$/) })),
});
export type Manifest = z.output<typeof Manifest>;

export const MANIFEST = "manifest.json";
export const DATABASE = "chat.db";
const LARGEST_MANIFEST = 256 * 1024 * 1024;

/** Tells whether a path of an archive stays within the folder it is unpacked in, on every system. */
const isInside = (path: string): boolean =>
  path.length <= 4096 && !/[\0\\:]/.test(path) && path.split("/").every((part) => part !== "" && part !== "." && part !== "..");

/**
 * Reads a backup to its end, compares every file with the manifest, and hands each to `keep` on the way.
 * @param keep gets a body that has to be read to its end.
 * @throws BackupError when it is damaged, cut off, or none.
 */
export async function readBackup(file: string, keep: (entry: TarFile) => Promise<void>, signal?: AbortSignal): Promise<Manifest> {
  const seen = new Map<string, { size: number; sha256: string }>();
  let manifest: Manifest | undefined;
  const damaged = (why: string) => new BackupError(`${file} is no whole backup: ${why}. Take another one.`);
  try {
    const source = createReadStream(file, { highWaterMark: 1024 * 1024, ...(signal && { signal }) });
    const unpacked = createZstdDecompress();
    source.on("error", (why) => unpacked.destroy(why));
    for await (const entry of readTar(source.pipe(unpacked))) {
      if (manifest || seen.has(entry.path) || !isInside(entry.path)) throw damaged(`it holds ${JSON.stringify(entry.path)}`);
      if (entry.path === MANIFEST) {
        if (entry.size > LARGEST_MANIFEST) throw damaged("its manifest is too large");
        manifest = Manifest.parse(JSON.parse(await text(entry.body)));
        continue;
      }
      const hasher = new Bun.CryptoHasher("sha256");
      await keep({ ...entry, body: watched(entry.body, hasher) });
      seen.set(entry.path, { size: entry.size, sha256: hasher.digest("hex") });
    }
  } catch (why) {
    if (why instanceof BackupError || signal?.aborted) throw why;
    if (why instanceof TarError) throw damaged(why.message);
    if (why instanceof SyntaxError || why instanceof z.ZodError) throw damaged("its manifest is not right");
    const { code = "", message } = why as { code?: string; message: string };
    if (code === "ENOENT" || code === "EISDIR" || code === "EACCES")
      throw new BackupError(`The backup ${file} cannot be read: ${READING[code]}.`);
    if (/^(ZSTD|Z_|ERR_ZSTD|ERR_ZLIB)/i.test(code) || /zstd|corrupt|unexpected end/i.test(message))
      throw damaged("it is damaged or cut off");
    throw why;
  }
  if (!manifest) throw damaged("it is cut off");
  for (const { path, size, sha256 } of manifest.files) {
    const found = seen.get(path);
    if (!found) throw damaged(`${path} is missing`);
    if (found.size !== size || found.sha256 !== sha256) throw damaged(`${path} is not what it was`);
  }
  if (seen.size !== manifest.files.length) throw damaged("it holds files that its manifest does not name");
  return manifest;
}
const READING: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "it is a folder",
  EACCES: "permission denied",
};

/** The same bytes, hashed on the way. */
export async function* watched(body: AsyncIterable<Uint8Array>, hasher: Bun.CryptoHasher): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    hasher.update(chunk);
    yield chunk;
  }
}

/** Nothing of it is kept. */
export async function drain({ body }: TarFile): Promise<void> {
  for await (const _ of body);
}

async function text(body: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece.slice());
  return Buffer.concat(pieces).toString();
}
