import type { Community } from "../../domain/community/community.ts";
import { showCommunity } from "../../domain/community/show-community.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { Refusal, REFUSALS } from "../../kernel/refusal.ts";
import { sentence } from "./sentences.ts";

/** reference/originchats.md §4 */
const CORS = {
  "access-control-allow-methods": "GET, HEAD, OPTIONS, POST",
  "access-control-allow-headers": "Content-Type, Authorization, Range",
  "access-control-expose-headers": "Content-Length, Content-Type, Cache-Control",
  "x-content-type-options": "nosniff",
};

const text = (status: number, words: string, headers: Record<string, string> = {}) =>
  new Response(`${words}\n`, { status, headers: { "content-type": "text/plain; charset=utf-8", ...headers } });
const json = (status: number, value: unknown, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(value, null, 2), {
    status,
    headers: { "content-type": "application/json; charset=utf-8", ...headers },
  });

/**
 * What this wire answers to HTTP requests that are not WebSocket handshakes (reference/originchats.md §4): `/info`, the way to the socket for
 * whoever asks for `/`, and errors. Every answer carries the CORS headers, errors too, since the web client lives on another origin.
 */
export function http(kernel: Kernel, community: Community) {
  // Asked for each time: a reload changes them.
  const settings = () => kernel.world.settings;

  const info = async (address: string): Promise<Response> => {
    const actor = { kind: "anonymous", id: address, name: "", community: community.id, address } as const;
    const shown = await kernel.invoke(showCommunity, actor, {});
    return json(200, {
      server: {
        name: shown.community.name,
        icon: shown.community.icon ?? "",
        banner: shown.community.banner ?? "",
        owner: { name: settings().server.owner.name },
      },
      stats: {
        total_users: shown.members,
        connected_users: shown.sessions,
        online_users: shown.online,
        total_channels: shown.channels,
        total_roles: shown.roles,
      },
    });
  };

  const answer = async ({ method, url }: Request, address: string): Promise<Response> => {
    if (method === "OPTIONS") return new Response(null, { status: 204 });
    if (method !== "GET" && method !== "HEAD") return text(405, "Method not allowed", { allow: "GET, HEAD, OPTIONS" });
    const { pathname } = new URL(url);
    if (pathname === "/") return text(400, "This is a chat server: connect to it with WebSocket.");
    if (pathname === "/info") return info(address);
    return json(404, { error: "Not found" });
  };

  return async (req: Request, { address }: { readonly address: string }): Promise<Response> => {
    const response = await answer(req, address).catch((why: unknown) => {
      if (!(why instanceof Refusal)) throw why;
      const waitMs = Number(why.facts["waitMs"] ?? 0);
      const headers = waitMs > 0 ? { "retry-after": String(Math.ceil(waitMs / 1000)) } : undefined;
      return json(REFUSALS[why.code].http, { error: sentence(why) }, headers);
    });
    for (const [name, value] of Object.entries(CORS)) response.headers.set(name, value);
    allowOrigin(response.headers, req.headers.get("origin"), settings().server.allowed_origins);
    return req.method === "HEAD" ? new Response(null, response) : response;
  };
}

/** Every page may ask, unless the settings name those that may; then the answer differs by who asks. */
function allowOrigin(headers: Headers, origin: string | null, allowed: readonly string[]): void {
  if (!allowed.length) return headers.set("access-control-allow-origin", "*");
  headers.set("vary", "Origin");
  if (origin !== null && allowed.includes(origin)) headers.set("access-control-allow-origin", origin);
}
