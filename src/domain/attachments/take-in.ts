import { cell } from "../../kernel/cell.ts";
import type { Call } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { type AdmittedImage, imageIntake, isImage } from "../../media/image.ts";
import { lanes } from "../../media/lanes.ts";
import { isListed, type Kind, sniff, SNIFFED_BYTES } from "../../media/sniff.ts";
import { stripVideo } from "../../media/strip/iso-media.ts";

/** Bytes as they come from outside. */
export type Source = Uint8Array | ReadableStream<Uint8Array>;

export interface TakenIn {
  readonly type: string;
  readonly size: number;
  readonly hash: string;
  readonly width: number | null;
  readonly height: number | null;
  readonly thumbnail: string | null;
  readonly placeholder: string | null;
}

/** What is worked on in memory: pictures, and films whose notes are blanked. Larger pictures are refused, larger films stored as they are. */
export const MOST_PICTURE = 32 * 1024 * 1024;
export const MOST_FILM = 256 * 1024 * 1024;
export const FILMS: ReadonlySet<string> = new Set(["video/mp4", "video/quicktime", "audio/mp4"]);

/** Pictures and films of all uploads share their turns. */
export const pictures = cell("media.pictures", () => imageIntake());
const films = cell("media.films", () => lanes({ atOnce: 2, waiting: 16 }));

/**
 * Stores a file: known by its content, without what it tells about its maker. Refusals: `attachment.type`, `attachment.broken`,
 * `blob.too-large`, `media.busy`, `blob.full`.
 */
export async function takeIn(call: Call<unknown, unknown>, source: Source, maxBytes: number): Promise<TakenIn> {
  const { head, all } = await beginning(source);
  const kind = sniff(head);
  if (!isListed(kind.type, call.settings.attachments.allowed_types))
    throw new Refusal("invalid-input", "attachment.type", { type: kind.type });
  const plain = { type: kind.type, width: null, height: null, thumbnail: null, placeholder: null };
  if (isImage(kind.type)) return takePicture(call, await gathered(all, Math.min(maxBytes, MOST_PICTURE)), kind);
  if (FILMS.has(kind.type)) {
    const { hash, size } = await call.cell(films)(async () => {
      const { bytes, rest } = await upTo(all, Math.min(maxBytes, MOST_FILM));
      if (rest) return call.blobs.put(rest, { maxBytes });
      const film = stripVideo(bytes);
      if (!film) throw new Refusal("invalid-input", "attachment.broken", { type: kind.type });
      return call.blobs.put(film, { maxBytes });
    });
    return { ...plain, hash, size };
  }
  const { hash, size } = await call.blobs.put(all, { maxBytes });
  return { ...plain, hash, size };
}

async function takePicture(call: Call<unknown, unknown>, bytes: Uint8Array, { type }: Kind): Promise<TakenIn> {
  const picture = await admitPicture(call, bytes, type, call.settings.attachments.compression);
  const { hash, size } = await call.blobs.put(picture.bytes);
  const small = picture.thumbnail && (await call.blobs.put(picture.thumbnail.bytes));
  return {
    type,
    size,
    hash,
    width: picture.width || null,
    height: picture.height || null,
    thumbnail: small?.hash ?? null,
    placeholder: picture.placeholder ?? null,
  };
}

/** A picture without metadata within the bounds. Refusal: `attachment.broken`. */
export async function admitPicture(
  call: Call<unknown, unknown>,
  bytes: Uint8Array,
  type: string,
  bounds: Call<unknown, unknown>["settings"]["attachments"]["compression"],
): Promise<AdmittedImage> {
  const picture = await call.cell(pictures)(bytes, type, bounds);
  if (!picture.admitted) throw new Refusal("invalid-input", "attachment.broken", { type, why: picture.reason });
  return picture;
}

/** As much of it as tells what it is, and all of it. */
async function beginning(source: Source): Promise<{ head: Uint8Array; all: Source }> {
  if (source instanceof Uint8Array) return { head: source.subarray(0, SNIFFED_BYTES), all: source };
  const reader = source.getReader();
  const { chunks, done } = await taken(reader, SNIFFED_BYTES);
  const head = joined(chunks);
  return { head, all: done ? head : after(chunks, reader) };
}

async function gathered(source: Source, limit: number): Promise<Uint8Array> {
  const { bytes, rest } = await upTo(source, limit);
  if (!rest) return bytes;
  if (rest instanceof ReadableStream) await rest.cancel();
  throw new Refusal("too-large", "blob.too-large", { limit });
}

/** All of it when it is no more than `limit` bytes; else `rest` is all of it, still to be read. */
async function upTo(source: Source, limit: number): Promise<{ bytes: Uint8Array; rest?: Source }> {
  if (source instanceof Uint8Array) return source.length > limit ? { bytes: source, rest: source } : { bytes: source };
  const reader = source.getReader();
  const { chunks, done } = await taken(reader, limit + 1);
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  if (done && length <= limit) return { bytes: joined(chunks) };
  return { bytes: new Uint8Array(), rest: after(chunks, reader) };
}

type Reader = ReadableStreamDefaultReader<Uint8Array>;

/** At least `length` bytes, or all there are. */
async function taken(reader: Reader, length: number): Promise<{ chunks: Uint8Array[]; done: boolean }> {
  const chunks: Uint8Array[] = [];
  for (let size = 0; size < length;) {
    const { value, done } = await reader.read();
    if (done) return { chunks, done };
    chunks.push(value);
    size += value.length;
  }
  return { chunks, done: false };
}

const joined = (chunks: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(chunks));

function after(chunks: Uint8Array[], reader: Reader): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      const first = chunks.shift();
      if (first) return controller.enqueue(first);
      const { value, done } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (why) => reader.cancel(why),
  });
}
