import type { StoredFile } from "../../domain/attachments/stored-file.ts";
import { Refusal, REFUSALS } from "../../kernel/refusal.ts";
import { deliver } from "../../media/deliver.ts";
import { serveAs } from "../../media/serve-as.ts";
import { sentence } from "./sentences.ts";

export const text = (status: number, words: string, headers: Record<string, string> = {}) =>
  new Response(`${words}\n`, { status, headers: { "content-type": "text/plain; charset=utf-8", ...headers } });
export const json = (status: number, value: unknown, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(value, null, 2), {
    status,
    headers: { "content-type": "application/json; charset=utf-8", ...headers },
  });

/** A refusal as this wire's HTTP says it: status by code unless the path has one of its own, words as on the socket. */
export function refused(why: Refusal, own: Readonly<Record<string, readonly [status: number, words?: string]>> = {}): Response {
  const [status, words] = own[why.reason] ?? [REFUSALS[why.code].http];
  const waitMs = Number(why.facts["waitMs"] ?? (status === 503 ? 10_000 : 0));
  return json(status, { error: words ?? sentence(why) }, waitMs > 0 ? { "retry-after": String(Math.ceil(waitMs / 1000)) } : {});
}

/** Stored bytes, with ranges, caching and headers that let nothing in them act. */
export const file = (req: Request, { hash, name, type, size, at, body }: StoredFile, maxAge: number): Promise<Response> =>
  deliver(req, { size, tag: hash, modifiedAt: at, maxAge, headers: serveAs(type, name), body });

/** The body, at most `max` bytes of it. Refusal `too-large` (`http.body`) without reading on. */
export async function bodyOf(req: Request, max: number): Promise<Uint8Array<ArrayBuffer>> {
  const tooLarge = () => new Refusal("too-large", "http.body", { max });
  if (Number(req.headers.get("content-length") ?? 0) > max) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of req.body ?? []) {
    size += chunk.length;
    if (size > max) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** An object of JSON; undefined for anything else. */
export function objectIn(body: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(body));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** The base address by which the client reached us; a proxy in front says whether that was encrypted. */
export function originOf(req: Request): string {
  const url = new URL(req.url);
  const secure = url.protocol === "https:" || req.headers.get("x-forwarded-proto")?.split(",")[0]?.trim() === "https";
  return `${secure ? "https" : "http"}://${url.host}`;
}

export const bearer = (req: Request): string | undefined =>
  /^Bearer (\S{1,4096})$/i.exec(req.headers.get("authorization") ?? "")?.[1];
