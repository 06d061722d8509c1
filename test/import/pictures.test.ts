// Imported pictures kept what a telephone writes into them, the place where they were taken among it.
import { expect, test } from "bun:test";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Importing, importing } from "../support/importing.ts";
import { currentFolder, put, uuid } from "../support/originchats-folder.ts";
import { exif, jpeg, jpegSegment, mp4, png, withSegments } from "../support/pictures.ts";

const photo = async (width: number, height: number) => withSegments(await jpeg(width, height), jpegSegment(0xe1, exif(1)));

/** The usual folder with other bytes for the picture in it. */
const showing = (bytes: Uint8Array, more?: (folder: string) => Promise<void>) => async (folder: string) => {
  currentFolder(folder);
  writeFileSync(join(folder, `db/attachments/${uuid("picture")}.png`), bytes);
  await more?.(folder);
};
const pictureIn = async ({ store }: Importing) =>
  (await store.one(
    { text: "select * from attachment where id = :id", numbers: [] },
    { id: uuid("picture") },
  )) as unknown as Record<string, unknown>;
async function stored({ blobs }: Importing): Promise<Buffer[]> {
  const all: Buffer[] = [];
  for await (const { hash } of blobs.list()) all.push(Buffer.from(await (await blobs.get(hash))!.arrayBuffer()));
  return all;
}

test("pictures come without what they tell about their maker, with thumbnail and placeholder, and with their own pixels", async () => {
  const source = await photo(640, 480);
  await using old = await importing(
    showing(source, async (folder) => {
      rmSync(join(folder, "db/serverEmojis/0.png"));
      put(folder, "db/serverEmojis/0.jpg", await photo(20, 20));
      put(folder, "db/serverAssets/icon.png", await photo(30, 30));
    }),
  );
  const report = await old.run();
  expect(source.includes("SecretMaker")).toBe(true);
  const files = await stored(old);
  expect(files.length).toBeGreaterThan(3);
  expect(files.filter((bytes) => bytes.includes("SecretMaker") || bytes.includes("Exif"))).toEqual([]);
  const row = await pictureIn(old);
  expect(row).toMatchObject({ type: "image/jpeg", width: 640, height: 480 });
  expect(row["placeholder"]).toStartWith("data:image/");
  expect(await (await old.blobs.get(row["thumbnail"] as string))!.bytes()).toBeDefined();
  const kept = (await old.blobs.get(row["hash"] as string))!;
  expect(await new Bun.Image(await kept.bytes()).metadata()).toMatchObject({ width: 640, height: 480 });
  expect(report.findings.filter(({ done }) => done.includes("tells about"))).toEqual([]);
});

test("films lose their notes too", async () => {
  await using old = await importing(showing(mp4()));
  await old.run();
  const row = await pictureIn(old);
  expect(row).toMatchObject({ type: "video/mp4" });
  const film = Buffer.from(await (await old.blobs.get(row["hash"] as string))!.arrayBuffer());
  expect(film.length).toBe(mp4().length);
  expect(film.includes("SecretMaker")).toBe(false);
});

test("a picture that cannot be read is kept as it is, and the report says so", async () => {
  const broken = png(40, 40).subarray(0, 300);
  await using old = await importing(showing(broken));
  const report = await old.run();
  const row = await pictureIn(old);
  expect(Buffer.from(await (await old.blobs.get(row["hash"] as string))!.arrayBuffer()).equals(broken)).toBe(true);
  // Once, although two messages show it.
  expect(report.findings.filter(({ done }) => done.includes("tells about"))).toEqual([
    {
      file: `db/attachments/${uuid("picture")}.png`,
      what: "the picture is broken",
      done: "kept as it is, with whatever it tells about its maker",
    },
  ]);
});
