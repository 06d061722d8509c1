import { describe, expect, test } from "bun:test";
import type { GuardedFetch, GuardedRequest } from "../../../src/net/guarded-fetch.ts";
import { Cells } from "../../../src/kernel/cell.ts";
import { read } from "../../../src/storage/store.ts";
import { vapidKeys } from "../../../src/domain/push/keys.ts";
import { filesScene } from "../../support/files.ts";
import { browser } from "../../support/browser.ts";
import { newChannel } from "../../support/scene.ts";
import type { SomeSettings } from "../../support/world.ts";

const endpoints = read<Record<never, never>, { endpoint: string }>(`select endpoint from push_subscription`);

/** A push service that answers with these, then 201; and people who come and go. */
async function scene(answers: (number | Record<string, unknown>)[] = [], settings: SomeSettings = {}) {
  const asked: { url: string; request: GuardedRequest }[] = [];
  const fetch: GuardedFetch = async (url, request = {}) => {
    asked.push({ url: String(url), request });
    const next = answers.shift() ?? 201;
    const { status, headers } = typeof next === "number" ? { status: next, headers: {} } : (next as any);
    const body = new Uint8Array();
    return { status, headers: new Headers(headers), url: new URL(url), body, text: () => "", json: () => null };
  };
  const it = await filesScene(settings, { fetch });
  const ada = await it.member("ada", "admin");
  /** A member with a browser, who is away. */
  const away = async (name: string, ...roles: string[]) => {
    const there = browser(`https://push.example/${name}`);
    const client = await it.member(name, ...roles);
    await client.ask(subscribe(there.subscription));
    await client.leave();
    return there;
  };
  const say = async (content: string, more: object = {}) => {
    const frame = (await ada.ask({ cmd: "message_new", channel: "general", content, ...more })).find((f) => f["message"]);
    await it.app.push.settled();
    return frame?.["message"].id as string;
  };
  const received = (there: ReturnType<typeof browser>) =>
    asked
      .filter(({ url }) => url === there.subscription.endpoint)
      .map(({ request }) => JSON.parse(there.read(request.body as Uint8Array)));
  const kept = async () => (await it.app.kernel.world.store.all(endpoints, {})).length;
  return { ...it, ada, away, say, asked, received, kept };
}
const subscribe = ({ endpoint, p256dh, auth }: { endpoint: string; p256dh: string; auth: string }) => ({
  cmd: "push_subscribe",
  subscription: { endpoint, keys: { p256dh, auth } },
  vapid_public_key: "ignored",
});

describe("a browser of somebody away is notified (reference/originchats.md §2.11)", () => {
  test("of a mention, a mention of a role they hold, and a reply, in words only that browser reads", async () => {
    const { away, say, received, member, asked } = await scene();
    const bob = await away("bob");
    const mod = await away("mod", "moderator");
    await say(`@bob ${"long ".repeat(50)}`);
    await say("@&moderator help");
    expect(received(bob)).toEqual([
      { title: "#general — ada", body: `@bob ${"long ".repeat(50)}`.slice(0, 120), channelName: "general" },
    ]);
    expect(received(mod)).toEqual([
      { title: "#general — ada mentioned @moderator", body: "@&moderator help", channelName: "general" },
    ]);
    expect(asked[0]!.request).toMatchObject({ method: "POST", redirects: 0, headers: { ttl: "86400" } });
    const back = await member("bob");
    const posted = (await back.ask({ cmd: "message_new", channel: "general", content: "hi" })).find((f) => f["message"])!;
    await back.leave();
    await say("yes?", { reply_to: posted["message"].id });
    expect(received(bob).at(-1)).toMatchObject({ title: "#general — ada replied", body: "yes?" });
    await say("no?", { reply_to: posted["message"].id, ping: false });
    expect(received(bob)).toHaveLength(2);
  });

  test("once, when several things call upon them", async () => {
    const { away, say, asked } = await scene();
    await away("mod", "moderator");
    await say("@mod @&moderator @mod");
    expect(asked).toHaveLength(1);
  });

  // deviation: push-needs-view
  test("unless they are connected, are not called upon, wrote it themselves, or may not view the channel", async () => {
    const { app, away, say, asked, ada, member } = await scene();
    await away("bob");
    await ada.ask(subscribe(browser("https://push.example/ada").subscription));
    await newChannel(app, "hidden", { view: ["admin"], send: ["admin"] });
    await say("nobody is meant");
    await say("@bob", { channel: "hidden" });
    await say("@ada");
    const here = await member("bob");
    await say("@bob");
    expect(asked).toEqual([]);
    await here.leave();
    await say("@bob");
    expect(asked).toHaveLength(1);
  });

  test("not when they are banned, or the settings say no", async () => {
    const banned = await scene();
    await banned.away("bob");
    await banned.ada.ask({ cmd: "user_ban", user: "bob" });
    await banned.say("@bob");
    expect(banned.asked).toEqual([]);
    const off = await scene([], { push: { enabled: false } });
    expect((await off.ada.ask({ cmd: "push_get_vapid" })).at(-1)).toMatchObject({
      val: "VAPID keys not configured on this server",
    });
  });
});

describe("a push service", () => {
  test("that says the browser is gone ends the subscription", async () => {
    const { away, say, asked, kept } = await scene([410]);
    await away("bob");
    expect(await kept()).toBe(1);
    await say("@bob");
    expect(await kept()).toBe(0);
    await say("@bob");
    expect(asked).toHaveLength(1);
  });

  test("that is busy is asked again, after the time it names and after longer and longer pauses, four times in all", async () => {
    const busy = { status: 503, headers: {} };
    const { app, away, say, asked } = await scene([{ status: 429, headers: { "retry-after": "600" } }, busy, busy, busy, busy]);
    await away("bob");
    await say("@bob");
    const after = async (ms: number) => {
      app.clock.advance(ms);
      await app.push.settled();
      return asked.length;
    };
    expect(await after(599_000)).toBe(1);
    expect(await after(1000)).toBe(2);
    expect(await after(59_000)).toBe(2);
    expect(await after(1000)).toBe(3);
    expect(await after(119_000)).toBe(3);
    expect(await after(3_600_000)).toBe(4);
    expect(await after(86_400_000)).toBe(4);
  });

  test("that refuses is not asked again; the log says so without the browser's secret address", async () => {
    const { app, away, say, asked, kept } = await scene([400]);
    const bob = await away("bob");
    await say("@bob");
    app.clock.advance(86_400_000);
    await app.push.settled();
    expect([asked.length, await kept()]).toEqual([1, 1]);
    expect(app.log.lines.map(({ event }) => event)).toContain("push.refused");
    expect(JSON.stringify(app.log.lines)).not.toContain(bob.subscription.endpoint);
  });
});

describe("subscriptions", () => {
  // deviation: push-by-endpoint
  test("are ten for each user, the oldest giving way", async () => {
    const { app, member, kept } = await scene([], { rate_limiting: { enabled: false } });
    const bob = await member("bob");
    for (let n = 0; n < 12; n++) {
      await bob.ask(subscribe(browser(`https://push.example/${n}`).subscription));
      app.clock.advance(10_000);
    }
    expect(await kept()).toBe(10);
  });

  test("of a browser in which somebody else signs in are that one's", async () => {
    const { away, member, say, asked, kept } = await scene();
    const there = await away("bob");
    const carl = await member("carl");
    await carl.ask(subscribe(there.subscription));
    await carl.leave();
    expect(await kept()).toBe(1);
    await say("@bob");
    expect(asked).toEqual([]);
    await say("@carl");
    expect(asked).toHaveLength(1);
  });

  test("are ended by their own user alone", async () => {
    const { away, member, kept } = await scene();
    const there = await away("bob");
    const { endpoint } = there.subscription;
    await (await member("carl")).ask({ cmd: "push_unsubscribe", endpoint });
    expect(await kept()).toBe(1);
    await (await member("bob")).ask({ cmd: "push_unsubscribe", endpoint });
    expect(await kept()).toBe(0);
  });
});

test("the server's key is made once and outlasts a restart", async () => {
  const { app, ada } = await scene();
  const key = async () => (await ada.ask({ cmd: "push_get_vapid" })).at(-1)!["key"] as string;
  const first = await key();
  expect(Buffer.from(first, "base64url")).toHaveLength(65);
  const cells = new Cells();
  const restarted = await vapidKeys({ ...app.kernel.world, cell: cells.of.bind(cells) as Cells["of"] });
  expect(restarted.publicKey).toBe(first);
});
