import { Refusal } from "../../src/kernel/refusal.ts";
import type { Blobs, BlobStat } from "../../src/storage/blobs.ts";

/** Blobs without a disk, dated by the test's clock. */
export function memoryBlobs(now: () => number): Blobs {
  const held = new Map<string, { bytes: Uint8Array<ArrayBuffer>; storedAt: number }>();
  const statOf = (hash: string): BlobStat | undefined => {
    const blob = held.get(hash);
    return blob && { hash, size: blob.bytes.length, storedAt: blob.storedAt };
  };
  return {
    async put(source, { maxBytes = Infinity } = {}) {
      const chunks: Uint8Array[] = [];
      let size = 0;
      for await (const chunk of source instanceof Uint8Array ? [source] : source) {
        size += chunk.length;
        if (size > maxBytes) throw new Refusal("too-large", "blob.too-large", { limit: maxBytes });
        chunks.push(chunk);
      }
      const bytes = new Uint8Array(Buffer.concat(chunks));
      const hash = new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
      held.set(hash, { bytes, storedAt: now() });
      return statOf(hash)!;
    },
    async get(hash, range) {
      const found = held.get(hash);
      return found && new Blob([range ? found.bytes.slice(range.start, range.end) : found.bytes]);
    },
    stat: async (hash) => statOf(hash),
    remove: async (hash) => held.delete(hash),
    async *list() {
      for (const hash of [...held.keys()]) yield statOf(hash)!;
    },
    usage: async () => ({ count: held.size, bytes: [...held.values()].reduce((sum, { bytes }) => sum + bytes.length, 0) }),
    sweep: async () => 0,
  };
}
