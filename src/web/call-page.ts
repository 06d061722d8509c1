import { deliver } from "../media/deliver.ts";

/**
 * Nothing but what comes from this server, nothing written into the page, and no frame of another page around it, in which somebody could be
 * made to click on a microphone.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

const HEADERS = {
  "content-security-policy": POLICY,
  "permissions-policy": "microphone=(self), screen-wake-lock=(self), camera=(), geolocation=(), display-capture=()",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
};

const PAGE = "/call";
const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
  // Browsers take a module by its type, whatever its name ends with.
  ts: "text/javascript; charset=utf-8",
};

interface Asset {
  readonly body: Blob;
  readonly type: string;
  /** Of its content, in hexadecimal. */
  readonly tag: string;
}

/**
 * The web page with which people talk: `/call`, and what it consists of beside it. Answers GET and HEAD; undefined for everything else.
 * Its files are made ready when the first of them is asked for.
 * @param since when this program began to give them, in ms since 1970.
 */
export function callPage(since: number): (req: Request) => Promise<Response> | undefined {
  let made: Promise<ReadonlyMap<string, Asset>> | undefined;
  return (req) => {
    if (req.method !== "GET" && req.method !== "HEAD") return undefined;
    const { pathname } = new URL(req.url);
    if (pathname !== PAGE && !pathname.startsWith(`${PAGE}/`)) return undefined;
    return answer(req, pathname, (made ??= assets()), since);
  };
}

async function answer(
  req: Request,
  pathname: string,
  made: Promise<ReadonlyMap<string, Asset>>,
  since: number,
): Promise<Response> {
  const asset = (await made).get(pathname);
  if (!asset)
    return new Response(req.method === "HEAD" ? null : "There is no such file.\n", {
      status: 404,
      headers: { ...HEADERS, "content-type": "text/plain; charset=utf-8" },
    });
  const { body, type, tag } = asset;
  const headers = { ...HEADERS, "content-type": type };
  return deliver(req, { size: body.size, tag, modifiedAt: since, maxAge: 0, headers, body: async (range) => part(body, range) });
}

const part = (body: Blob, range: { readonly start: number; readonly end: number } | undefined): Blob =>
  range ? body.slice(range.start, range.end) : body;

async function assets(): Promise<ReadonlyMap<string, Asset>> {
  const { SOURCES } = await import("./sources.ts");
  const scripts = new Bun.Transpiler({ loader: "ts", target: "browser" });
  return new Map(
    Object.entries(SOURCES).map(([name, source]) => {
      const ending = name.slice(name.lastIndexOf(".") + 1);
      const text = ending === "ts" ? scripts.transformSync(source) : source;
      const tag = new Bun.CryptoHasher("sha256").update(text).digest("hex").slice(0, 32);
      return [name === "page.html" ? PAGE : `${PAGE}/${name}`, { body: new Blob([text]), type: TYPES[ending]!, tag }];
    }),
  );
}
