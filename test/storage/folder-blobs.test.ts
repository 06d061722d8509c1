import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";

import { Refusal } from "../../src/kernel/refusal.ts";
import { folderBlobs } from "../../src/storage/blobs.ts";
import { blobsSuite } from "../suites/blobs.ts";
import { temporaryFolder } from "../support/folder.ts";

blobsSuite("in a folder", async () => {
  const folder = temporaryFolder();
  const blobs = await folderBlobs(join(folder.path, "blobs"));
  return { blobs, [Symbol.asyncDispose]: async () => folder[Symbol.dispose]() };
});

const full = new Refusal("unavailable", "blob.full");
const content = new TextEncoder().encode("content");
const files = (path: string) => readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());

describe("blobs in a folder", () => {
  test("the file is named by the hash alone and only its owner may read it", async () => {
    using folder = temporaryFolder();
    const blobs = await folderBlobs(folder.path);
    const { hash } = await blobs.put(content);
    const path = join(folder.path, hash.slice(0, 2), hash.slice(2));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder.path, hash.slice(0, 2))).mode & 0o777).toBe(0o700);
    expect(files(folder.path)).toHaveLength(1);
  });

  test("what a crash left of an unfinished put is no blob, and is swept once it is old", async () => {
    using folder = temporaryFolder();
    const blobs = await folderBlobs(folder.path);
    const { hash } = await blobs.put(content);
    const left = join(folder.path, "new", "left-behind");
    writeFileSync(left, "half a pict");
    utimesSync(left, 1000, 1000);
    const young = join(folder.path, "new", "arriving");
    writeFileSync(young, "just begun");
    utimesSync(young, 3000, 3000);
    expect(await blobs.usage()).toEqual({ count: 1, bytes: content.length });
    expect(await blobs.sweep(2_000_000)).toBe(1);
    expect([existsSync(left), existsSync(young)]).toEqual([false, true]);
    expect(await blobs.stat(hash)).toBeDefined();
  });

  test("putting the same bytes again makes them young again", async () => {
    using folder = temporaryFolder();
    const blobs = await folderBlobs(folder.path);
    const { hash } = await blobs.put(content);
    utimesSync(join(folder.path, hash.slice(0, 2), hash.slice(2)), 1000, 1000);
    expect((await blobs.stat(hash))?.storedAt).toBe(1_000_000);
    await blobs.put(content);
    expect((await blobs.stat(hash))?.storedAt).toBeGreaterThan(1_000_000);
  });

  test.each(["ENOSPC", "EDQUOT"])(
    "a disk that is full (%s) while writing refuses the blob and keeps nothing of it",
    async (code) => {
      using folder = temporaryFolder();
      const blobs = await folderBlobs(folder.path, {
        async open(path) {
          const file = await open(path, "wx", 0o600);
          return {
            write: () => Promise.reject(Object.assign(new Error("no space"), { code })),
            sync: () => file.sync(),
            close: () => file.close(),
          };
        },
      });
      await expect(blobs.put(content)).rejects.toEqual(full);
      expect(files(folder.path)).toEqual([]);
    },
  );

  test("a blob that would eat into the reserve is refused before a byte is written", async () => {
    using folder = temporaryFolder();
    let free = 1000 + content.length;
    const blobs = await folderBlobs(folder.path, { reserveBytes: 1000, freeBytes: async () => free });
    await blobs.put(content);
    free -= 1;
    await expect(blobs.put(content)).rejects.toEqual(full);
    expect(files(folder.path)).toHaveLength(1);
  });

  test("a stream is stopped when the space goes below the reserve on the way", async () => {
    using folder = temporaryFolder();
    let free = 10_000_000;
    const blobs = await folderBlobs(folder.path, { reserveBytes: 1000, freeBytes: async () => free });
    let given = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        given += 1;
        free -= 1_000_000;
        controller.enqueue(new Uint8Array(1_000_000));
      },
    });
    await expect(blobs.put(endless)).rejects.toEqual(full);
    expect(given).toBeLessThan(20);
    expect(files(folder.path)).toEqual([]);
  });
});
