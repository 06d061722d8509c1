import { describe, expect, test } from "bun:test";
import { deflateSync } from "node:zlib";

import { Refusal } from "../../src/kernel/refusal.ts";
import { type AdmittedImage, type Compression, imageIntake, isImage } from "../../src/media/image.ts";
import { lanes } from "../../src/media/lanes.ts";
import { sniff } from "../../src/media/sniff.ts";
import { stripVideo } from "../../src/media/strip/iso-media.ts";
import {
  animatedWebp,
  avif,
  exif,
  gif,
  jpeg,
  jpegSegment,
  mp4,
  png,
  pngChunk,
  riff,
  riffChunk,
  webp,
  withSegments,
} from "../support/pictures.ts";

const standard: Compression = {
  enabled: true,
  max_width: 1920,
  max_height: 1920,
  jpeg_quality: 85,
  webp_quality: 85,
  png_compression: 6,
};
const untouched = { ...standard, enabled: false };
const intake = imageIntake();
const admit = async (bytes: Uint8Array, compression = standard): Promise<AdmittedImage> => {
  const verdict = await intake(bytes, sniff(bytes).type, compression);
  if (!verdict.admitted) throw new Error(verdict.reason);
  return verdict;
};
const verdictOn = async (bytes: Uint8Array, options = {}) => {
  const verdict = await imageIntake(options)(bytes, sniff(bytes).type, standard);
  return verdict.admitted ? "admitted" : verdict.reason;
};
const holds = (bytes: Uint8Array, text: string) => Buffer.from(bytes).includes(text);
const seenAs = async (bytes: Uint8Array) => new Bun.Image(bytes).metadata();

describe("what a picture says about its maker", () => {
  const xmp = jpegSegment(0xe1, Buffer.from("http://ns.adobe.com/xap/1.0/\0SecretMaker"));
  const comment = jpegSegment(0xfe, Buffer.from("SecretMaker"));
  const profile = jpegSegment(0xe2, Buffer.concat([Buffer.from("ICC_PROFILE\0\x01\x01"), Buffer.alloc(64, 7)]));
  const preview = jpegSegment(0xe2, Buffer.from("MPF\0SecretMaker"));

  test.each([standard, untouched])("is gone from a JPEG: place, maker, comments, previews (%#)", async (settings) => {
    const source = withSegments(await jpeg(64, 32), jpegSegment(0xe1, exif(1)), xmp, comment, preview);
    expect([holds(source, "SecretMaker"), holds(source, "Exif")]).toEqual([true, true]);
    const { bytes } = await admit(source, settings);
    expect([holds(bytes, "SecretMaker"), holds(bytes, "Exif"), holds(bytes, "MPF")]).toEqual([false, false, false]);
    expect(await seenAs(bytes)).toMatchObject({ width: 64, height: 32, format: "jpeg" });
  });

  test.each([standard, untouched])("but a JPEG stays the way up it was, with its colours (%#)", async (settings) => {
    const source = withSegments(await jpeg(64, 32), jpegSegment(0xe1, exif(6)), profile);
    const admitted = await admit(source, settings);
    expect(admitted).toMatchObject({ width: 32, height: 64 });
    expect(await seenAs(admitted.bytes)).toMatchObject({ width: 32, height: 64 });
    expect([holds(admitted.bytes, "SecretMaker"), holds(admitted.bytes, "ICC_PROFILE")]).toEqual([false, true]);
  });

  test("the preview in a JPEG's own header is gone", async () => {
    const picture = await jpeg(64, 32);
    const header = Buffer.concat([Buffer.from("JFIF\0\x01\x01\0\0\x01\0\x01\x02\x02"), Buffer.from("SecretMaker!")]);
    const { bytes } = await admit(withSegments(picture, jpegSegment(0xe0, header)), untouched);
    expect(holds(bytes, "SecretMaker")).toBe(false);
  });

  test("what hangs behind the end of a picture is gone: pages, archives, films", async () => {
    const tail = Buffer.from("<html><script>alert('SecretMaker')</script>PK\x03\x04");
    for (const picture of [await jpeg(64, 32), png(64, 32), await webp(64, 32), gif(1), gif(3)]) {
      const { bytes } = await admit(Buffer.concat([picture, tail]), untouched);
      expect([sniff(picture).type, holds(bytes, "SecretMaker")]).toEqual([sniff(picture).type, false]);
      expect(sniff(bytes)).toEqual(sniff(picture));
    }
  });

  test("is gone from a PNG, its pixels are not", async () => {
    const more = [
      pngChunk("tEXt", Buffer.from("Author\0SecretMaker")),
      pngChunk("eXIf", exif(1).subarray(6)),
      pngChunk("sRGB", Buffer.alloc(1)),
      pngChunk("prVt", Buffer.from("SecretMaker")),
    ];
    const { bytes } = await admit(png(64, 32, { more }), untouched);
    expect([holds(bytes, "SecretMaker"), holds(bytes, "sRGB")]).toEqual([false, true]);
    expect(bytes).toEqual(new Uint8Array(png(64, 32, { more: [more[2] as Buffer] })));
  });

  test("is gone from a GIF, its frames and their repetition are not", async () => {
    const admitted = await admit(gif(3));
    expect([holds(admitted.bytes, "SecretMaker"), holds(admitted.bytes, "XMP")]).toEqual([false, false]);
    expect([admitted.animated, holds(admitted.bytes, "NETSCAPE2.0")]).toEqual([true, true]);
    expect(admitted.bytes.filter((byte) => byte === 0x2c)).toHaveLength(3);
    expect(await seenAs(admitted.bytes)).toMatchObject({ width: 1, height: 1, format: "gif" });
  });

  test("is gone from a WebP, its frames are not, and its header no longer promises it", async () => {
    const admitted = await admit(await animatedWebp(400, 300));
    expect([holds(admitted.bytes, "SecretMaker"), holds(admitted.bytes, "EXIF")]).toEqual([false, false]);
    expect(admitted).toMatchObject({ animated: true, width: 400, height: 300, thumbnail: { width: 320, height: 240 } });
    expect(admitted.bytes[20]).toBe(0x02);
    expect(Buffer.from(admitted.bytes).toString("latin1").split("ANMF")).toHaveLength(3);
    expect(Buffer.from(admitted.bytes).readUInt32LE(4)).toBe(admitted.bytes.length - 8);
  });

  test("is gone from an AVIF, which stays the same in every other byte and is measured the way up it is shown", async () => {
    const source = avif(800, 600);
    const admitted = await admit(source);
    expect(admitted).toMatchObject({ width: 800, height: 600, animated: false });
    const end = source.indexOf("PIXELS") + 6;
    expect(admitted.bytes.subarray(0, end)).toEqual(new Uint8Array(source.subarray(0, end)));
    const empty = Buffer.from("\0\0\0\0MM\0*\0\0\0\x08", "latin1");
    expect(admitted.bytes.subarray(end)).toEqual(
      new Uint8Array(Buffer.concat([empty, Buffer.alloc(source.length - end - empty.length)])),
    );
  });

  test("is gone from a film: place, names, tools' notes", () => {
    const source = mp4();
    const bytes = stripVideo(source) as Uint8Array;
    expect(bytes).toHaveLength(source.length);
    expect(["SecretMaker", "+47.0000", "udta"].map((text) => holds(bytes, text))).toEqual([false, false, false]);
    expect(["mvhd", "tkhd", "PIXELS"].map((text) => holds(bytes, text))).toEqual([true, true, true]);
    expect(holds(source, "SecretMaker")).toBe(true);
    expect(stripVideo(Buffer.from("no film at all"))).toBeUndefined();
  });
});

describe("how large a picture is", () => {
  test.each([
    [3000, 1500, 1920, 960],
    [1000, 2500, 768, 1920],
    [1920, 1920, 1920, 1920],
  ])("%d×%d becomes %d×%d", async (width, height, toWidth, toHeight) => {
    const { bytes, ...admitted } = await admit(await jpeg(width, height));
    expect(admitted).toMatchObject({ width: toWidth, height: toHeight });
    expect(await seenAs(bytes)).toMatchObject({ width: toWidth, height: toHeight, format: "jpeg" });
  });

  test("with compression off nothing is scaled", async () => {
    expect(await admit(await jpeg(2000, 10), untouched)).toMatchObject({ width: 2000, height: 10 });
  });

  test("the quality is the setting's, and the type stays the picture's", async () => {
    for (const picture of [await jpeg(500, 500), await webp(500, 500)]) {
      const fine = await admit(picture, { ...standard, jpeg_quality: 80, webp_quality: 80 });
      const coarse = await admit(picture, { ...standard, jpeg_quality: 20, webp_quality: 20 });
      expect(coarse.bytes.length).toBeLessThan(fine.bytes.length);
      expect(sniff(coarse.bytes)).toEqual(sniff(picture));
    }
  });

  test("a picture that would only grow keeps its own bytes", async () => {
    const small = await new Bun.Image(png(200, 200)).jpeg({ quality: 5 }).bytes();
    expect((await admit(small)).bytes.length).toBeLessThanOrEqual(small.length);
  });

  test("there is a thumbnail of 320 pixels at most, and none of what is that small", async () => {
    const { thumbnail, placeholder } = await admit(await jpeg(1000, 500));
    expect(thumbnail).toMatchObject({ width: 320, height: 160 });
    expect(await seenAs(thumbnail?.bytes as Uint8Array)).toMatchObject({ width: 320, height: 160, format: "webp" });
    expect(placeholder).toStartWith("data:image/png;base64,");
    expect(placeholder?.length).toBeLessThan(3000);
    const small = await admit(await jpeg(320, 100));
    expect(small.thumbnail).toBeUndefined();
    expect(small.placeholder).toStartWith("data:image/png;base64,");
  });
});

describe("a picture that is a trap", () => {
  test("a header that claims 60,000×60,000 pixels is declined without unpacking", async () => {
    expect(await verdictOn(png(10, 10, { claim: [60_000, 60_000] }))).toBe("too-many-pixels");
    const claims = Buffer.from(await jpeg(16, 16));
    const frame = claims.indexOf(Buffer.from([0xff, 0xc0]));
    claims.writeUInt16BE(60_000, frame + 5);
    claims.writeUInt16BE(60_000, frame + 7);
    expect(await verdictOn(claims)).toBe("too-many-pixels");
    expect(
      await verdictOn(
        riff(riffChunk("VP8X", Buffer.from("\0\0\0\0\xff\xff\0\xff\xff\0", "latin1")), riffChunk("VP8 ", Buffer.alloc(20))),
      ),
    ).toBe("too-many-pixels");
    const wide = gif(1);
    wide.writeUInt32LE(0xffff_ffff, 6);
    expect(await verdictOn(wide)).toBe("too-many-pixels");
    expect(await verdictOn(avif(60_000, 60_000))).toBe("too-many-pixels");
  });

  test("few bytes that unpack to many pixels are declined by their number", async () => {
    const bomb = png(4000, 4000, { flat: true });
    expect(bomb.length).toBeLessThan(100_000);
    expect(await verdictOn(bomb, { maxPixels: 15_999_999 })).toBe("too-many-pixels");
    expect(await verdictOn(bomb, { maxPixels: 16_000_000 })).toBe("admitted");
  });

  test("a colour profile that could unpack to more than the picture is dropped", async () => {
    const profile = (size: number) =>
      pngChunk("iCCP", Buffer.concat([Buffer.from("name\0\0", "latin1"), deflateSync(Buffer.alloc(size))]));
    const bomb = await admit(png(64, 32, { more: [profile(128 * 1024 * 1024)] }), untouched);
    expect(holds(bomb.bytes, "iCCP")).toBe(false);
    const small = await admit(png(64, 32, { more: [profile(3000)] }), untouched);
    expect(holds(small.bytes, "iCCP")).toBe(true);
  });

  test("a file made of very many empty pieces is declined before they are all looked at", async () => {
    const many = (piece: Uint8Array, of: number) => Buffer.concat(Array.from<Uint8Array>({ length: of }).fill(piece));
    const insert = (picture: Buffer, at: number, piece: Uint8Array) =>
      Buffer.concat([picture.subarray(0, at), many(piece, 60_000), picture.subarray(at)]);
    expect(await verdictOn(insert(await jpeg(16, 16), 2, jpegSegment(0xdd, Buffer.alloc(2))))).toBe("malformed");
    expect(await verdictOn(insert(await jpeg(16, 16), 2, Uint8Array.of(0xff)))).toBe("malformed");
    expect(await verdictOn(insert(png(16, 16), 33, pngChunk("sBIT", Buffer.alloc(0))))).toBe("malformed");
    expect(await verdictOn(insert(gif(1), 19, Buffer.from([0x21, 0xf9, 0])))).toBe("malformed");
    expect(await verdictOn(riff(many(riffChunk("ICCP", Buffer.alloc(0)), 60_000)))).toBe("malformed");
  });

  test("notes that claim the whole file again and again, or take no room, do not keep us busy", async () => {
    const claiming = avif(40, 30);
    const places = claiming.indexOf("iloc");
    // No size for offset and length: every one of 65,535 extents of an item takes no byte of the box.
    const empty = Buffer.from(claiming);
    empty.writeUInt16BE(0, places + 8);
    empty.fill(0xff, places + 12, places + 44);
    expect(await verdictOn(empty)).toBe("malformed");
    const greedy = Buffer.from(claiming);
    greedy.writeUInt32BE(greedy.length + 1, places + 12 + 14 + 10);
    expect(await verdictOn(greedy)).toBe("malformed");
    const nested = Array.from({ length: 20_000 }, (_, depth) => {
      const head = Buffer.from("\0\0\0\0moov");
      head.writeUInt32BE((20_000 - depth) * 8);
      return head;
    });
    expect(stripVideo(Buffer.concat(nested))).toBeDefined();
  });

  test("a header that claims more rows than there are is broken", async () => {
    expect(await verdictOn(png(10, 10, { claim: [1000, 1000] }))).toBe("malformed");
  });

  test("no picture cut off anywhere makes it throw, and what cannot be shown is declined", async () => {
    const pictures = [await jpeg(40, 30), png(40, 30), await webp(40, 30), gif(2), await animatedWebp(20, 10), avif(40, 30)];
    for (const picture of pictures) {
      for (let cut = 4; cut < picture.length; cut += Math.ceil(picture.length / 60)) {
        const verdict = await intake(picture.subarray(0, cut), sniff(picture).type, standard);
        if (verdict.admitted && sniff(picture).type !== "image/avif") expect(await seenAs(verdict.bytes)).toBeDefined();
      }
      expect([sniff(picture).type, await verdictOn(picture.subarray(0, 30))]).toEqual([sniff(picture).type, "malformed"]);
    }
    expect(await verdictOn(png(40, 30).subarray(0, -20))).toBe("malformed");
  });

  test("no broken byte makes it throw", async () => {
    const pictures = [
      await jpeg(40, 30),
      png(40, 30),
      await webp(40, 30),
      gif(2),
      await animatedWebp(20, 10),
      avif(40, 30),
      mp4(),
    ];
    let seed = 7;
    const chance = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed % below;
    };
    for (const picture of pictures) {
      for (let round = 0; round < 60; round += 1) {
        const broken = Buffer.from(picture);
        for (let times = 0; times < 3; times += 1) broken[chance(Math.min(broken.length, 400))] = chance(256);
        await imageIntake({ maxPixels: 1_000_000 })(broken, sniff(picture).type, standard);
        stripVideo(broken);
      }
    }
  });

  test("nothing, noise and other things are declined", async () => {
    for (const type of ["image/jpeg", "image/png", "image/gif", "image/webp", "image/avif"]) {
      for (const bytes of [
        new Uint8Array(0),
        Buffer.from("\xff\xd8\xff", "latin1"),
        Buffer.from("hello, this is no picture at all, none"),
      ]) {
        expect(await intake(bytes, type, standard)).toEqual({ admitted: false, reason: "malformed" });
      }
    }
    expect(["image/svg+xml", "text/html", "constructor"].map(isImage)).toEqual([false, false, false]);
  });
});

describe("turns", () => {
  test("so much at once, so much waiting in order, the rest refused", async () => {
    const turn = lanes({ atOnce: 2, waiting: 2 });
    const started: number[] = [];
    const doors = Array.from({ length: 5 }, () => Promise.withResolvers<void>());
    const runs = doors.map(({ promise }, number) =>
      turn(async () => {
        started.push(number);
        await promise;
        return number;
      }),
    );
    await expect(runs[4]).rejects.toEqual(new Refusal("unavailable", "media.busy"));
    expect(started).toEqual([0, 1]);
    doors[1]?.resolve();
    expect(await runs[1]).toBe(1);
    doors[2]?.reject(new Error("broken"));
    await expect(runs[2]).rejects.toThrow("broken");
    doors[0]?.resolve();
    doors[3]?.resolve();
    expect(await Promise.all([runs[0], runs[3]])).toEqual([0, 3]);
    expect(started).toEqual([0, 1, 2, 3]);
    expect(await turn(async () => "free again")).toBe("free again");
  });

  test("a flood of pictures is refused beyond what may wait", async () => {
    const picture = await jpeg(64, 32);
    const flooded = imageIntake({ atOnce: 1, waiting: 3 });
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => flooded(picture, "image/jpeg", standard)));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(4);
  });
});
