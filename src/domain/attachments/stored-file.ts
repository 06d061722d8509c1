import { z } from "zod";
import type { Ask } from "../../kernel/operation.ts";
import type { ByteRange } from "../../storage/blobs.ts";

/** Stored bytes as they are sent out. */
export const StoredFile = z.lazy(() =>
  z.object({
    /** As it is to be called when it is saved. */
    name: z.string(),
    type: z.string(),
    size: z.number(),
    /** What the bytes are. */
    hash: z.string(),
    /** Milliseconds since the epoch. */
    at: z.number(),
    /** The bytes, or that part of them. */
    body: z.custom<(range?: ByteRange) => Promise<Blob>>((value) => typeof value === "function"),
  }),
);
export type StoredFile = z.output<typeof StoredFile>;

/** A file as its row names it; undefined when its bytes are not there. */
export async function storedFile(
  { blobs }: Pick<Ask<unknown>, "blobs">,
  { hash, name, type, at }: { hash: string; name: string; type: string; at: number },
): Promise<StoredFile | undefined> {
  const found = await blobs.stat(hash);
  if (!found) return undefined;
  return { name, type, size: found.size, hash, at, body: async (range) => (await blobs.get(hash, range)) ?? new Blob() };
}
