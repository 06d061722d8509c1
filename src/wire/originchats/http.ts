import type { Community } from "../../domain/community/community.ts";
import { showCommunity } from "../../domain/community/show-community.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { Actor } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { subscriberOf } from "../../net/address.ts";
import { json, originOf, refused, text } from "./http-answers.ts";
import { files } from "./http-files.ts";
import { uploads } from "./http-uploads.ts";
import { webhooks } from "./http-webhooks.ts";

/** reference/originchats.md §4 */
const CORS = {
  "access-control-allow-methods": "GET, HEAD, OPTIONS, POST",
  "access-control-allow-headers": "Content-Type, Authorization, Range",
  "access-control-expose-headers": "Content-Length, Content-Type, Cache-Control",
  "x-content-type-options": "nosniff",
};

/**
 * What this wire answers to HTTP requests that are not WebSocket handshakes (reference/originchats.md §4): `/info`, files, uploads, webhooks,
 * the way to the socket for whoever asks for `/`, and errors. Every answer carries the CORS headers, errors too, since the web client lives on another origin.
 */
export function http(kernel: Kernel, community: Community) {
  // Asked for each time: a reload changes them.
  const settings = () => kernel.world.settings;

  const upload = uploads(kernel);
  const post = webhooks(kernel);
  const open = files(kernel);

  const info = async (caller: Actor): Promise<Response> => {
    const shown = await kernel.invoke(showCommunity, caller, {});
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

  const answer = async (req: Request, caller: Actor): Promise<Response> => {
    const { pathname } = new URL(req.url);
    if (req.method === "OPTIONS") return new Response(null, { status: 204 });
    if (req.method === "POST") {
      if (pathname === "/attachments/upload") return upload(req, caller);
      if (pathname === "/webhooks" || pathname.startsWith("/webhooks/")) return post(req, caller);
    }
    if (req.method !== "GET" && req.method !== "HEAD") return text(405, "Method not allowed", { allow: "GET, HEAD, OPTIONS" });
    if (pathname === "/")
      return text(400, "This is a chat server: connect to it with WebSocket, or open /call in a browser to talk.");
    if (pathname === "/info") return info(caller);
    return (await open(req, caller)) ?? json(404, { error: "Not found" });
  };

  return async (req: Request, { address }: { readonly address: string }): Promise<Response> => {
    const caller: Actor = {
      kind: "anonymous",
      id: subscriberOf(address),
      name: "",
      community: community.id,
      address,
      origin: originOf(req),
    };
    const response = await answer(req, caller).catch((why: unknown) => {
      if (!(why instanceof Refusal)) throw why;
      return refused(why);
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
