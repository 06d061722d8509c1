import { postByWebhook, postGithubEvent } from "../../domain/webhooks/post-by-webhook.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { Actor } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { bearer, bodyOf, json, objectIn, refused } from "./http-answers.ts";

const TEXTS = ["content", "text", "message", "username", "avatar_url"] as const;

/** POST /webhooks and /webhooks/<anything> (reference/originchats.md §4.3), and GitHub's events by their header. */
export function webhooks(kernel: Kernel) {
  // Asked for each time: a reload changes them.
  const settings = () => kernel.world.settings;

  const github = async (caller: Actor, token: string, event: string, signature: string | null, body: Uint8Array<ArrayBuffer>) => {
    await kernel.invoke(postGithubEvent, caller, { token, event, signature, body });
    return new Response(null, { status: 204 });
  };

  const generic = async (caller: Actor, token: string, raw: Uint8Array): Promise<Response> => {
    const body = objectIn(raw);
    if (!body) return json(400, { error: "Invalid JSON body" });
    for (const key of TEXTS)
      if (body[key] !== undefined && body[key] !== null && typeof body[key] !== "string")
        return json(400, { error: `${key} must be a string` });
    const { content, text, message, username, avatar_url: avatar } = body as Partial<Record<(typeof TEXTS)[number], string>>;
    const { embeds } = body;
    if (embeds !== undefined && embeds !== null && !Array.isArray(embeds)) return json(400, { error: "Embeds must be an array" });
    await kernel.invoke(postByWebhook, caller, {
      token,
      content: content || text || (embeds?.length ? "" : message) || "",
      ...(embeds && { embeds: embeds as never[] }),
      ...(username && { name: username }),
      ...(avatar && { avatar }),
    });
    return new Response(null, { status: 204 });
  };

  return async (req: Request, caller: Actor): Promise<Response> => {
    const token = new URL(req.url).searchParams.get("token") ?? bearer(req);
    if (!token) return json(401, { error: "Webhook token required" });
    if (!/^application\/json\b/i.test(req.headers.get("content-type") ?? ""))
      return json(415, { error: "Content-Type must be application/json" });
    try {
      const body = await bodyOf(req, settings().webhooks.max_body);
      const event = req.headers.get("x-github-event");
      if (event === null) return await generic(caller, token, body);
      return await github(caller, token, event, req.headers.get("x-hub-signature-256"), body);
    } catch (why) {
      if (!(why instanceof Refusal)) throw why;
      if (why.reason === "http.body")
        return json(413, { error: `Request body too large (max ${settings().webhooks.max_body} bytes)` });
      return refused(why);
    }
  };
}
