// In the reference a push subscription made the server post to any address its user named, also within its own network (reference/originchats.md §11.1).
import { expect, test } from "bun:test";
import { guardedFetch } from "../../src/net/guarded-fetch.ts";
import { browser } from "../support/browser.ts";
import { filesScene } from "../support/files.ts";

const INSIDE = [
  "http://push.example/a",
  "https://127.0.0.1/a",
  "https://127.1:5432/a",
  "https://2130706433/a",
  "https://0x7f.1/a",
  "https://[::1]/a",
  "https://[::ffff:10.0.0.1]/a",
  "https://10.0.0.7/a",
  "https://169.254.169.254/latest/meta-data",
  "https://192.168.1.1/a",
  "https://0.0.0.0/a",
  "https://user:secret@push.example/a",
  "file:///etc/passwd",
  "gopher://push.example/a",
  "not an address",
  `https://push.example/${"a".repeat(3000)}`,
];

test("an endpoint that is not a public https address is refused when it is given", async () => {
  const { app, member } = await filesScene();
  const bob = await member("bob");
  const { p256dh, auth } = browser().subscription;
  for (const endpoint of INSIDE) {
    app.clock.advance(10_000);
    const subscription = { endpoint, keys: { p256dh, auth } };
    const [answer] = (await bob.ask({ cmd: "push_subscribe", subscription })).slice(-1);
    expect(answer, endpoint).toEqual({
      cmd: "error",
      src: "push_subscribe",
      val: "Failed to save subscription: the endpoint must be a public https address",
    });
  }
});

test("a name that leads inside is not reached when the time comes", async () => {
  const looked: string[] = [];
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => expect.unreachable("somebody was let in") });
  try {
    const fetch = guardedFetch({
      resolve: async (name) => {
        looked.push(name);
        return ["127.0.0.1"];
      },
      timeoutMs: 2000,
    });
    const it = await filesScene({}, { fetch });
    const [ada, bob] = [await it.member("ada"), await it.member("bob")];
    const { endpoint, p256dh, auth } = browser(`https://rebinding.example:${server.port}/a`).subscription;
    await bob.ask({ cmd: "push_subscribe", subscription: { endpoint, keys: { p256dh, auth } } });
    await bob.leave();
    await ada.ask({ cmd: "message_new", channel: "general", content: "@bob" });
    await it.app.push.settled();
    expect(looked).toEqual(["rebinding.example"]);
    expect(it.app.log.lines.find(({ event }) => event === "push.refused")?.fields).toMatchObject({ why: "forbidden-address" });
  } finally {
    await server.stop(true);
  }
});
