import { lanes } from "./lanes.ts";
import { stripGif } from "./strip/gif.ts";
import { stripIsoImage } from "./strip/iso-media.ts";
import { stripJpeg } from "./strip/jpeg.ts";
import { stripPng } from "./strip/png.ts";
import type { Strip, Stripped } from "./strip/stripped.ts";
import { stripWebp } from "./strip/webp.ts";

/** `settings.attachments.compression`. */
export interface Compression {
  readonly enabled: boolean;
  readonly max_width: number;
  readonly max_height: number;
  readonly jpeg_quality: number;
  readonly webp_quality: number;
  readonly png_compression: number;
}

export interface AdmittedImage {
  readonly admitted: true;
  /** What to store. Of the same type as what came. */
  readonly bytes: Uint8Array;
  /** Pixels, the way up it is shown; 0 when unknown (a few AVIF and HEIC files). */
  readonly width: number;
  readonly height: number;
  readonly animated: boolean;
  /** WebP; missing when the picture is that small itself, or cannot be decoded here (AVIF and HEIC). */
  readonly thumbnail?: { readonly bytes: Uint8Array; readonly width: number; readonly height: number };
  /** A blur of at most 32 pixels made from its ThumbHash, as a `data:` address of some hundred bytes; missing when it cannot be decoded here. */
  readonly placeholder?: string;
}
/** Why a picture is not taken: it is broken or cut off, or it has more pixels than we unpack. */
export interface DeclinedImage {
  readonly admitted: false;
  readonly reason: "malformed" | "too-many-pixels";
}
export type AdmitImage = (bytes: Uint8Array, type: string, compression: Compression) => Promise<AdmittedImage | DeclinedImage>;

const STRIPS: Readonly<Record<string, Strip>> = {
  "image/jpeg": stripJpeg,
  "image/png": stripPng,
  "image/gif": stripGif,
  "image/webp": stripWebp,
  "image/avif": stripIsoImage,
  "image/heic": stripIsoImage,
};
/** Types `AdmitImage` knows, by `sniff`. Others (SVG) are no pictures to us. */
export const isImage = (type: string): boolean => Object.hasOwn(STRIPS, type);
/** Decoded on Linux, macOS and Windows alike; the others depend on the operating system and are left as they are. */
const DECODED = new Set(["image/jpeg", "image/png", "image/gif", "image/webp"]);

export interface ImageOptions {
  /** Default 50 million: a telephone's 48; one such picture takes 200 MB while it is worked on. */
  readonly maxPixels?: number;
  /** Default 2. */
  readonly atOnce?: number;
  /** Default 16. */
  readonly waiting?: number;
}
const THUMBNAIL = 320;
const THUMBNAIL_QUALITY = 75;

/**
 * Takes in pictures: without metadata, the right way up, scaled down to the settings' bounds, with thumbnail and placeholder. What is broken
 * is declined, not thrown. Frames of an animation are kept: then, and when re-encoding would only make it larger, the file keeps its own pixels.
 * Refusal: `unavailable` (`media.busy`) when too many wait already.
 */
export function imageIntake({ maxPixels = 50_000_000, atOnce = 2, waiting = 16 }: ImageOptions = {}): AdmitImage {
  const turn = lanes({ atOnce, waiting });
  const declined = (reason: DeclinedImage["reason"]): DeclinedImage => ({ admitted: false, reason });
  return (bytes, type, compression) =>
    turn(async () => {
      const stripped = strip(bytes, type);
      if (!stripped) return declined("malformed");
      if (stripped.width * stripped.height > maxPixels) return declined("too-many-pixels");
      const { width, height, animated } = stripped;
      if (!DECODED.has(type)) return { admitted: true, bytes: stripped.bytes, width, height, animated };
      if (width === 0 || height === 0) return declined("malformed");
      try {
        const fitted = await fit(stripped, type, compression, maxPixels);
        return { admitted: true, animated, ...fitted, ...(await preview(fitted, stripped.still ?? fitted.bytes, maxPixels)) };
      } catch (error) {
        const { code = "" } = error as { code?: string };
        if (code === "ERR_IMAGE_TOO_MANY_PIXELS") return declined("too-many-pixels");
        if (code.startsWith("ERR_IMAGE_")) return declined("malformed");
        throw error;
      }
    });
}

function strip(bytes: Uint8Array, type: string): Stripped | undefined {
  try {
    return STRIPS[type]?.(bytes);
  } catch (error) {
    // A number in the file leads beyond its end.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

interface Fitted {
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** The picture within the bounds of the settings: re-encoded where that scales it or makes it smaller, else its own bytes. */
async function fit(picture: Stripped, type: string, settings: Compression, maxPixels: number): Promise<Fitted> {
  const own = { bytes: picture.bytes, width: picture.width, height: picture.height };
  // There is no GIF encoder, and no encoder of animations.
  if (!settings.enabled || picture.animated || type === "image/gif") return own;
  const scaled = picture.width > settings.max_width || picture.height > settings.max_height;
  const image = new Bun.Image(picture.bytes, { maxPixels });
  if (scaled) image.resize(settings.max_width, settings.max_height, { fit: "inside", withoutEnlargement: true });
  if (type === "image/jpeg") image.jpeg({ quality: settings.jpeg_quality });
  else if (type === "image/webp") image.webp({ quality: settings.webp_quality });
  else image.png({ compressionLevel: settings.png_compression });
  const bytes = await image.bytes();
  return scaled || bytes.length < own.bytes.length ? { bytes, width: image.width, height: image.height } : own;
}

/** `still` is what the decoder can read of it. This always decodes, so that what is broken is found out. */
async function preview(
  { width, height }: Fitted,
  still: Uint8Array,
  maxPixels: number,
): Promise<Pick<AdmittedImage, "thumbnail" | "placeholder">> {
  const small = new Bun.Image(still, { maxPixels })
    .resize(THUMBNAIL, THUMBNAIL, { fit: "inside", withoutEnlargement: true })
    .webp({ quality: THUMBNAIL_QUALITY });
  const bytes = await small.bytes();
  const placeholder = await new Bun.Image(bytes).placeholder();
  if (width <= THUMBNAIL && height <= THUMBNAIL) return { placeholder };
  return { placeholder, thumbnail: { bytes, width: small.width, height: small.height } };
}
