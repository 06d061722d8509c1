import { letters, MAX_PARTS, type Stripped, viewOf } from "./stripped.ts";

interface Box {
  readonly type: string;
  /** Where its type is written. */
  readonly name: number;
  /** Its content. */
  readonly start: number;
  readonly end: number;
}

/** The boxes between two places (ISO/IEC 14496-12 §4.2), up to the first that does not fit. */
function* boxes(bytes: Uint8Array, from: number, to: number): Generator<Box> {
  const view = viewOf(bytes);
  for (let at = from; at + 8 <= to;) {
    const short = view.getUint32(at);
    const wide = short === 1;
    if (wide && at + 16 > to) return;
    const size = wide ? Number(view.getBigUint64(at + 8)) : short === 0 ? to - at : short;
    if (size < (wide ? 16 : 8) || at + size > to) return;
    yield { type: letters(bytes, at + 4, 4), name: at + 4, start: at + (wide ? 16 : 8), end: at + size };
    at += size;
  }
}
const find = (bytes: Uint8Array, within: Box | undefined, type: string, skip = 0): Box | undefined =>
  within && boxes(bytes, within.start + skip, within.end).find((box) => box.type === type);

/** Blanked where it stands, since moving anything would break the offsets written elsewhere in the file. */
const blank = (bytes: Uint8Array, box: Box): void => {
  bytes.set(Buffer.from("free"), box.name);
  bytes.fill(0, box.start, box.end);
};

/** `moov/trak/udta` is as deep as notes stand. */
const MAX_DEPTH = 4;

/**
 * MP4 and QuickTime: what users' and tools' notes hold (`udta`, `meta`, `uuid`: place of recording, device, comments) is blanked.
 * Undefined when there is no film in it.
 */
export function stripVideo(source: Uint8Array): Uint8Array | undefined {
  const bytes = new Uint8Array(source);
  let films = 0;
  const walk = (from: number, to: number, depth: number) => {
    if (depth === MAX_DEPTH) return;
    for (const box of boxes(bytes, from, to)) {
      if (box.type === "moov") films += 1;
      if (["udta", "meta", "uuid"].includes(box.type)) blank(bytes, box);
      else if (["moov", "trak", "moof", "traf"].includes(box.type)) walk(box.start, box.end, depth + 1);
    }
  };
  walk(0, bytes.length, 0);
  return films > 0 ? bytes : undefined;
}

/** Exif with nothing in it, behind the four bytes that say where it begins: some decoders refuse a picture whose Exif is none. */
const NO_NOTES = Buffer.from("\0\0\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0", "latin1");

/** AVIF and HEIC: the bytes of items that hold Exif or XMP are blanked (ISO/IEC 23008-12 §6.5, Annex A). */
export function stripIsoImage(source: Uint8Array): Stripped | undefined {
  const bytes = stripVideo(source) ?? new Uint8Array(source);
  const top: Box = { type: "", name: 0, start: 0, end: source.length };
  // `stripVideo` knows nothing of pictures: their `meta` is the picture.
  const meta = find(source, top, "meta");
  if (!meta) return undefined;
  bytes.set(source.subarray(meta.name, meta.end), meta.name);
  for (const box of boxes(bytes, 0, bytes.length)) if (box.type === "uuid") blank(bytes, box);
  const hidden = noteItems(source, find(source, meta, "iinf", 4));
  const store = find(source, meta, "idat", 4);
  let left = bytes.length;
  for (const { item, inStore, start, length } of extents(source, find(source, meta, "iloc", 4))) {
    if (!hidden.has(item)) continue;
    const from = inStore ? (store?.start ?? bytes.length) + start : start;
    // Each byte belongs to one note at most; many notes over the same bytes are made to keep us busy.
    left -= length;
    if (left < 0) return undefined;
    bytes.fill(0, from, from + length);
    if (length >= NO_NOTES.length && from + length <= bytes.length) bytes.set(NO_NOTES, from);
  }
  return {
    bytes,
    ...sizeOf(source, find(source, find(source, meta, "iprp", 4), "ipco")),
    animated: find(source, top, "moov") !== undefined,
  };
}

/** Numbers of the items that are notes: `infe` boxes of type `Exif`, or `mime` as XMP is. */
function noteItems(bytes: Uint8Array, list: Box | undefined): Set<number> {
  const found = new Set<number>();
  if (!list) return found;
  const view = viewOf(bytes);
  for (const box of boxes(bytes, list.start + (bytes[list.start] === 0 ? 6 : 8), list.end)) {
    const version = bytes[box.start];
    const wide = version === 3;
    if (box.type !== "infe" || !(wide || version === 2) || box.end - box.start < (wide ? 14 : 12)) continue;
    const type = letters(bytes, box.start + (wide ? 10 : 8), 4);
    if (type === "Exif" || type === "mime") found.add(wide ? view.getUint32(box.start + 4) : view.getUint16(box.start + 4));
  }
  return found;
}

interface Extent {
  readonly item: number;
  readonly inStore: boolean;
  readonly start: number;
  readonly length: number;
}

/** Where items' bytes lie (`iloc`, ISO/IEC 14496-12 §8.11.3). */
function* extents(bytes: Uint8Array, box: Box | undefined): Generator<Extent> {
  if (!box) return;
  const view = viewOf(bytes);
  let at = box.start;
  const take = (size: number): number => {
    if (at + size > box.end) throw new RangeError("iloc is cut off");
    at += size;
    if (size === 8) return Number(view.getBigUint64(at - 8));
    return size === 4 ? view.getUint32(at - 4) : size === 2 ? view.getUint16(at - 2) : size === 1 ? (bytes[at - 1] as number) : 0;
  };
  const version = take(1);
  take(1);
  take(2);
  const sizes = take(2);
  const [offsetSize = 0, lengthSize = 0, baseSize = 0, indexSize = 0] = [12, 8, 4, 0].map((shift) => (sizes >> shift) & 15);
  let parts = 0;
  for (let left = take(version < 2 ? 2 : 4); left > 0; left -= 1) {
    const item = take(version < 2 ? 2 : 4);
    const method = version === 0 ? 0 : take(2) & 15;
    take(2);
    const base = take(baseSize);
    for (let more = take(2); more > 0; more -= 1) {
      if ((parts += 1) > MAX_PARTS) throw new RangeError("iloc has too many extents");
      if (version > 0) take(indexSize);
      const start = base + take(offsetSize);
      yield { item, inStore: method === 1, start, length: take(lengthSize) };
    }
  }
}

/** The largest `ispe`, since a picture made of tiles lists theirs too, turned by `irot` (ISO/IEC 23008-12 §6.5.3, §6.5.10). */
function sizeOf(bytes: Uint8Array, properties: Box | undefined): { width: number; height: number } {
  let size = { width: 0, height: 0 };
  let turned = false;
  if (!properties) return size;
  const view = viewOf(bytes);
  for (const box of boxes(bytes, properties.start, properties.end)) {
    if (box.type === "irot" && box.end > box.start) turned = view.getUint8(box.start) % 2 === 1;
    if (box.type !== "ispe" || box.end - box.start < 12) continue;
    const [width, height] = [view.getUint32(box.start + 4), view.getUint32(box.start + 8)];
    if (width * height > size.width * size.height) size = { width, height };
  }
  return turned ? { width: size.height, height: size.width } : size;
}
