import { describe, expect, test } from "bun:test";
import { join } from "node:path";

import { buildBinary } from "../../scripts/build.ts";
import { temporaryFolder } from "../support/folder.ts";
import { postgresServer, temporaryDatabase } from "../support/postgres.ts";
import { canStartCluster, startCluster } from "../support/postgres-cluster.ts";
import { SocketClient, startServer } from "../support/server.ts";

const { path: binary } = await buildBinary();

/** Ways to start the server on a folder of its own and this database. */
function onDatabase(url: string) {
  const folder = temporaryFolder();
  const env = { PATH: "/nonexistent", HOME: folder.path, TMPDIR: folder.path, CHAT_DATA: join(folder.path, "data") };
  const settings = { CHAT_DATABASE_URL: url, CHAT_RATE_LIMITING_ENABLED: "false" };
  return {
    start: () => startServer(binary, [], { cwd: folder.path, env: { ...env, ...settings } }),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}
const says = (content: string) => ({ cmd: "message_new", channel: "general", content });
const contents = ({ messages }: Record<string, any>): string[] =>
  (messages as { content: string }[]).map(({ content }) => content);

describe.skipIf(!postgresServer)("a server on Postgres", () => {
  test("goes on with what was kept in SQLite, once it has been moved", async () => {
    await using database = await temporaryDatabase();
    using folder = temporaryFolder();
    const env = { PATH: "/nonexistent", HOME: folder.path, TMPDIR: folder.path, CHAT_DATA: join(folder.path, "data") };
    const start = (more = {}) => startServer(binary, [], { cwd: folder.path, env: { ...env, ...more } });
    {
      await using server = await start();
      const alice = await SocketClient.signedIn(server.url, "alice");
      alice.send(says("before the move"));
      await alice.frame(({ cmd }) => cmd === "message_new");
    }
    const onPostgres = { CHAT_DATABASE_URL: database.url };
    const moving = Bun.spawn([binary, "migrate"], { env: { ...env, ...onPostgres }, stdout: "pipe", stderr: "inherit" });
    expect(await new Response(moving.stdout).text()).toMatch(/message +2 +[0-9a-f]{64}\n[^]*read back the same/);
    expect(await moving.exited).toBe(0);
    await using server = await start(onPostgres);
    const alice = await SocketClient.signedIn(server.url, "alice");
    alice.send({ cmd: "messages_get", channel: "general" });
    const history = await alice.frame(({ cmd }) => cmd === "messages_get");
    expect(contents(history)).toContain("before the move");
  });

  test("keeps accounts and history over a restart", async () => {
    await using database = await temporaryDatabase();
    using chat = onDatabase(database.url);
    {
      await using server = await chat.start();
      const alice = await SocketClient.signedIn(server.url, "alice");
      for (const text of ["one", "two"]) expect((await alice.ask(says(text)))["cmd"]).toBe("message_new");
      server.signal("SIGTERM");
      expect(await server.exited).toBe(0);
    }
    await using server = await chat.start();
    const alice = await SocketClient.signedIn(server.url, "alice");
    expect(contents(await alice.ask({ cmd: "messages_get", channel: "general", limit: 2 }))).toEqual(["one", "two"]);
    const { results } = await alice.ask({ cmd: "messages_search", channel: "general", query: "tw" });
    expect(contents({ messages: results })).toEqual(["two"]);
  });
});

describe.skipIf(!canStartCluster)("while its Postgres server is away", () => {
  test("clients stay connected and are refused in words, nobody comes in, and all goes on when it is back", async () => {
    await using cluster = await startCluster();
    using chat = onDatabase(cluster.url);
    await using server = await chat.start();
    const [alice, bob] = [await SocketClient.signedIn(server.url, "alice"), await SocketClient.signedIn(server.url, "bob")];
    expect((await alice.ask(says("before")))["cmd"]).toBe("message_new");
    const stranger = await SocketClient.connect(server.url);

    await cluster.stop();
    const away = "The server cannot reach its database: try again later";
    expect(await alice.ask(says("lost"))).toMatchObject({ cmd: "error", src: "message_new", val: away });
    expect(await bob.ask({ cmd: "messages_get", channel: "general" })).toMatchObject({ cmd: "error", val: away });
    expect(await bob.ask({ cmd: "ping" })).toMatchObject({ cmd: "pong" });
    stranger.send({ cmd: "login", username: "bob", password: "secret of bob" });
    expect(await stranger.frame(({ cmd }) => cmd === "auth_error")).toMatchObject({ val: away });

    await cluster.start();
    expect((await alice.ask(says("after")))["cmd"]).toBe("message_new");
    await bob.frame(({ cmd, message }) => cmd === "message_new" && message.content === "after");
    expect(contents(await bob.ask({ cmd: "messages_get", channel: "general", limit: 2 }))).toEqual(["before", "after"]);
    await SocketClient.signedIn(server.url, "carl");
    server.signal("SIGTERM");
    expect(await server.exited).toBe(0);
  });
});
