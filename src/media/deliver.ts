import type { ByteRange } from "../storage/blobs.ts";

/** Stored bytes about to be sent. They never change under their name: another content is another file. */
export interface Deliverable {
  /** Bytes. */
  readonly size: number;
  /** What the bytes are, e.g. their hash; visible ASCII without quotes. It becomes the strong ETag. */
  readonly tag: string;
  /** ms since 1970. */
  readonly modifiedAt: number;
  /** Seconds a cache may keep it; 0 makes it ask each time. */
  readonly maxAge: number;
  /** Those of `serveAs`, and any other. */
  readonly headers: Readonly<Record<string, string>>;
  /** The bytes, or that part of them. */
  body(range?: ByteRange): Promise<Blob>;
}

/** `undefined`: send everything. */
export type Asked = ByteRange | "unsatisfiable" | undefined;

/**
 * The part a Range header asks for (RFC 9110 §14.2). A header that is not understood is ignored, and so is one with more than one range:
 * a server may, and nobody gets to make us send a file in a thousand pieces.
 */
export function readRange(header: string | null, size: number): Asked {
  const [, first, last] = /^bytes[ \t]*=[ \t,]*(\d{0,15})-(\d{0,15})[ \t,]*$/i.exec(header ?? "") ?? [];
  if (first === undefined || last === undefined || (first === "" && last === "") || size === 0) return undefined;
  if (first === "") return Number(last) === 0 ? "unsatisfiable" : { start: Math.max(0, size - Number(last)), end: size };
  if (last !== "" && Number(last) < Number(first)) return undefined;
  if (Number(first) >= size) return "unsatisfiable";
  return { start: Number(first), end: last === "" ? size : Math.min(size, Number(last) + 1) };
}

/** Whether a list of entity tags (`If-None-Match`, `If-Match`) names this one; `*` names each (RFC 9110 §13.1). */
const names = (list: string, tag: string, weak: boolean): boolean =>
  list.trim() === "*" ||
  (list.slice(0, 8192).match(/(W\/)?"[^"]*"/g) ?? []).some((entry) => (weak ? entry.replace(/^W\//, "") : entry) === tag);

/** HTTP dates know seconds only. NaN when it is no date, and then every comparison is false. */
const second = (time: number) => Math.floor(time / 1000);
const dateOf = (header: string | null) => (header === null ? Number.NaN : second(Date.parse(header)));

/**
 * The answer to a GET or HEAD for stored bytes: 200, 206 with the part that was asked for, 304 when the client has it, 412 when it wants
 * another one, 416 for a part that is not there (RFC 9110 §13.2.2 gives the order).
 */
export async function deliver(request: Request, what: Deliverable): Promise<Response> {
  const tag = `"${what.tag}"`;
  const modified = second(what.modifiedAt);
  const asked = (name: string) => request.headers.get(name);
  const caching = {
    etag: tag,
    "last-modified": new Date(modified * 1000).toUTCString(),
    "cache-control": what.maxAge > 0 ? `public, max-age=${what.maxAge}, immutable` : "no-cache",
  };
  const ifMatch = asked("if-match");
  if (ifMatch === null ? modified > dateOf(asked("if-unmodified-since")) : !names(ifMatch, tag, false)) {
    return new Response(null, { status: 412, headers: caching });
  }
  const ifNoneMatch = asked("if-none-match");
  if (ifNoneMatch === null ? modified <= dateOf(asked("if-modified-since")) : names(ifNoneMatch, tag, true)) {
    return new Response(null, { status: 304, headers: caching });
  }
  const headers = { ...what.headers, ...caching, "accept-ranges": "bytes" };
  const ifRange = asked("if-range");
  const mayBePart =
    request.method === "GET" && (ifRange === null || (ifRange.includes('"') ? ifRange === tag : dateOf(ifRange) === modified));
  const range = mayBePart ? readRange(asked("range"), what.size) : undefined;
  if (range === "unsatisfiable") {
    return new Response(null, { status: 416, headers: { ...caching, "content-range": `bytes */${what.size}` } });
  }
  const length = String(range ? range.end - range.start : what.size);
  if (request.method === "HEAD") return new Response(null, { headers: { ...headers, "content-length": length } });
  const body = await what.body(range);
  if (!range) {
    // Bun itself cuts a whole file by the Range header, also where we decided that it does not count; a stream it leaves alone.
    const whole = asked("range") === null ? body : body.stream();
    return new Response(whole, { headers: { ...headers, "content-length": length } });
  }
  const part = { "content-length": length, "content-range": `bytes ${range.start}-${range.end - 1}/${what.size}` };
  return new Response(body, { status: 206, headers: { ...headers, ...part } });
}
