import { joined, letters, MAX_PARTS, type Stripped, viewOf } from "./stripped.ts";

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const APP0 = 0xe0;
const APP1 = 0xe1;
/** A frame header: 0xC0 to 0xCF but for the tables and the reserved one among them. */
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
const isRestart = (marker: number) => marker >= 0xd0 && marker <= 0xd7;

/** Segments by marker (ITU-T T.81 Annex B): the application's are dropped but for JFIF, Adobe's and the colour profile; comments too. */
export function stripJpeg(bytes: Uint8Array): Stripped | undefined {
  const view = viewOf(bytes);
  const kept: Uint8Array[] = [];
  let orientation = 1;
  let size: { width: number; height: number } | undefined;
  let scanned = false;
  let strays = 0;
  let at = 2;
  if (bytes[0] !== 0xff || bytes[1] !== SOI) return undefined;
  while (at + 1 < bytes.length) {
    const marker = bytes[at + 1] as number;
    // Fill bytes, and what stands between segments though nothing may.
    if (bytes[at] !== 0xff || marker === 0xff || marker === 0 || marker === 1 || isRestart(marker)) {
      if ((strays += 1) > MAX_PARTS) return undefined;
      at += 1;
      continue;
    }
    if (marker === EOI) break;
    const length = at + 4 <= bytes.length ? view.getUint16(at + 2) : 0;
    let end = at + 2 + length;
    if (length < 2 || end > bytes.length) break;
    if (kept.length > MAX_PARTS) return undefined;
    const segment = bytes.subarray(at, end);
    if (isFrame(marker) && length >= 7) size ??= { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    if (marker === SOS) {
      scanned = true;
      end = endOfScan(bytes, end);
      kept.push(bytes.subarray(at, end));
    } else if (marker === APP0) {
      // Resolution only: behind it may stand a preview.
      if (letters(segment, 4, 5) === "JFIF\0" && length >= 16)
        kept.push(joined([Uint8Array.of(0xff, APP0, 0, 16), segment.subarray(4, 16), Uint8Array.of(0, 0)]));
    } else if (marker === APP1) {
      if (letters(segment, 4, 6) === "Exif\0\0") orientation = orientationOf(segment.subarray(10)) ?? orientation;
    } else if (isKept(marker, segment)) kept.push(segment);
    at = end;
  }
  if (!size || !scanned) return undefined;
  const head = [Uint8Array.of(0xff, SOI), ...(orientation === 1 ? [] : [orientationSegment(orientation)])];
  const turned = orientation >= 5;
  return {
    bytes: joined([...head, ...kept, Uint8Array.of(0xff, EOI)]),
    width: turned ? size.height : size.width,
    height: turned ? size.width : size.height,
    animated: false,
  };
}

function isKept(marker: number, segment: Uint8Array): boolean {
  if (marker === 0xe2) return letters(segment, 4, 12) === "ICC_PROFILE\0";
  if (marker === 0xee) return letters(segment, 4, 5) === "Adobe";
  return marker < APP0 || (marker > 0xef && marker !== 0xfe);
}

/** The first marker behind entropy-coded data; in it 0xFF is followed by zero or a restart. */
function endOfScan(bytes: Uint8Array, from: number): number {
  for (let at = from; at + 1 < bytes.length; at += 1) {
    if (bytes[at] !== 0xff) continue;
    const next = bytes[at + 1] as number;
    if (next !== 0 && next !== 0xff && !isRestart(next)) return at;
  }
  return bytes.length;
}

/** Tag 0x0112 of the first directory of a TIFF header, 1 to 8 (Exif 2.32 §4.6.4). */
function orientationOf(tiff: Uint8Array): number | undefined {
  const order = letters(tiff, 0, 2);
  if (tiff.length < 14 || (order !== "II" && order !== "MM")) return undefined;
  const little = order === "II";
  const view = viewOf(tiff);
  const directory = view.getUint32(4, little);
  if (directory + 2 > tiff.length) return undefined;
  const entries = view.getUint16(directory, little);
  for (let at = directory + 2, left = entries; left > 0 && at + 12 <= tiff.length; at += 12, left -= 1) {
    if (view.getUint16(at, little) !== 0x0112) continue;
    const value = view.getUint16(at + 8, little);
    return value >= 1 && value <= 8 ? value : undefined;
  }
  return undefined;
}

/** An Exif segment that says which way is up and nothing else. */
const orientationSegment = (orientation: number): Uint8Array =>
  new Uint8Array([
    ...[0xff, APP1, 0, 34],
    ...Buffer.from("Exif\0\0MM\0*"),
    ...[0, 0, 0, 8, 0, 1],
    ...[0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0],
    ...[0, 0, 0, 0],
  ]);
