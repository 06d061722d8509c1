// In the reference every user read all webhook tokens, and a token that was regenerated stayed what it was (reference/originchats.md §11.1).
import { expect, test } from "bun:test";
import { consoleActor } from "../../src/app.ts";
import { createRole } from "../../src/domain/roles/create-role.ts";
import { grantRole } from "../../src/domain/roles/grant-role.ts";
import { filesScene, told } from "../support/files.ts";
import { newChannel } from "../support/scene.ts";

async function scene() {
  const it = await filesScene();
  const [ada, bob, mod] = [await it.member("ada", "admin"), await it.member("bob"), await it.member("mod", "moderator")];
  const make = async (channel: string) =>
    (await ada.ask({ cmd: "webhook_create", channel, name: "CI" })).at(-1)!["webhook"] as { id: string; token: string };
  const post = (token: string, body: object = { content: "x" }, address = "192.0.2.50") =>
    it.ask("POST", `/webhooks?token=${encodeURIComponent(token)}`, {
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      address,
    });
  return { ...it, ada, bob, mod, make, post };
}

test("a token reaches nobody who does not manage the server: not by a command, an event, or the log of acts", async () => {
  const { app, bob, mod, make } = await scene();
  const { id, token } = await make("general");
  for (const client of [bob, mod]) {
    const heard = [];
    for (const cmd of ["webhook_list", "webhook_get", "webhook_update", "webhook_regenerate", "modlog_get", "modlog_summary"])
      heard.push(...(await client.ask({ cmd, id, name: "mine", avatar: null })));
    expect(JSON.stringify(heard)).not.toContain(token);
  }
  expect(JSON.stringify(app.happened)).not.toContain(token);
  expect(JSON.stringify(app.log.lines)).not.toContain(token);
});

test("a regenerated token opens, the one before it does not; nor does that of a deleted webhook", async () => {
  const { ada, make, post } = await scene();
  const { id, token } = await make("general");
  const fresh = (await ada.ask({ cmd: "webhook_regenerate", id })).at(-1)!["webhook"].token as string;
  expect(fresh).not.toBe(token);
  expect(fresh.length).toBeGreaterThanOrEqual(64);
  expect(await told(await post(token))).toEqual([401, "Invalid webhook token"]);
  expect((await post(fresh)).status).toBe(204);
  await ada.ask({ cmd: "webhook_delete", id });
  expect(await told(await post(fresh))).toEqual([401, "Invalid webhook token"]);
});

test("webhooks of a channel that an administrator of the server may not view stay hidden", async () => {
  const it = await scene();
  const { app } = it;
  const open = await it.make("general");
  await newChannel(app, "vault", { view: ["owner"], send: ["owner"] });
  const boss = await it.member("boss", "owner");
  const hidden = (await boss.ask({ cmd: "webhook_create", channel: "vault", name: "CI" })).at(-1)!["webhook"];
  await it.member("sam");
  await app.kernel.invoke(createRole, consoleActor(app.community.id), { name: "keeper", permissions: ["manage_server"] });
  await app.kernel.invoke(grantRole, consoleActor(app.community.id), { user: "sam", role: "keeper" });
  const sam = await it.member("sam");
  const list = (await sam.ask({ cmd: "webhook_list" })).at(-1)!;
  expect(list["webhooks"].map(({ id }: { id: string }) => id)).toEqual([open.id]);
  for (const cmd of ["webhook_get", "webhook_update", "webhook_regenerate", "webhook_delete"])
    expect((await sam.ask({ cmd, id: hidden.id, name: "mine" })).at(-1)).toMatchObject({
      cmd: "error",
      val: "Webhook not found",
    });
});

test("whoever guesses tokens is stopped by their address, without a word on which was near", async () => {
  const { post, make } = await scene();
  const { token } = await make("general");
  const statuses = new Set<number>();
  for (let n = 0; n < 200; n++) statuses.add((await post(`${token.slice(0, -1)}.${n}`)).status);
  expect([...statuses]).toEqual([401, 429]);
  expect((await post(token, { content: "x" }, "192.0.2.51")).status).toBe(204);
});

test("what stands in names and pictures of webhooks and messages cannot be a script's address or more than a line", async () => {
  const { ada, make, post } = await scene();
  const { id, token } = await make("general");
  for (const avatar of ["javascript:alert(1)", "data:text/html,<script>", "file:///etc/passwd", "x".repeat(3000)]) {
    expect((await ada.ask({ cmd: "webhook_update", id, avatar })).at(-1)).toMatchObject({ cmd: "error" });
    expect((await post(token, { content: "x", avatar_url: avatar })).status).toBe(400);
  }
  for (const username of ["a\nb", "\u202Enimda", "x".repeat(81)])
    expect((await post(token, { content: "x", username })).status).toBe(400);
});

test("a body of a hundred thousand brackets is refused, not followed", async () => {
  const { make, ask } = await scene();
  const { token } = await make("general");
  const deep = `{"content":"x","embeds":[{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}]}`;
  const response = await ask("POST", `/webhooks?token=${token}`, { headers: { "content-type": "application/json" }, body: deep });
  expect(response.status).toBe(400);
});
