import { z } from "zod";
import type { Call } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { isImage } from "../../media/image.ts";
import { sniff } from "../../media/sniff.ts";
import { admitPicture } from "../attachments/take-in.ts";

export interface StoredPicture {
  readonly hash: string;
  readonly size: number;
  readonly type: string;
  readonly extension: string;
}

/** A picture as a `data:` address; the settings allow at most 16 MiB of it. */
export const DataUri = z.string().max(22_400_000, "picture.size");

/** Base64 in a `data:` address (RFC 2397); its own word about its type is not asked for. */
const DATA = /^data:[\w.+/-]{0,100}(?:;[\w=-]{1,50}){0,4};base64,([A-Za-z0-9+/]*={0,2})$/;

/**
 * Stores a picture given as a `data:` address, within so many pixels each way. Refusals: `picture.data`, `picture.svg`, `picture.type`,
 * `picture.size`, `attachment.broken`.
 * @param endings file name endings that are taken.
 */
export async function storePicture(
  call: Call<unknown, unknown>,
  dataUri: string,
  { maxBytes, pixels, endings }: { maxBytes: number; pixels: number; endings: readonly string[] },
): Promise<StoredPicture> {
  if (dataUri.length > 200 + Math.ceil(maxBytes / 3) * 4) throw new Refusal("too-large", "picture.size", { max: maxBytes });
  const base64 = DATA.exec(dataUri)?.[1];
  if (!base64) throw new Refusal("invalid-input", "picture.data");
  const given = new Uint8Array(Buffer.from(base64, "base64"));
  if (given.length > maxBytes) throw new Refusal("too-large", "picture.size", { max: maxBytes });
  const { type, extension } = sniff(given);
  if (type === "image/svg+xml") throw new Refusal("invalid-input", "picture.svg");
  if (!isImage(type) || !(endings.includes(extension) || (extension === "jpg" && endings.includes("jpeg"))))
    throw new Refusal("invalid-input", "picture.type", { endings: endings.join(", ") });
  const bounds = { ...call.settings.attachments.compression, enabled: true, max_width: pixels, max_height: pixels };
  const { bytes } = await admitPicture(call, given, type, bounds);
  const { hash, size } = await call.blobs.put(bytes);
  return { hash, size, type, extension };
}
