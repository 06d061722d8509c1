/** Types a browser shows without running anything of theirs. PDF and SVG are not among them: both may hold scripts. */
const INLINE = new Set([
  "image/jpeg",
  "image/png",
  "image/gif",
  "image/webp",
  "image/avif",
  "video/mp4",
  "video/webm",
  "video/ogg",
  "video/quicktime",
  "audio/mpeg",
  "audio/mp4",
  "audio/wav",
  "audio/ogg",
  "audio/flac",
  "text/plain",
]);
/** Types that keep their name although they are only saved. Every other is sent as bytes without meaning: no browser can take those for a page. */
const SAVED = /^(image\/heic|(audio|video)\/[a-z0-9.-]{1,60}|application\/(pdf|zip|epub\+zip|vnd\.[a-z0-9.-]{1,80}))$/;

/** Nothing runs, nothing loads but the file itself, and the page it would be has no origin. */
const POLICY = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox";

/**
 * The headers a stored file is sent with, so that nothing in it can act for whoever opens it: the type found by `sniff` and no other, shown
 * only if it cannot hold a script, else to be saved (`reference/originchats.md §11.1`, stored scripts). Other origins may embed it, as web clients do.
 * `name` is the uploader's and may be anything.
 */
export function serveAs(type: string, name: string): Record<string, string> {
  const inline = INLINE.has(type);
  const safe = inline || SAVED.test(type) ? type : "application/octet-stream";
  return {
    "content-type": safe === "text/plain" ? "text/plain; charset=utf-8" : safe,
    "content-disposition": contentDisposition(inline ? "inline" : "attachment", name),
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "cross-origin",
    "referrer-policy": "no-referrer",
  };
}

/** Longest file name, in bytes of UTF-8: what the common file systems take. */
const MAX_NAME_BYTES = 255;
const bytesOf = (text: string) => Buffer.byteLength(text);

/**
 * A file name that is only that: one line, no folders, nothing that changes the direction of reading, not reserved on Windows, at most
 * 255 bytes with its ending kept. Never empty.
 */
export function safeFileName(name: string): string {
  const cleaned = name
    .slice(0, 10_000)
    .toWellFormed()
    .normalize("NFC")
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}]/gu, (letter) => (letter === "\u200d" ? letter : ""))
    .replace(/[/\\:*?"<>|]/g, "_")
    .trim()
    .replace(/^\.+|[. ]+$/g, "");
  const named = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(cleaned) ? `_${cleaned}` : cleaned;
  const ending = /\.[^.]{1,16}$/.exec(named)?.[0] ?? "";
  let stem = named.slice(0, named.length - ending.length).slice(0, MAX_NAME_BYTES);
  const letters = [...new Intl.Segmenter().segment(stem)].map(({ segment }) => segment);
  while (letters.length > 0 && bytesOf(stem) + bytesOf(ending) > MAX_NAME_BYTES) {
    letters.pop();
    stem = letters.join("");
  }
  return (stem.toWellFormed() || "file") + ending;
}

/** RFC 6266, with the name in ASCII for old clients and in UTF-8 as RFC 8187 writes it. */
export function contentDisposition(how: "inline" | "attachment", name: string): string {
  const safe = safeFileName(name);
  const plain = safe.replace(/[^\x20-\x7e]|[%;]/g, "_");
  const encoded = encodeURIComponent(safe).replace(/['()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
  return `${how}; filename="${plain}"${plain === safe ? "" : `; filename*=UTF-8''${encoded}`}`;
}
