import { open } from "node:fs/promises";

/** One JSON value's text as it stands in a file. */
export interface Piece {
  /** The line on which it begins, 1 for the first. */
  readonly line: number;
  /** Undefined when it is longer than anything an originChats server writes. */
  readonly text: string | undefined;
}

/** Longest value kept in memory, in bytes. */
const LONGEST = 16 * 1024 * 1024;
const CHUNK = 1024 * 1024;
const [FEED, RETURN, SPACE, TAB, QUOTE, BACKSLASH, OPEN, CLOSE, BRACKET] = [10, 13, 32, 9, 34, 92, 123, 125, 91];
const isBlank = (byte: number): boolean => byte === SPACE || byte === FEED || byte === RETURN || byte === TAB;

/**
 * The values of a file of messages, some at a time, whatever its form (reference/originchats.md §5.7): JSON Lines with padding after each, or one
 * array. Memory stays bounded by the chunk and the longest value.
 * @param read told how many bytes were read.
 */
export async function* piecesOf(path: string, read: (bytes: number) => void = () => {}): AsyncGenerator<Piece[]> {
  const file = await open(path, "r");
  try {
    const buffer = Buffer.allocUnsafe(CHUNK);
    let cut: Cutter | undefined;
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, CHUNK);
      if (bytesRead === 0) break;
      read(bytesRead);
      const chunk = buffer.subarray(0, bytesRead);
      if (!cut) {
        const first = chunk.find((byte) => !isBlank(byte) && byte !== 0xef && byte !== 0xbb && byte !== 0xbf);
        if (first !== undefined) cut = first === BRACKET ? new ObjectCutter() : new LineCutter();
        else cut = new LineCutter();
      }
      const pieces = cut.take(chunk);
      if (pieces.length) yield pieces;
    }
    const last = cut?.end() ?? [];
    if (last.length) yield last;
  } finally {
    await file.close();
  }
}

interface Cutter {
  take(chunk: Buffer): Piece[];
  end(): Piece[];
}

/** What has come of a value that is not complete yet. */
class Pending {
  #parts: Buffer[] = [];
  #bytes = 0;
  tooLong = false;
  get empty(): boolean {
    return this.#bytes === 0;
  }
  add(part: Buffer): void {
    this.#bytes += part.length;
    if (this.#bytes > LONGEST) {
      this.tooLong = true;
      this.#parts = [];
    } else if (!this.tooLong) this.#parts.push(Buffer.from(part));
  }
  take(last: Buffer): string | undefined {
    if (this.empty) return last.length > LONGEST ? undefined : textOf(last);
    this.add(last);
    const text = this.tooLong ? undefined : textOf(Buffer.concat(this.#parts));
    this.#parts = [];
    this.#bytes = 0;
    this.tooLong = false;
    return text;
  }
}

/** Without the padding, which is up to nine tenths of a line. */
function textOf(bytes: Buffer): string {
  let end = bytes.length;
  while (end > 0 && isBlank(bytes[end - 1]!)) end--;
  return bytes.toString("utf8", 0, end);
}

class LineCutter implements Cutter {
  #pending = new Pending();
  #line = 1;
  take(chunk: Buffer): Piece[] {
    const pieces: Piece[] = [];
    let from = 0;
    for (let at = chunk.indexOf(FEED); at >= 0; at = chunk.indexOf(FEED, from)) {
      this.#cut(pieces, chunk.subarray(from, at));
      this.#line++;
      from = at + 1;
    }
    if (from < chunk.length) this.#pending.add(chunk.subarray(from));
    return pieces;
  }
  end(): Piece[] {
    const pieces: Piece[] = [];
    if (!this.#pending.empty) this.#cut(pieces, Buffer.alloc(0));
    return pieces;
  }
  #cut(pieces: Piece[], last: Buffer): void {
    const text = this.#pending.take(last);
    if (text !== "") pieces.push({ line: this.#line, text });
  }
}

/** Cuts out whole objects wherever they stand, in an array or after it. */
class ObjectCutter implements Cutter {
  #pending = new Pending();
  #line = 1;
  #began = 1;
  #depth = 0;
  #quoted = false;
  #escaped = false;
  take(chunk: Buffer): Piece[] {
    const pieces: Piece[] = [];
    let from = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at]!;
      if (byte === FEED) this.#line++;
      if (this.#escaped) this.#escaped = false;
      else if (this.#quoted) {
        if (byte === BACKSLASH) this.#escaped = true;
        else if (byte === QUOTE) this.#quoted = false;
      } else if (this.#depth > 0 && byte === QUOTE) this.#quoted = true;
      else if (byte === OPEN) {
        if (this.#depth++ === 0) {
          from = at;
          this.#began = this.#line;
        }
      } else if (byte === CLOSE && this.#depth > 0 && --this.#depth === 0)
        pieces.push({ line: this.#began, text: this.#pending.take(chunk.subarray(from, at + 1)) });
    }
    if (this.#depth > 0) this.#pending.add(chunk.subarray(from));
    return pieces;
  }
  /** What an interrupted write left at the end is no value, but the caller should know. */
  end(): Piece[] {
    return this.#pending.empty ? [] : [{ line: this.#began, text: this.#pending.take(Buffer.alloc(0)) }];
  }
}

/** Places in a damaged text at which a value could begin that are tried; each costs a walk to the end. */
const MOST_TRIES = 200;

/**
 * The whole objects in a text that is no JSON value itself: two lines that ran into each other, or one that was torn and then followed by
 * another (reference/originchats.md §11.2).
 */
export function objectsIn(text: string): unknown[] {
  const found: unknown[] = [];
  let tries = 0;
  for (let from = text.indexOf("{"); from >= 0 && tries < MOST_TRIES; tries++) {
    const end = endOfObject(text, from);
    const value = end < 0 ? undefined : parsedObject(text.slice(from, end));
    if (value !== undefined) found.push(value);
    from = text.indexOf("{", value === undefined ? from + 1 : end);
  }
  return found;
}

function endOfObject(text: string, from: number): number {
  let depth = 0;
  let quoted = false;
  for (let at = from; at < text.length; at++) {
    const letter = text[at];
    if (quoted) {
      if (letter === "\\") at++;
      else if (letter === '"') quoted = false;
    } else if (letter === '"') quoted = true;
    else if (letter === "{") depth++;
    else if (letter === "}" && --depth === 0) return at + 1;
  }
  return -1;
}

function parsedObject(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
