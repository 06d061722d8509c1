/** A kind of file as its content shows it. */
export interface Kind {
  /** Media type, without parameters. */
  readonly type: string;
  /** File name ending, without the dot. */
  readonly extension: string;
}

const kind = (type: string, extension: string): Kind => ({ type, extension });
const OCTETS = kind("application/octet-stream", "bin");
const TEXT = kind("text/plain", "txt");
const ZIP = kind("application/zip", "zip");

/** How much of a file tells what it is: give `sniff` at least this much, or all of a smaller file. */
export const SNIFFED_BYTES = 4096;

/** What the first bytes say; a dot is any byte. */
const SIGNATURES: readonly (readonly [signature: string, kind: Kind])[] = [
  ["\xff\xd8\xff", kind("image/jpeg", "jpg")],
  ["\x89PNG\r\n\x1a\n", kind("image/png", "png")],
  ["GIF87a", kind("image/gif", "gif")],
  ["GIF89a", kind("image/gif", "gif")],
  ["RIFF....WEBP", kind("image/webp", "webp")],
  ["RIFF....WAVE", kind("audio/wav", "wav")],
  ["ID3", kind("audio/mpeg", "mp3")],
  ["fLaC", kind("audio/flac", "flac")],
  ["%PDF-", kind("application/pdf", "pdf")],
];
const BRANDS: readonly (readonly [RegExp, Kind])[] = [
  [/^avi[fs]$/, kind("image/avif", "avif")],
  [/^(heic|heix|heim|heis|hevc|hevx|mif1|msf1)$/, kind("image/heic", "heic")],
  [/^qt {2}$/, kind("video/quicktime", "mov")],
  [/^M4[AB] $/, kind("audio/mp4", "m4a")],
  [/^(isom|iso[2-9]|mp4[12]|avc1|dash|M4V.|MSNV|3g[eghprs2]\w|f4v )$/, kind("video/mp4", "mp4")],
];
/** Beginnings that a browser would read as a page, in any case (WHATWG MIME Sniffing §7.1). */
const PAGE = /^<(!doctype html|html|head|body|script|iframe|h1|div|font|table|a|style|title|b|br|p|img|meta|link)[\s>/]|^<!--/i;

const latin1 = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");

/**
 * What a file is by its first bytes, whatever it is called: a file that is two things at once is the one it begins as.
 * Never throws; what is not recognised is `text/plain` if it can be read as UTF-8 text, else `application/octet-stream`.
 */
export function sniff(bytes: Uint8Array): Kind {
  const head = bytes.subarray(0, SNIFFED_BYTES);
  const raw = latin1(head);
  for (const [signature, found] of SIGNATURES) {
    if ([...signature].every((letter, at) => letter === "." || raw[at] === letter)) return found;
  }
  if (raw.startsWith("ftyp", 4)) return ofBrand(raw);
  if (raw.startsWith("\x1aE\xdf\xa3")) return /\x42\x82[\x80-\xff]webm/.test(raw) ? kind("video/webm", "webm") : MATROSKA;
  if (raw.startsWith("OggS")) return raw.includes("OpusHead") ? kind("audio/ogg", "opus") : raw.includes("theora") ? OGV : OGG;
  if (ARCHIVES.some((signature) => raw.startsWith(signature))) return ofArchive(raw);
  if (isMp3Frame(head)) return kind("audio/mpeg", "mp3");
  return isText(head, bytes.length > head.length) ? ofText(raw) : OCTETS;
}
const ARCHIVES = ["PK\x03\x04", "PK\x05\x06", "PK\x07\x08"];
const MATROSKA = kind("video/x-matroska", "mkv");
const OGG = kind("audio/ogg", "ogg");
const OGV = kind("video/ogg", "ogv");

/** ISO base media: the major brand, else the first compatible one that is known (ISO/IEC 14496-12 §4.3). */
function ofBrand(raw: string): Kind {
  const size = Math.min(raw.length, 256, Buffer.from(raw.slice(0, 4), "latin1").readUInt32BE());
  const brands = [raw.slice(8, 12)];
  for (let at = 16; at + 4 <= size; at += 4) brands.push(raw.slice(at, at + 4));
  // A picture may name the general `mif1` first and say only after it that it is AVIF.
  if (brands[0] === "mif1" && brands.includes("avif")) brands.unshift("avif");
  for (const brand of brands) {
    const found = BRANDS.find(([known]) => known.test(brand));
    if (found) return found[1];
  }
  return OCTETS;
}

/** Documents that are ZIP files name themselves in their first entry or by the folders they hold. Nothing is unpacked. */
function ofArchive(raw: string): Kind {
  const declared = /^mimetype(application\/[\w.+-]{1,80}?)(?=PK|$)/.exec(raw.slice(30))?.[1];
  if (declared === "application/epub+zip") return kind(declared, "epub");
  const openDocument = /^application\/vnd\.oasis\.opendocument\.(text|spreadsheet|presentation)$/.exec(declared ?? "");
  if (openDocument) return kind(openDocument[0], { text: "odt", spreadsheet: "ods", presentation: "odp" }[openDocument[1]!]!);
  if (raw.startsWith("[Content_Types].xml", 30) || raw.startsWith("_rels/", 30)) {
    const office = "application/vnd.openxmlformats-officedocument";
    if (raw.includes("word/")) return kind(`${office}.wordprocessingml.document`, "docx");
    if (raw.includes("xl/")) return kind(`${office}.spreadsheetml.sheet`, "xlsx");
    if (raw.includes("ppt/")) return kind(`${office}.presentationml.presentation`, "pptx");
  }
  return ZIP;
}

/** An MPEG audio frame header: synchronisation, layer III, a bit rate and a sample rate that exist (ISO/IEC 11172-3 §2.4.1.3). */
function isMp3Frame([first = 0, second = 0, third = 0]: Uint8Array): boolean {
  const rate = third >> 4;
  return (
    first === 0xff && (second & 0xe6) === 0xe2 && (second & 0x18) !== 0x08 && rate > 0 && rate < 15 && (third & 0x0c) !== 0x0c
  );
}

/** UTF-8 without control characters other than white space and escape; the last character may be cut by the end of the head. */
function isText(head: Uint8Array, cut: boolean): boolean {
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  if (/[\0-\x08\x0e-\x1a\x1c-\x1f\x7f]/.test(latin1(head))) return false;
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(head, { stream: cut });
    return true;
  } catch {
    return false;
  }
}

function ofText(raw: string): Kind {
  const start = raw.replace(/^\xef\xbb\xbf/, "").trimStart();
  // What stands before the root element of XML: declaration, comments, document type.
  const root = start.replace(/^(<\?[^>]*\?>|<!--.*?-->|<!doctype[^>[]*(\[[^\]]*\])?\s*>|\s+)*/is, "");
  if (/^<(\w{1,20}:)?svg[\s>/]/i.test(root)) return kind("image/svg+xml", "svg");
  if (PAGE.test(start) || /^<(\w{1,20}:)?html[\s>/]/i.test(root)) return kind("text/html", "html");
  return start.startsWith("<?xml") ? kind("application/xml", "xml") : TEXT;
}

/** Whether a list like `["image/*", "application/pdf"]` names the type; an empty list and `*` name every one. */
export const isListed = (type: string, list: readonly string[]): boolean =>
  list.length === 0 ||
  list.some(
    (entry) =>
      entry === "*" || entry === "*/*" || entry === type || (entry.endsWith("/*") && type.startsWith(entry.slice(0, -1))),
  );
