import { joined, letters, MAX_PARTS, type Stripped, viewOf } from "./stripped.ts";

/** Pixels, colours, resolution and animation (PNG, third edition, §11); texts, times, Exif and unknown chunks are not among them. */
const KEPT = new Set("IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP sBIT bKGD pHYs cICP mDCV cLLI acTL fcTL fdAT".split(" "));
/** A colour profile is packed, and what it unpacks to is up to a thousand times as much. */
const MAX_PROFILE_BYTES = 64 * 1024;

export function stripPng(bytes: Uint8Array): Stripped | undefined {
  const view = viewOf(bytes);
  if (letters(bytes, 1, 3) !== "PNG" || letters(bytes, 12, 4) !== "IHDR" || bytes.length < 33) return undefined;
  const kept = [bytes.subarray(0, 8)];
  let animated = false;
  for (let at = 8; at + 12 <= bytes.length;) {
    const end = at + 12 + view.getUint32(at);
    const type = letters(bytes, at + 4, 4);
    if (end > bytes.length || kept.length > MAX_PARTS) return undefined;
    if (KEPT.has(type) && !(type === "iCCP" && end - at > MAX_PROFILE_BYTES)) kept.push(bytes.subarray(at, end));
    if (type === "acTL") animated = true;
    if (type === "IEND") return { bytes: joined(kept), width: view.getUint32(16), height: view.getUint32(20), animated };
    at = end;
  }
  return undefined;
}
