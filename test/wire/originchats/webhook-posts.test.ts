import { describe, expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import type { Frame } from "../../support/originchats.ts";
import { filesScene, told } from "../../support/files.ts";
import type { SomeSettings } from "../../support/world.ts";

const JSON_TYPE = { "content-type": "application/json" };

/** Ada manages the server and has made a webhook of #general; bob reads along. */
async function scene(settings: SomeSettings = {}, more: Record<string, unknown> = {}) {
  const it = await filesScene(settings);
  const [ada, bob] = [await it.member("ada", "admin"), await it.member("bob")];
  const made = (await ada.ask({ cmd: "webhook_create", channel: "general", name: "CI", ...more })).at(-1)!;
  const { id, token } = made["webhook"] as { id: string; token: string };
  const post = (body: unknown, headers: Record<string, string> = {}, path = `/webhooks?token=${token}`, address = "192.0.2.50") =>
    it.ask("POST", path, {
      headers: { ...JSON_TYPE, ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
      address,
    });
  await bob.arrived();
  const heard = async (): Promise<Frame[]> =>
    (await bob.arrived()).filter(({ cmd }) => cmd === "message_new").map(({ message }) => message as Frame);
  return { ...it, ada, bob, id, token, post, heard };
}

describe("a message by webhook (reference/originchats.md §4.3)", () => {
  test("is told and kept as the reference has it", async () => {
    const { post, heard, bob, id } = await scene();
    const response = await post({
      content: "from webhook",
      username: "Deploy",
      avatar_url: "https://example.org/z.png",
      embeds: [{ title: "x" }],
    });
    expect([response.status, await response.text()]).toEqual([204, ""]);
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    const [message] = await heard();
    expect(message).toMatchObject({
      user: "originChats",
      content: "from webhook",
      webhook: { id, name: "Deploy", avatar: "https://example.org/z.png" },
      embeds: [{ title: "x" }],
      pinned: false,
      type: "message",
      interaction: null,
    });
    const page = (await bob.ask({ cmd: "messages_get", channel: "general" })).find(({ cmd }) => cmd === "messages_get")!;
    expect(page["messages"].at(-1)).toMatchObject({ user: "originChats", webhook: { id, name: "Deploy" } });
  });

  test("has its text in content, text or message, by any path below /webhooks", async () => {
    const { post, heard, token } = await scene();
    await post({ text: "slack style" });
    await post({ message: "msg field" }, {}, `/webhooks/anything?token=${token}`);
    await post({ content: "by header" }, { authorization: `Bearer ${token}` }, "/webhooks");
    await post({ message: "not beside embeds", embeds: [{ title: "x" }] });
    expect((await heard()).map(({ content }) => content)).toEqual(["slack style", "msg field", "by header", ""]);
  });

  test("is refused in the reference's words", async () => {
    const { post, heard, token, app, ada } = await scene({ webhooks: { max_body: 2000 } });
    const no = async (...given: Parameters<typeof post>) => told(await post(...given));
    expect(await no({ content: "x" }, {}, "/webhooks")).toEqual([401, "Webhook token required"]);
    expect(await no({ content: "x" }, {}, "/webhooks?token=bad")).toEqual([401, "Invalid webhook token"]);
    expect(await no("a=b", { "content-type": "application/x-www-form-urlencoded" })).toEqual([
      415,
      "Content-Type must be application/json",
    ]);
    expect(await no("nope")).toEqual([400, "Invalid JSON body"]);
    expect(await no("[]")).toEqual([400, "Invalid JSON body"]);
    expect(await no({})).toEqual([400, "No content provided"]);
    expect(await no({ content: "x".repeat(3000) })).toEqual([413, "Request body too large (max 2000 bytes)"]);
    expect(await no({ content: 5 })).toEqual([400, "content must be a string"]);
    expect(await no({ embeds: "x" })).toEqual([400, "Embeds must be an array"]);
    expect((await post({ embeds: [{ title: "x".repeat(300) }] })).status).toBe(400);
    expect((await post({ content: "x", avatar_url: "javascript:alert(1)" })).status).toBe(400);
    expect(app.happened.filter(({ type }) => type === "message.created")).toEqual([]);
    await ada.ask({ cmd: "channel_delete", name: "general" });
    expect(await no({ content: "x" }, {}, `/webhooks?token=${token}`)).toEqual([401, "Invalid webhook token"]);
    expect(await heard()).toEqual([]);
  });

  test("has a limit of length, and each webhook a rate of its own", async () => {
    const { post, ada, ask } = await scene({ webhooks: { per_minute: 1 }, limits: { post_content: 100 } });
    expect(await told(await post({ content: "x".repeat(101) }))).toEqual([413, expect.stringContaining("Message too long")]);
    const statuses = [];
    for (let n = 0; n < 12; n++) statuses.push((await post({ content: "x" }, {}, undefined, `192.0.2.${n}`)).status);
    expect(statuses.slice(0, 10)).toEqual(Array(10).fill(204));
    expect(statuses.at(-1)).toBe(429);
    const other = (await ada.ask({ cmd: "webhook_create", channel: "general", name: "Other" })).at(-1)!["webhook"].token;
    const response = await ask("POST", `/webhooks?token=${other}`, { headers: JSON_TYPE, body: `{"content":"x"}` });
    expect(response.status).toBe(204);
  });

  test("calls a person, but not everybody by a role that all have", async () => {
    const { post, bob } = await scene();
    await post({ content: "@bob and @&user and @&admin" });
    const frame = (await bob.arrived()).find(({ cmd }) => cmd === "message_new");
    expect(frame!["message"].pings).toEqual({ users: ["USR:local_bob"], roles: ["admin"], replies: [] });
  });
});

describe("GitHub's events", () => {
  const PUSH = {
    ref: "refs/heads/main",
    repository: { full_name: "o/r", html_url: "https://github.com/o/r" },
    sender: { login: "octo", avatar_url: "https://a.example/b.png" },
    compare: "https://github.com/o/r/compare/a...b",
    commits: [{ id: "0123456789abcdef", message: "fix: it\n\nbody", url: "https://github.com/o/r/commit/0123456" }],
  };

  // deviation: webhook-github-events
  test("are told as embeds; those nobody wants to read are taken in silence, unknown ones refused", async () => {
    const { post, heard } = await scene();
    expect((await post(PUSH, { "x-github-event": "push" })).status).toBe(204);
    expect((await post({ zen: "x", repository: PUSH.repository }, { "x-github-event": "ping" })).status).toBe(204);
    expect(await told(await post(PUSH, { "x-github-event": "deployment" }))).toEqual([400, "Unhandled event type: deployment"]);
    const [message] = await heard();
    expect(message).toMatchObject({ user: "originChats", content: "", webhook: { id: "github", name: "GitHub" } });
    expect(message!["embeds"][0]).toMatchObject({ title: "main: 1 commit", color: 2369838, author: { name: "octo - o/r" } });
  });

  // deviation: webhook-secret
  test("must be signed where the webhook has a secret, and then nothing else is taken", async () => {
    const { post, heard, ada, id } = await scene({}, { secret: "a shared secret" });
    const body = JSON.stringify(PUSH);
    const sign = (secret: string) => `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
    const push = (signature?: string) =>
      post(body, { "x-github-event": "push", ...(signature !== undefined && { "x-hub-signature-256": signature }) });
    expect(await told(await push())).toEqual([401, "Invalid signature"]);
    expect(await told(await push(sign("another secret")))).toEqual([401, "Invalid signature"]);
    expect((await post({ content: "x" })).status).toBe(401);
    expect(await heard()).toEqual([]);
    expect((await push(sign("a shared secret"))).status).toBe(204);
    expect(await heard()).toHaveLength(1);
    const [shown] = await ada.ask({ cmd: "webhook_list" }).then((frames) => frames.slice(-1));
    expect(JSON.stringify(shown)).not.toContain("a shared secret");
    expect(shown!["webhooks"]).toMatchObject([{ id, signed: true }]);
  });
});
