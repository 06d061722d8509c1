/** A regular file in a tar archive. */
export interface TarFile {
  /** Relative, with `/`. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Permission bits. */
  readonly mode: number;
  /** The moment it bears, milliseconds since 1970. */
  readonly at: number;
  readonly body: AsyncIterable<Uint8Array>;
}

/** The archive is none, is cut off, or holds what ours never do. */
export class TarError extends Error {
  override name = "TarError";
}

const BLOCK = 512;
const LONGEST_NAME = 100;
const LARGEST_IN_HEADER = 0o77777777777;
const LARGEST_RECORDS = 64 * 1024;

/** An archive in the pax interchange format (POSIX.1-2017, `pax`), regular files only; any `tar` reads it. */
export async function* writeTar(files: AsyncIterable<TarFile>): AsyncGenerator<Uint8Array> {
  for await (const { path, size, mode, at, body } of files) {
    const long = Buffer.byteLength(path) > LONGEST_NAME;
    const records = (long ? record("path", path) : "") + (size > LARGEST_IN_HEADER ? record("size", String(size)) : "");
    if (records) {
      const bytes = Buffer.from(records);
      yield header("pax", bytes.length, 0o600, at, "x");
      yield bytes;
      yield padding(bytes.length);
    }
    yield header(long ? "long" : path, Math.min(size, LARGEST_IN_HEADER), mode, at, "0");
    let written = 0;
    for await (const chunk of body) {
      written += chunk.length;
      yield chunk;
    }
    if (written !== size) throw new TarError(`${path} changed its size while it was being read`);
    yield padding(size);
  }
  yield new Uint8Array(2 * BLOCK);
}

/** The files of an archive, one after the other: each body has to be read to its end before the next file is asked for. */
export async function* readTar(source: AsyncIterable<Uint8Array>): AsyncGenerator<TarFile> {
  const bytes = new Bytes(source);
  let records: Record<string, string> = {};
  for (;;) {
    const block = await bytes.take(BLOCK);
    if (block.every((byte) => byte === 0)) return bytes.end();
    const { name, size: short, mode, at, kind } = parse(block);
    if (kind === "x") {
      if (short > LARGEST_RECORDS) throw new TarError("a header is too large");
      records = parseRecords(await bytes.take(short));
      await bytes.take(rest(short));
      continue;
    }
    if (kind !== "0") throw new TarError("it holds something other than files");
    const size = records["size"] === undefined ? short : Number(records["size"]);
    if (!Number.isSafeInteger(size) || size < 0) throw new TarError("a size is not right");
    yield { path: records["path"] ?? name, size, mode, at, body: bytes.stream(size) };
    records = {};
    await bytes.take(rest(size));
  }
}

const rest = (size: number): number => (BLOCK - (size % BLOCK)) % BLOCK;
const padding = (size: number): Uint8Array => new Uint8Array(rest(size));

/** `"%d %s=%s\n"`, where the number is the length of the whole record, itself included. */
function record(key: string, value: string): string {
  const body = ` ${key}=${value}\n`;
  const bytes = Buffer.byteLength(body);
  let length = bytes + String(bytes).length;
  length = bytes + String(length).length;
  return `${length}${body}`;
}
function parseRecords(bytes: Uint8Array): Record<string, string> {
  const found: Record<string, string> = {};
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(0x20, at);
    const length = Number(Buffer.from(bytes.subarray(at, space)).toString());
    if (space < 0 || !Number.isSafeInteger(length) || length < 5 || at + length > bytes.length)
      throw new TarError("a header is not right");
    const [, key = "", value = ""] =
      /^([^=]+)=([^]*)\n$/.exec(Buffer.from(bytes.subarray(space + 1, at + length)).toString()) ?? [];
    found[key] = value;
    at += length;
  }
  return found;
}

function header(name: string, size: number, mode: number, at: number, kind: "0" | "x"): Uint8Array {
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, "0")}\0`;
  block.write(name, 0);
  block.write(octal(mode, 7), 100);
  block.write(octal(0, 7), 108);
  block.write(octal(0, 7), 116);
  block.write(octal(size, 11), 124);
  block.write(octal(Math.floor(at / 1000), 11), 136);
  block.write(kind, 156);
  block.write("ustar\x0000", 257);
  block.write(octal(checksum(block), 6), 148);
  block.write(" ", 155);
  return block;
}

/** The sum of all bytes, those of the sum itself taken as spaces. */
const checksum = (block: Uint8Array): number => block.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 0x20 : byte), 0);

function parse(block: Uint8Array): Pick<TarFile, "size" | "mode" | "at"> & { name: string; kind: string } {
  const text = (from: number, length: number) =>
    Buffer.from(block.subarray(from, from + length))
      .toString()
      .replace(/\0[^]*$/, "");
  const octal = (from: number, length: number) => Number.parseInt(text(from, length).trim() || "0", 8);
  if (text(257, 5) !== "ustar" || octal(148, 8) !== checksum(block))
    throw new TarError("it is no archive of ours, or is damaged");
  return {
    name: text(0, LONGEST_NAME),
    size: octal(124, 12),
    mode: octal(100, 8),
    at: octal(136, 12) * 1000,
    kind: text(156, 1) || "0",
  };
}

/** Bytes in pieces of any length, taken in those that are asked for. */
class Bytes {
  #piece: Uint8Array = new Uint8Array();
  readonly #source: AsyncIterator<Uint8Array>;
  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  async take(count: number): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    for await (const piece of this.stream(count)) pieces.push(piece);
    return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
  }

  /** Reads what is left: only there it turns out whether the end was reached. */
  async end(): Promise<void> {
    for (;;) {
      if (this.#piece.some((byte) => byte !== 0)) throw new TarError("something follows its end");
      const next = await this.#source.next();
      if (next.done) return;
      this.#piece = next.value;
    }
  }

  async *stream(count: number): AsyncGenerator<Uint8Array> {
    for (let left = count; left > 0;) {
      if (this.#piece.length === 0) {
        const next = await this.#source.next();
        if (next.done) throw new TarError("it is cut off");
        this.#piece = next.value;
        continue;
      }
      const piece = this.#piece.subarray(0, left);
      this.#piece = this.#piece.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }
}
