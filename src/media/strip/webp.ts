import { joined, letters, MAX_PARTS, type Stripped, viewOf } from "./stripped.ts";

const FRAME_PARTS = new Set(["ALPH", "VP8 ", "VP8L"]);
const KEPT = new Set(["VP8X", "ICCP", "ANIM", "ANMF", ...FRAME_PARTS]);
const HAS_EXIF_OR_XMP = 0x0c;
const HAS_ALPHA = 0x10;

interface Chunk {
  readonly type: string;
  readonly body: Uint8Array;
}

/** Chunks by RFC 9649 §2: pixels, frames and the colour profile stay. */
export function stripWebp(bytes: Uint8Array): Stripped | undefined {
  if (letters(bytes, 0, 4) !== "RIFF" || letters(bytes, 8, 4) !== "WEBP") return undefined;
  const end = 8 + viewOf(bytes).getUint32(4, true);
  const chunks = end > bytes.length + 1 ? undefined : chunksOf(bytes.subarray(12, end));
  if (!chunks) return undefined;
  const kept = chunks.filter(({ type }) => KEPT.has(type)).map(clean);
  const size = sizeOf(kept[0]);
  const frame = kept.find(({ type }) => type === "ANMF");
  if (!size || !(frame || kept.some(({ type }) => type === "VP8 " || type === "VP8L"))) return undefined;
  return { bytes: file(kept), ...size, animated: frame !== undefined, ...(frame && { still: stillOf(frame) }) };
}

function chunksOf(bytes: Uint8Array): Chunk[] | undefined {
  const view = viewOf(bytes);
  const chunks: Chunk[] = [];
  for (let at = 0; at + 8 <= bytes.length;) {
    const length = view.getUint32(at + 4, true);
    if (at + 8 + length > bytes.length || chunks.length > MAX_PARTS) return undefined;
    chunks.push({ type: letters(bytes, at, 4), body: bytes.subarray(at + 8, at + 8 + length) });
    at += 8 + length + (length & 1);
  }
  return chunks;
}

function clean({ type, body }: Chunk): Chunk {
  if (type === "VP8X" && body.length > 0) {
    const flags = Uint8Array.from(body);
    flags[0] = (body[0] as number) & ~HAS_EXIF_OR_XMP;
    return { type, body: flags };
  }
  if (type !== "ANMF") return { type, body };
  const parts = (chunksOf(body.subarray(16)) ?? []).filter((part) => FRAME_PARTS.has(part.type));
  return { type, body: joined([body.subarray(0, 16), ...parts.map(chunk)]) };
}

/** The first frame of an animation as a file of its own. */
function stillOf({ body }: Chunk): Uint8Array {
  const parts = chunksOf(body.subarray(16)) ?? [];
  if (!parts.some(({ type }) => type === "ALPH")) return file(parts);
  return file([{ type: "VP8X", body: joined([Uint8Array.of(HAS_ALPHA, 0, 0, 0), body.subarray(6, 12)]) }, ...parts]);
}

function chunk({ type, body }: Chunk): Uint8Array {
  const head = new Uint8Array(8);
  head.set(Buffer.from(type, "latin1"));
  viewOf(head).setUint32(4, body.length, true);
  return joined([head, body, new Uint8Array(body.length & 1)]);
}
const file = (chunks: readonly Chunk[]) => chunk({ type: "RIFF", body: joined([Buffer.from("WEBP"), ...chunks.map(chunk)]) });

function sizeOf(first: Chunk | undefined): { width: number; height: number } | undefined {
  if (!first || first.body.length < 10) return undefined;
  const view = viewOf(first.body);
  if (first.type === "VP8X") return { width: (view.getUint32(3, true) >>> 8) + 1, height: (view.getUint32(6, true) >>> 8) + 1 };
  if (first.type === "VP8 ") return { width: view.getUint16(6, true) & 0x3fff, height: view.getUint16(8, true) & 0x3fff };
  if (first.type !== "VP8L") return undefined;
  const bits = view.getUint32(1, true);
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
}
