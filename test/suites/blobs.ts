import { describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";

import { Refusal } from "../../src/kernel/refusal.ts";
import type { Blobs } from "../../src/storage/blobs.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const hashOf = (content: Uint8Array) => createHash("sha256").update(content).digest("hex");
const stream = (...chunks: readonly (Uint8Array | Error)[]) => {
  const left = [...chunks];
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      const next = left.shift();
      if (next === undefined) controller.close();
      else if (next instanceof Error) controller.error(next);
      else controller.enqueue(next);
    },
  });
};
const all = async (blobs: Blobs) => (await Array.fromAsync(blobs.list())).map(({ hash }) => hash).toSorted();

/** What every kind of blob store does. `make` gives an empty one. */
export function blobsSuite(name: string, make: () => Promise<AsyncDisposable & { readonly blobs: Blobs }>): void {
  describe(`blobs, ${name}`, () => {
    test("bytes are kept under their SHA-256 and come back as they were", async () => {
      await using made = await make();
      const content = crypto.getRandomValues(new Uint8Array(50_000));
      const put = await made.blobs.put(content);
      expect(put).toMatchObject({ hash: hashOf(content), size: 50_000 });
      expect(put.storedAt).toBeGreaterThan(1_600_000_000_000);
      expect(await (await made.blobs.get(put.hash))?.bytes()).toEqual(content);
      expect(await made.blobs.stat(put.hash)).toMatchObject({ hash: put.hash, size: 50_000 });
    });

    test("a stream is the same as its bytes, and nothing at all can be kept too", async () => {
      await using made = await make();
      const put = await made.blobs.put(stream(bytes("one "), new Uint8Array(0), bytes("two")));
      expect(put.hash).toBe(hashOf(bytes("one two")));
      expect(await (await made.blobs.get(put.hash))?.text()).toBe("one two");
      const nothing = await made.blobs.put(stream());
      expect(nothing).toMatchObject({ hash: hashOf(new Uint8Array(0)), size: 0 });
      expect(await (await made.blobs.get(nothing.hash))?.text()).toBe("");
    });

    test("a part is read without the rest", async () => {
      await using made = await make();
      const { hash } = await made.blobs.put(bytes("0123456789"));
      expect(await (await made.blobs.get(hash, { start: 3, end: 6 }))?.text()).toBe("345");
      expect(await (await made.blobs.get(hash, { start: 9, end: 10 }))?.text()).toBe("9");
    });

    test("the same bytes are kept once, however often and from however many at once they come", async () => {
      await using made = await make();
      const content = crypto.getRandomValues(new Uint8Array(200_000));
      const puts = await Promise.all(Array.from({ length: 8 }, () => made.blobs.put(content)));
      expect(new Set(puts.map(({ hash }) => hash)).size).toBe(1);
      expect(await made.blobs.usage()).toEqual({ count: 1, bytes: 200_000 });
    });

    test("what is listed and counted is what is there", async () => {
      await using made = await make();
      expect(await made.blobs.usage()).toEqual({ count: 0, bytes: 0 });
      const hashes = await Promise.all(["a", "bb", "ccc"].map(async (text) => (await made.blobs.put(bytes(text))).hash));
      expect(await all(made.blobs)).toEqual(hashes.toSorted());
      expect(await made.blobs.usage()).toEqual({ count: 3, bytes: 6 });
    });

    test("what is removed is gone, and removing it again says so", async () => {
      await using made = await make();
      const { hash } = await made.blobs.put(bytes("going"));
      expect(await made.blobs.remove(hash)).toBe(true);
      expect(await made.blobs.remove(hash)).toBe(false);
      expect(await made.blobs.get(hash)).toBeUndefined();
      expect(await made.blobs.stat(hash)).toBeUndefined();
      expect(await all(made.blobs)).toEqual([]);
    });

    test("more than was allowed is refused, from bytes and from a stream, and nothing stays", async () => {
      await using made = await make();
      const tooLarge = new Refusal("too-large", "blob.too-large", { limit: 5 });
      const six = bytes("sixsix");
      await expect(made.blobs.put(six, { maxBytes: 5 })).rejects.toEqual(tooLarge);
      await expect(made.blobs.put(stream(six.subarray(0, 3), six.subarray(3)), { maxBytes: 5 })).rejects.toEqual(tooLarge);
      await made.blobs.put(six, { maxBytes: 6 });
      expect(await made.blobs.usage()).toEqual({ count: 1, bytes: 6 });
    });

    test("a stream that breaks off leaves nothing", async () => {
      await using made = await make();
      await expect(made.blobs.put(stream(bytes("half"), new Error("the line is dead")))).rejects.toThrow("the line is dead");
      expect(await made.blobs.usage()).toEqual({ count: 0, bytes: 0 });
      expect(await made.blobs.sweep(Number.MAX_SAFE_INTEGER)).toBe(0);
    });

    test.each(["", "..", "../../etc/passwd", "AB".repeat(32), "a".repeat(63), `${"a".repeat(64)}\0`, "/etc/passwd", "new"])(
      "%j names nothing",
      async (hash) => {
        await using made = await make();
        expect(await made.blobs.get(hash)).toBeUndefined();
        expect(await made.blobs.stat(hash)).toBeUndefined();
        expect(await made.blobs.remove(hash)).toBe(false);
      },
    );
  });
}
