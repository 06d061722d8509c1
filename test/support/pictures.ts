import { crc32, deflateSync } from "node:zlib";

const u32 = (value: number) => Buffer.from([value >>> 24, value >>> 16, value >>> 8, value]);
export const little = (value: number, size: number): Buffer => {
  const bytes = Buffer.alloc(size);
  bytes.writeUIntLE(value, 0, size);
  return bytes;
};

export const pngChunk = (type: string, body: Uint8Array): Buffer => {
  const named = Buffer.concat([Buffer.from(type, "latin1"), body]);
  return Buffer.concat([u32(body.length), named, u32(crc32(named))]);
};

/** A true-colour PNG with `more` chunks between header and pixels. `claim` is what the header says instead of the truth. */
export function png(
  width: number,
  height: number,
  { more = [], claim = [width, height], flat = false }: { more?: Uint8Array[]; claim?: [number, number]; flat?: boolean } = {},
): Buffer {
  const row = width * 3 + 1;
  const raw = Buffer.alloc(row * height);
  if (!flat) {
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) raw.set([x & 255, y & 255, (x * y) & 255], y * row + 1 + x * 3);
    }
  }
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    pngChunk("IHDR", Buffer.concat([...claim.map(u32), Buffer.from([8, 2, 0, 0, 0])])),
    ...more,
    pngChunk("IDAT", deflateSync(raw)),
    pngChunk("IEND", Buffer.alloc(0)),
  ]);
}

export const jpeg = async (width: number, height: number): Promise<Buffer> =>
  new Bun.Image(png(width, height)).jpeg({ quality: 90 }).buffer();
export const webp = async (width: number, height: number): Promise<Buffer> =>
  new Bun.Image(png(width, height)).webp({ quality: 90 }).buffer();

export const jpegSegment = (marker: number, body: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from([0xff, marker, (body.length + 2) >> 8, (body.length + 2) & 255]), body]);
/** A JPEG with segments directly behind its beginning. */
export const withSegments = (picture: Buffer, ...segments: readonly Uint8Array[]): Buffer =>
  Buffer.concat([picture.subarray(0, 2), ...segments, picture.subarray(2)]);

/** Exif with a place (a degree of latitude), a maker and an orientation, as a telephone writes it. */
export function exif(orientation: number): Buffer {
  const entry = (tag: number, type: number, count: number, value: Buffer) =>
    Buffer.concat([little(tag, 2), little(type, 2), little(count, 4), value]);
  const ifd = (...entries: Buffer[]) => Buffer.concat([little(entries.length, 2), ...entries, little(0, 4)]);
  const first = 8;
  const gps = first + 2 + 3 * 12 + 4;
  const texts = gps + 2 + 2 * 12 + 4;
  return Buffer.concat([
    Buffer.from("Exif\0\0II*\0", "latin1"),
    little(first, 4),
    ifd(
      entry(0x010f, 2, 12, little(texts, 4)),
      entry(0x0112, 3, 1, Buffer.concat([little(orientation, 2), little(0, 2)])),
      entry(0x8825, 4, 1, little(gps, 4)),
    ),
    ifd(entry(0x0001, 2, 2, Buffer.from("N\0\0\0")), entry(0x0002, 5, 3, little(texts + 12, 4))),
    Buffer.from("SecretMaker\0"),
    ...[47, 1, 22, 1, 33, 1].map((value) => little(value, 4)),
  ]);
}

export const riffChunk = (type: string, body: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(type, "latin1"), little(body.length, 4), body, Buffer.alloc(body.length & 1)]);
export const riff = (...chunks: readonly Uint8Array[]): Buffer =>
  riffChunk("RIFF", Buffer.concat([Buffer.from("WEBP"), ...chunks]));

/** A WebP with two frames, Exif and XMP. */
export async function animatedWebp(width: number, height: number): Promise<Buffer> {
  const pixels = (await webp(width, height)).subarray(12);
  const size = Buffer.concat([little(width - 1, 3), little(height - 1, 3)]);
  const frame = riffChunk("ANMF", Buffer.concat([Buffer.alloc(6), size, little(100, 3), Buffer.alloc(1), pixels]));
  return riff(
    riffChunk("VP8X", Buffer.concat([Buffer.from([0x02 | 0x08 | 0x04, 0, 0, 0]), size])),
    riffChunk("ANIM", Buffer.alloc(6)),
    frame,
    frame,
    riffChunk("EXIF", exif(1).subarray(6)),
    riffChunk("XMP ", Buffer.from("<x:xmpmeta>SecretMaker</x:xmpmeta>")),
  );
}

/** A GIF of one-pixel frames, with a comment and XMP. */
export function gif(frames: number): Buffer {
  const blocks = (text: string) => Buffer.concat([Buffer.from([text.length]), Buffer.from(text), Buffer.alloc(1)]);
  const frame = Buffer.from([0x21, 0xf9, 4, 0, 10, 0, 0, 0, 0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 0x01, 0]);
  return Buffer.concat([
    Buffer.from("GIF89a"),
    Buffer.from([1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255]),
    Buffer.concat([Buffer.from([0x21, 0xff, 11]), Buffer.from("NETSCAPE2.0"), Buffer.from([3, 1, 0, 0, 0])]),
    Buffer.concat([Buffer.from([0x21, 0xfe]), blocks("SecretMaker")]),
    Buffer.concat([Buffer.from([0x21, 0xff, 11]), Buffer.from("XMP DataXMP"), blocks("SecretMaker")]),
    ...Array.from({ length: frames }, () => frame),
    Buffer.from([0x3b]),
  ]);
}

const box = (type: string, ...parts: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts);
  return Buffer.concat([u32(body.length + 8), Buffer.from(type, "latin1"), body]);
};
const u16 = (value: number) => Buffer.from([value >> 8, value & 255]);

/** Exif as AVIF holds it: no name before it, but where it begins. */
const avifExif = Buffer.concat([Buffer.alloc(4), exif(1).subarray(6)]);

/** An AVIF with a size, a quarter turn, one item of pixels that nobody decodes and one of Exif. */
export function avif(width: number, height: number, note: Uint8Array = avifExif): Buffer {
  const full = Buffer.alloc(4);
  const item = (id: number, type: string) => box("infe", Buffer.from([2, 0, 0, 0]), u16(id), u16(0), Buffer.from(`${type}\0`));
  const make = (mediaAt: number) =>
    Buffer.concat([
      box("ftyp", Buffer.from("avif\0\0\0\0mif1miaf")),
      box(
        "meta",
        full,
        box("iinf", full, u16(2), item(1, "av01"), item(2, "Exif")),
        box(
          "iloc",
          full,
          u16(0x4400),
          u16(2),
          ...[1, 2].map((id) =>
            Buffer.concat([u16(id), u16(0), u16(1), u32(mediaAt + (id - 1) * 6), u32(id === 1 ? 6 : note.length)]),
          ),
        ),
        box("iprp", box("ipco", box("ispe", full, u32(height), u32(width)), box("irot", Buffer.from([1])))),
      ),
      box("mdat", Buffer.from("PIXELS"), note),
    ]);
  return make(make(0).length - note.length - 6);
}

/** A film with the place of its recording, as telephones write it. */
export const mp4 = (): Buffer =>
  Buffer.concat([
    box("ftyp", Buffer.from("isom\0\0\0\0mp41")),
    box(
      "moov",
      box("mvhd", Buffer.alloc(100)),
      box("trak", box("tkhd", Buffer.alloc(84)), box("udta", box("name", Buffer.from("SecretMaker")))),
      box("udta", box("\xa9xyz", Buffer.from("\0\x12\x15\xc7+47.0000+008.0000/", "latin1"))),
      box("meta", box("ilst", Buffer.from("SecretMaker"))),
    ),
    box("mdat", Buffer.from("PIXELS")),
  ]);
