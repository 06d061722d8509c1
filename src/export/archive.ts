import { createWriteStream } from "node:fs";
import { open, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";

const BLOCK = 512;
const CHUNK = 1024 * 1024;
/** Largest size that the eleven octal digits of a header hold. */
const OCTAL_MOST = 8 ** 11 - 1;

/**
 * Packs files of a folder into a tar archive (POSIX.1-1988 ustar), with gzip when the name ends in `gz`. It appears whole or not at all.
 * @param names of at most 100 bytes, in the order in which they are packed.
 * @param at the moment the entries bear, milliseconds since the epoch.
 */
export async function packFolder(folder: string, names: readonly string[], to: string, at: number): Promise<void> {
  async function* blocks(): AsyncGenerator<Buffer> {
    for (const name of names) {
      const path = join(folder, name);
      const { size } = await stat(path);
      yield header(name, size, at);
      const file = await open(path, "r");
      try {
        for (let done = 0; done < size;) {
          const chunk = Buffer.allocUnsafe(Math.min(CHUNK, size - done));
          const { bytesRead } = await file.read(chunk, 0, chunk.length, done);
          if (bytesRead === 0) throw new Error(`${name} became shorter while it was packed`);
          done += bytesRead;
          yield chunk.subarray(0, bytesRead);
        }
      } finally {
        await file.close();
      }
      if (size % BLOCK) yield Buffer.alloc(BLOCK - (size % BLOCK));
    }
    yield Buffer.alloc(2 * BLOCK);
  }
  const out = createWriteStream(`${to}.new`, { mode: 0o600 });
  const source = Readable.from(blocks());
  await (to.endsWith("gz") ? pipeline(source, createGzip(), out) : pipeline(source, out));
  await rename(`${to}.new`, to);
}

function header(name: string, size: number, at: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  if (Buffer.byteLength(name) > 100) throw new RangeError(`${name} is too long for an archive`);
  const octal = (value: number, digits: number) => value.toString(8).padStart(digits, "0");
  block.write(name, 0);
  block.write(`${octal(0o600, 7)}\0${octal(0, 7)}\0${octal(0, 7)}\0`, 100);
  if (size <= OCTAL_MOST) block.write(`${octal(size, 11)}\0`, 124);
  else {
    // GNU's and star's way for large files: a binary number, marked by its first bit.
    block[124] = 0x80;
    block.writeBigUInt64BE(BigInt(size), 128);
  }
  block.write(`${octal(Math.floor(at / 1000), 11)}\0`, 136);
  block.write("        0", 148);
  block.write("ustar\x0000", 257);
  const sum = block.reduce((all, byte) => all + byte, 0);
  block.write(`${octal(sum, 6)}\0 `, 148);
  return block;
}
