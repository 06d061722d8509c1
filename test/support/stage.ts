import { join } from "node:path";
import { EVERY_CONNECTION, type Parts } from "../../src/app.ts";
import { openListener, type Socket } from "../../src/net/listener.ts";
import { openSqlite } from "../../src/storage/sqlite.ts";
import { originChatsDoor, type SocketLink } from "../../src/wire/originchats/socket.ts";
import { temporaryFolder } from "./folder.ts";
import { Client, TestDoor } from "./originchats.ts";
import { postgresStore } from "./postgres.ts";
import { type SomeSettings, type TestApp, testApp } from "./world.ts";

/** A whole chat and a way in, for conversations that must go the same wherever it runs. */
export interface Stage extends AsyncDisposable {
  readonly app: TestApp;
  connect(name: string): Client | Promise<Client>;
}
export type OpenStage = (settings: SomeSettings, parts: Partial<Parts>) => Promise<Stage>;

const withoutSockets =
  (store: () => Parts["store"] | Promise<Parts["store"]>): OpenStage =>
  async (settings, parts) => {
    const app = await testApp(settings, { ...parts, store: await store() });
    const door = new TestDoor(app);
    return { app, connect: (name) => door.connect(name), [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
  };

/** In one process, in memory. */
export const inMemory = withoutSockets(() => openSqlite(":memory:"));

/** In one process, on the tests' Postgres server. */
export const onPostgres = withoutSockets(postgresStore);

/** Through a port of this machine, on an SQLite file. */
export const overSockets: OpenStage = async (settings, parts) => {
  await using opened = new AsyncDisposableStack();
  const folder = opened.use(temporaryFolder());
  const app = opened.use(await testApp(settings, { ...parts, store: openSqlite(join(folder.path, "chat.db")) }));
  const door = originChatsDoor(app.originchats, EVERY_CONNECTION, () => true);
  const broken: unknown[] = [];
  const { max_frame_bytes, outbound_buffer_bytes } = app.settings.websocket;
  const listener = opened.use(
    await openListener({
      hostname: "127.0.0.1",
      port: 0,
      http: () => new Response(null, { status: 404 }),
      websocket: door,
      failed: (why) => broken.push(why),
      trustedProxies: ["127.0.0.1"],
      maxFrameBytes: max_frame_bytes,
      outboundBufferBytes: outbound_buffer_bytes,
    }),
  );
  app.broadcast = (topic, frame, except) =>
    listener.publish(topic, frame, (except as SocketLink | undefined)?.ws as Socket<unknown>);
  const settled = async () => {
    await door.settled();
    await app.hub.settled();
    if (broken.length) throw broken[0];
  };
  const all = opened.move();

  return {
    app,
    async connect(name) {
      // Bun takes headers where the DOM has only protocols.
      const options = { headers: { "x-forwarded-for": "192.0.2.1" } };
      const socket = new WebSocket(listener.url.href.replace(/^http/, "ws"), options as never);
      const closed = new Promise<CloseEvent>((resolve) => socket.addEventListener("close", resolve));
      const line = {
        send: (text: string) => socket.send(text),
        async leave() {
          socket.close();
          await closed;
          await settled();
        },
      };
      const client = new Client(name, line, settled);
      socket.addEventListener("message", ({ data }) => client.hear(String(data)));
      void closed.then(({ code, reason }) => client.ended(code, reason));
      await new Promise((resolve) => socket.addEventListener("open", resolve));
      return client;
    },
    async [Symbol.asyncDispose]() {
      await listener.stopNow();
      await settled();
      await all.disposeAsync();
    },
  };
};
