import { joined, letters, MAX_PARTS, type Stripped, viewOf } from "./stripped.ts";

const EXTENSION = 0x21;
const IMAGE = 0x2c;
const TRAILER = 0x3b;
const GRAPHIC_CONTROL = 0xf9;
const APPLICATION = 0xff;
/** Extensions that say how often to repeat. */
const REPEATS = new Set(["NETSCAPE2.0", "ANIMEXTS1.0"]);

/** Blocks by GIF89a §15–27: frames and their timing stay; comments, plain text and what applications (XMP among them) wrote do not. */
export function stripGif(bytes: Uint8Array): Stripped | undefined {
  if (bytes.length < 13) return undefined;
  const view = viewOf(bytes);
  const tableOf = (flags: number) => (flags & 0x80 ? 3 << ((flags & 7) + 1) : 0);
  let at = 13 + tableOf(bytes[10] as number);
  const kept = [bytes.subarray(0, at)];
  let frames = 0;
  while (at < bytes.length && bytes[at] !== TRAILER) {
    const start = at;
    let keep: boolean;
    if (bytes[at] === IMAGE && at + 11 <= bytes.length) {
      keep = true;
      frames += 1;
      at = endOfBlocks(bytes, at + 11 + tableOf(bytes[at + 9] as number));
    } else if (bytes[at] === EXTENSION) {
      const label = bytes[at + 1];
      keep = label === GRAPHIC_CONTROL || (label === APPLICATION && REPEATS.has(letters(bytes, at + 3, 11)));
      at = endOfBlocks(bytes, at + 2);
    } else return undefined;
    // Cut off in the middle of a block.
    if (at > bytes.length || kept.length > MAX_PARTS) return undefined;
    if (keep) kept.push(bytes.subarray(start, at));
  }
  if (frames === 0) return undefined;
  kept.push(Uint8Array.of(TRAILER));
  return { bytes: joined(kept), width: view.getUint16(6, true), height: view.getUint16(8, true), animated: frames > 1 };
}

/** Behind the empty block that ends a row of sub-blocks; beyond the end of the file if there is none. */
function endOfBlocks(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && bytes[at] !== 0) at += 1 + (bytes[at] as number);
  return at + 1;
}
