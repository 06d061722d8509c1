import { describe, expect, test } from "bun:test";

import { serveAs } from "../../src/media/serve-as.ts";
import { isListed, sniff } from "../../src/media/sniff.ts";

const bytes = (latin1: string) => new Uint8Array(Buffer.from(latin1, "latin1"));
const utf8 = (text: string) => new TextEncoder().encode(text);
const entry = (name: string, content = "") => `PK\x03\x04${"\0".repeat(26)}${name}${content}`;
const ftyp = (...brands: string[]) => {
  const box = `ftyp${brands[0]}\0\0\0\0${brands.slice(1).join("")}`;
  return `\0\0\0${String.fromCharCode(box.length + 4)}${box}`;
};

describe("what a file is by its content", () => {
  test.each([
    ["\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg"],
    ["\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "image/png"],
    ["GIF87a", "image/gif"],
    ["GIF89a", "image/gif"],
    ["RIFF\x10\0\0\0WEBPVP8 ", "image/webp"],
    ["RIFF\x10\0\0\0WAVEfmt ", "audio/wav"],
    ["RIFF\x10\0\0\0AVI LIST", "application/octet-stream"],
    [ftyp("avif", "mif1", "miaf"), "image/avif"],
    [ftyp("mif1", "miaf", "avif"), "image/avif"],
    [ftyp("heic", "mif1"), "image/heic"],
    [ftyp("isom", "iso2", "mp41"), "video/mp4"],
    [ftyp("mp42"), "video/mp4"],
    [ftyp("XXXX", "isom"), "video/mp4"],
    [ftyp("M4A ", "isom"), "audio/mp4"],
    [ftyp("qt  "), "video/quicktime"],
    [ftyp("XXXX"), "application/octet-stream"],
    ["\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\x82\x84webm", "video/webm"],
    ["\x1aE\xdf\xa3\xa3B\x82\x88matroska", "video/x-matroska"],
    ["OggS\0\x02........OpusHead", "audio/ogg"],
    ["OggS\0\x02........\x01vorbis", "audio/ogg"],
    ["OggS\0\x02........\x80theora", "video/ogg"],
    ["ID3\x04\0\0", "audio/mpeg"],
    ["\xff\xfb\x90\x64\0", "audio/mpeg"],
    ["fLaC\0\0\0\x22", "audio/flac"],
    ["%PDF-1.7\n", "application/pdf"],
    [entry("a.txt"), "application/zip"],
    ["PK\x05\x06" + "\0".repeat(18), "application/zip"],
    [entry("mimetype", "application/epub+zip") + entry("x"), "application/epub+zip"],
    [entry("mimetype", "application/vnd.oasis.opendocument.text") + entry("x"), "application/vnd.oasis.opendocument.text"],
    [entry("mimetype", "text/html") + entry("x"), "application/zip"],
    [
      entry("[Content_Types].xml") + entry("word/document.xml"),
      "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ],
    ["\xff\xff\xff\xff", "application/octet-stream"],
    ["MZ\x90\0\x03", "application/octet-stream"],
    ["\x7fELF\x02\x01", "application/octet-stream"],
    ["", "text/plain"],
  ])("%j is %s", (content, type) => expect(sniff(bytes(content)).type).toBe(type));

  test.each([
    ["Hello, wörld\n", "text/plain"],
    ["if (a < b) alert(1)", "text/plain"],
    ["\ufeff{}", "text/plain"],
    ["\x1b[31mred", "text/plain"],
    ["<?xml version='1.0'?><a/>", "application/xml"],
    ["<!DOCTYPE html><p>", "text/html"],
    [" \n\t<HTML>", "text/html"],
    ["<script>alert(1)</script>", "text/html"],
    ["<img src=x onerror=alert(1)>", "text/html"],
    ["<!--x--><b>", "text/html"],
    ["<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'>", "text/html"],
    ["<svg onload=alert(1)>", "image/svg+xml"],
    ["<?xml version='1.0'?>\n<!-- drawn --><!DOCTYPE svg [<!ENTITY a 'b'>]>\n<svg:svg>", "image/svg+xml"],
    ["\ufeff  <SVG/onload=alert(1)>", "image/svg+xml"],
  ])("%j is %s", (text, type) => expect(sniff(utf8(text)).type).toBe(type));

  test("text is not mistaken for bytes because its head ends inside a letter", () => {
    expect(sniff(utf8(`a${"日".repeat(5000)}`)).type).toBe("text/plain");
    expect(sniff(bytes("broken \xe6\x97")).type).toBe("application/octet-stream");
  });

  test.each([
    ["a GIF that is also a script", "GIF89a/*\x01\0*/=1;alert(1)//", "image/gif"],
    ["a JPEG with a page behind it", "\xff\xd8\xff\xd9<html><script>alert(1)</script>", "image/jpeg"],
    ["a PDF inside a PNG", "\x89PNG\r\n\x1a\n\0\0\0\rIHDR%PDF-1.4", "image/png"],
    ["a ZIP behind a GIF", `GIF89a${entry("x.class")}`, "image/gif"],
    ["a page behind a ZIP", `${entry("x")}<html>`, "application/zip"],
    ["a page in a WAV", "RIFF\x10\0\0\0WAVE<script>", "audio/wav"],
  ])("%s is what it begins as, and is not sent as a page", (_, content, type) => {
    expect(sniff(bytes(content)).type).toBe(type);
    expect(serveAs(type, "x.html")["content-type"]).toBe(type);
  });

  test.each(["<svg><script>alert(1)</script></svg>", "<html>", "<?xml version='1.0'?><?xml-stylesheet href='x'?><a/>"])(
    "%j is only ever saved, as bytes without meaning",
    (text) => {
      const headers = serveAs(sniff(utf8(text)).type, "innocent.png");
      expect(headers["content-type"]).toBe("application/octet-stream");
      expect(headers["content-disposition"]).toStartWith("attachment;");
    },
  );

  test("a ZIP that would unpack to petabytes is named without being opened", () => {
    const bomb = bytes(entry("bomb", "\xff".repeat(100)));
    new DataView(bomb.buffer).setUint32(22, 0xffffffff, true);
    expect(sniff(bomb)).toEqual({ type: "application/zip", extension: "zip" });
  });

  test("no beginning of any file makes it throw", () => {
    const heads = [
      "\0\0\0\xffftypisom",
      "\xff\xff\xff\xffftyp",
      "PK\x03\x04",
      "RIFF",
      "\x1aE\xdf\xa3",
      "OggS",
      "<!doctype [",
      "<!--",
      "\0\0\0\0ftyp",
    ];
    for (const head of heads) for (let end = 0; end <= head.length; end += 1) sniff(bytes(head.slice(0, end)));
    for (let round = 0; round < 500; round += 1) sniff(crypto.getRandomValues(new Uint8Array(round)));
    expect(sniff(utf8(`<!--${"<!-- ".repeat(5000)}`)).type).toBe("text/html");
  });
});

test("a list of types names exact ones, whole families, or everything", () => {
  const list = ["image/*", "application/pdf"];
  expect(
    ["image/png", "application/pdf", "video/mp4", "imagex/png", "application/pdfx"].map((type) => isListed(type, list)),
  ).toEqual([true, true, false, false, false]);
  expect(isListed("x/y", [])).toBe(true);
  expect(isListed("x/y", ["*"])).toBe(true);
});
