import { expect, test } from "bun:test";
import { guardedFetch, GuardedFetchError } from "../../src/net/guarded-fetch.ts";
import { hostOf, openRotur } from "../../src/rotur/rotur-service.ts";
import { TestDoor } from "../support/originchats.ts";
import { RoturStandIn } from "../support/rotur.ts";
import { memoryLog, type SomeSettings, testApp } from "../support/world.ts";

const ann = { id: "USR:0a1b", username: "ann", subscription: "pro" };

/** The whole way: sockets' keys, the guarded fetch, and a service on this machine. */
async function scene(settings: SomeSettings = {}) {
  const rotur = new RoturStandIn();
  const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: (req) => rotur.answer(new URL(req.url)) });
  const validate_url = new URL("/validate", server.url).href;
  const fetch = guardedFetch({ allow: [hostOf(validate_url)] });
  const app = await testApp({ auth_mode: "cracked", rotur: { validate_url }, ...settings }, { fetch });
  const door = new TestDoor(app);
  const connect = async (name: string) => {
    const client = door.connect(name);
    const [handshake] = await client.arrived();
    return { client, key: String(handshake!["val"].validator_key) };
  };
  const enter = async (name: string) => {
    const { client, key } = await connect(name);
    const frames = await client.ask({ cmd: "auth", validator: rotur.validator(name, key) });
    return { client, frames };
  };
  return {
    rotur,
    app,
    door,
    connect,
    enter,
    async [Symbol.asyncDispose]() {
      await server.stop(true);
      await app[Symbol.asyncDispose]();
    },
  };
}
const said = (frames: { cmd?: string; val?: unknown }[]) => frames.map(({ cmd, val }) => [cmd, val]);

test("a validator made for one connection is of no use on another", async () => {
  await using at = await scene();
  at.rotur.accounts.set("ann", ann);
  const [mine, thief] = [await at.connect("ann"), await at.connect("thief")];
  const validator = at.rotur.validator("ann", mine.key);
  expect(said(await thief.client.ask({ cmd: "auth", validator }))).toEqual([["auth_error", "Invalid authentication"]]);
  expect(thief.client.connection.actor.kind).toBe("anonymous");
  expect(said(await mine.client.ask({ cmd: "auth", validator }))[0]).toEqual(["auth_success", "Authentication successful"]);
  expect(mine.client.connection.actor).toMatchObject({ kind: "user", id: "USR:0a1b", name: "ann" });
});

test("a refused validator is not asked for again for a minute", async () => {
  await using at = await scene();
  const { client } = await at.connect("ann");
  for (let n = 0; n < 5; n++) await client.ask({ cmd: "auth", validator: "made up" });
  expect(at.rotur.asked).toEqual(["/validate"]);
  at.app.clock.advance(60_000);
  await client.ask({ cmd: "auth", validator: "made up" });
  expect(at.rotur.asked).toHaveLength(2);
});

test("a new name on the service is the account's name here, and everybody is told", async () => {
  await using at = await scene();
  at.rotur.accounts.set("ann", ann);
  const watcher = await at.door.signedIn("watcher");
  const first = await at.enter("ann");
  await first.client.leave();
  await watcher.arrived();
  at.rotur.accounts.set("ann", { ...ann, username: "annabel" });
  await at.enter("ann");
  expect(await watcher.arrived()).toContainEqual({ cmd: "user_update", user: "ann", username: "annabel", nickname: null });
});

// deviation: rotur-names
test("a name that was given up goes to whom the service gave it, and one that only looks alike is shown apart", async () => {
  await using at = await scene();
  at.rotur.accounts.set("old", { id: "1", username: "Zoe" });
  at.rotur.accounts.set("new", { id: "2", username: "zoe" });
  at.rotur.accounts.set("alike", { id: "3", username: "zοe" });
  at.rotur.accounts.set("server", { id: "4", username: "originChats" });
  for (const name of ["old", "new", "alike", "server"]) {
    await at.enter(name);
    at.app.clock.advance(1000);
  }
  const watcher = await at.door.signedIn("watcher");
  const [list] = await watcher.ask({ cmd: "users_list" });
  expect(list!["users"].map(({ username }: { username: string }) => username)).toEqual([
    expect.stringMatching(/^Zoe~\w{6}$/),
    "zoe",
    expect.stringMatching(/^zοe~\w{6}$/),
    expect.stringMatching(/^originChats~\w{6}$/),
    "USR:local_watcher",
  ]);
});

// deviation: rotur-names
test("an account of the service can never be taken for one of this server", async () => {
  await using at = await scene();
  await at.door.signedIn("owner");
  const bad = [
    { id: "USR:local_owner", username: "mallory" },
    { id: "usr:LOCAL_owner", username: "mallory" },
    { id: "5", username: "USR:local_owner" },
    { id: "5", username: "owner\u200b" },
    { id: { a: 1 }, username: "mallory" },
    { id: "5" } as never,
    { id: "../../x", username: "mallory" },
  ];
  for (const [n, account] of bad.entries()) {
    at.rotur.accounts.set(`bad${n}`, account);
    const { frames, client } = await at.enter(`bad${n}`);
    expect(said(frames), JSON.stringify(account)).toEqual([
      ["auth_error", "The Rotur service gave an answer that this server does not understand"],
    ]);
    expect(client.connection.actor.kind).toBe("anonymous");
  }
});

test("an answer that takes its time holds nobody else up", async () => {
  const { promise: late, resolve: answer } = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  const app = await testApp(
    { auth_mode: "cracked" },
    {
      fetch: async () => {
        asked.resolve();
        await late;
        throw new GuardedFetchError("timed-out", "api.rotur.dev did not answer in time.");
      },
    },
  );
  const door = new TestDoor(app);
  const slow = door.connect("slow");
  slow.send({ cmd: "auth", validator: "x" });
  await asked.promise;
  const bob = await door.signedIn("bob");
  expect((await bob.ask({ cmd: "ping" })).at(-1)).toEqual({ cmd: "pong", val: "pong" });
  answer();
  expect((await slow.arrived()).at(-1)).toMatchObject({ cmd: "auth_error", val: expect.stringContaining("does not answer") });
  expect(app.log.lines.filter(({ event }) => event === "rotur.away")).toHaveLength(1);
});

test("a subscription is looked up once and then remembered", async () => {
  const standIn = new RoturStandIn();
  standIn.accounts.set("ann", ann);
  let time = 0;
  const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: (req) => standIn.answer(new URL(req.url)) });
  const profileUrl = new URL("/profile", server.url).href;
  const rotur = openRotur({
    fetch: guardedFetch({ allow: [hostOf(profileUrl)] }),
    now: () => time,
    log: memoryLog(),
    rules: () => ({
      validateUrl: profileUrl,
      profileUrl,
      timeoutMs: 5000,
      retryAfterMs: 10_000,
      subscriptionTtlMs: 300_000,
    }),
  });
  expect(await rotur.subscriptionOf("ann")).toBe("pro");
  expect(await rotur.subscriptionOf("ann")).toBe("pro");
  expect(await rotur.subscriptionOf("nobody")).toBeUndefined();
  expect(standIn.asked).toHaveLength(2);
  time = 300_000;
  await server.stop(true);
  expect(await rotur.subscriptionOf("ann")).toBeUndefined();
});
