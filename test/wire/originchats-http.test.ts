import { describe, expect, test } from "bun:test";
import { consoleActor } from "../../src/app.ts";
import { banMember } from "../../src/domain/moderation/ban-member.ts";
import { http } from "../../src/wire/originchats/http.ts";
import { TestDoor } from "../support/originchats.ts";
import { type SomeSettings, testApp } from "../support/world.ts";

const REMOTE = { address: "192.0.2.9" };
async function door(settings: SomeSettings = {}) {
  const app = await testApp(settings);
  const answer = http(app.kernel, app.community);
  return {
    app,
    ask: (method: string, path: string, headers: Record<string, string> = {}) =>
      answer(new Request(`http://chat.test${path}`, { method, headers }), REMOTE),
  };
}

describe("HTTP beside the socket (reference/originchats.md §4)", () => {
  test("/info tells name and size, without what a newcomer may not see", async () => {
    const { app, ask } = await door({ server: { name: "Home", owner: { name: "Ada" } } });
    const clients = new TestDoor(app);
    await clients.signedIn("alice");
    await clients.signedIn("alice");
    await clients.signedIn("bob");
    clients.connect("nobody");
    const response = await ask("GET", "/info");
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toStartWith("application/json");
    const text = await response.text();
    expect(JSON.parse(text)).toEqual({
      server: { name: "Home", icon: "", banner: "", owner: { name: "Ada" } },
      stats: { total_users: 2, connected_users: 3, online_users: 2, total_channels: 2, total_roles: 4 },
    });
    expect(text).toContain('\n  "stats"');
  });

  // deviation: info-counts
  test("/info counts no channel that a newcomer may not view", async () => {
    const { ask } = await door({ cracked: { default_roles: ["moderator"] } });
    expect((await (await ask("GET", "/info")).json()).stats.total_channels).toBe(0);
  });

  // deviation: info-counts
  test("/info counts neither the banned nor the invisible as being here", async () => {
    const { app, ask } = await door();
    const clients = new TestDoor(app);
    for (const name of ["alice", "bob", "carl"]) await clients.signedIn(name);
    await app.kernel.invoke(banMember, consoleActor(app.community.id), { user: "bob" });
    await app.kernel.world.store.exec("update member set status = 'invisible' where nickname = 'carl'");
    const { stats } = await (await ask("GET", "/info")).json();
    expect(stats).toMatchObject({ total_users: 2, connected_users: 1, online_users: 1 });
  });

  // deviation: http-cors
  test("every answer may be read by a page from anywhere, refusals too", async () => {
    const { ask } = await door();
    const asked = [
      ["GET", "/info", 200],
      ["HEAD", "/info", 200],
      ["GET", "/", 400],
      ["GET", "/nowhere", 404],
      ["GET", "/../etc/passwd", 404],
      ["PUT", "/info", 405],
      ["POST", "/", 405],
      ["DELETE", "/nowhere", 405],
      ["OPTIONS", "/anything", 204],
    ] as const;
    for (const [method, path, status] of asked) {
      const { headers, ...response } = await ask(method, path).then((r) => ({ status: r.status, headers: r.headers }));
      expect(response.status, `${method} ${path}`).toBe(status);
      expect(headers.get("access-control-allow-origin"), `${method} ${path}`).toBe("*");
      expect(headers.get("access-control-allow-methods")).toBe("GET, HEAD, OPTIONS, POST");
      expect(headers.get("access-control-allow-headers")).toBe("Content-Type, Authorization, Range");
      expect(headers.get("access-control-expose-headers")).toBe("Content-Length, Content-Type, Cache-Control");
    }
  });

  test("what is not there is a JSON 404, and HEAD has no body", async () => {
    const { ask } = await door();
    expect(await (await ask("GET", "/nowhere")).json()).toEqual({ error: "Not found" });
    expect(await (await ask("HEAD", "/info")).text()).toBe("");
  });

  test("a list of origins is kept to", async () => {
    const { ask } = await door({ server: { allowed_origins: ["https://chat.test"] } });
    const allowed = async (origin: string) => (await ask("GET", "/info", { origin })).headers.get("access-control-allow-origin");
    expect(await allowed("https://chat.test")).toBe("https://chat.test");
    expect(await allowed("https://elsewhere.test")).toBeNull();
  });

  test("one address cannot ask for ever", async () => {
    const { ask } = await door();
    let last = await ask("GET", "/info");
    for (let n = 0; n < 60; n++) last = await ask("GET", "/info");
    expect(last.status).toBe(429);
    expect(last.headers.get("retry-after")).toBe("1");
    expect(last.headers.get("access-control-allow-origin")).toBe("*");
    expect(await last.json()).toEqual({ error: "Rate limited. Wait 0.1 seconds" });
  });
});
