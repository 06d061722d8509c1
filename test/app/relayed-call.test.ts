// A whole server, from a client's offer to what its operator sees; only the relay itself is not real.
import { expect, test } from "bun:test";
import { join } from "node:path";
import { ControlClient } from "../../src/admin/control-client.ts";
import { dataFolder } from "../../src/config/data-folder.ts";
import { serve } from "../../src/serve.ts";
import { ENGINES, type OpenParts } from "../../src/voice/engines.ts";
import type { WatchLine } from "../../src/wire/control/protocol.ts";
import { temporaryFolder } from "../support/folder.ts";
import { FakeRelay } from "../support/relay.ts";
import { SocketClient } from "../support/server.ts";

/** The server's engine, until the end of the test. */
function withEngine(relay: FakeRelay): Disposable {
  const { port } = ENGINES;
  const open = async (parts: OpenParts) => Object.assign(relay, { port: parts.port });
  Object.assign(ENGINES, { port: { gaps: [], open } });
  return { [Symbol.dispose]: () => void Object.assign(ENGINES, { port }) };
}

test("a call that is relayed is opened by its first offer, watched and counted, and over when the server ends", async () => {
  using temporary = temporaryFolder();
  const relay = new FakeRelay();
  using _ = withEngine(relay);
  let ended = 0;
  relay[Symbol.asyncDispose] = async () => void ended++;
  const folder = dataFolder({}, { data: join(temporary.path, "data") });
  const server = await serve({
    folder,
    env: {},
    user: "operator",
    version: "0",
    flags: { "websocket.port": 0, "tcp.enabled": false },
    log: { write() {}, terminal: false, colour: false },
  });
  const control = new ControlClient(folder.socketPath, "operator");
  const before = (await control.status()).voice;
  expect(before).toMatchObject({ engine: "port", host: "127.0.0.1", open: false });
  expect(before!.port).toBeGreaterThan(0);

  const watching = control.watch()[Symbol.asyncIterator]();
  const told = async <T extends WatchLine["type"]>(type: T) => {
    for (;;) {
      const { value } = await watching.next();
      if ((value as WatchLine).type === type) return value as Extract<WatchLine, { type: T }>;
    }
  };
  expect((await told("snapshot")).flows).toEqual([]);

  const ann = await SocketClient.signedIn(server.status().urls[0]!, "ann");
  ann.send({ cmd: "voice_join", channel: "voice", relay: true });
  ann.send({ cmd: "voice_publish", sdp: "ann" });
  expect(await ann.frame(({ cmd }) => cmd === "voice_publish")).toMatchObject({ sdp: "answer to ann" });
  expect((await control.status()).voice).toEqual({ ...before!, open: true });
  const { session, stream, room } = relay.of("ann");
  relay.measured.set(session, { received: 50 });
  const unknown = { perSecond: null, lost: null };
  expect((await told("flows")).flows).toEqual([{ channel: room, stream, speaking: false, in: unknown, out: unknown }]);
  relay.sayOf("ann", { kind: "speaking", speaking: true });
  expect(await ann.frame(({ cmd }) => cmd === "voice_speaking")).toMatchObject({ stream, speaking: true });
  const { seats } = (await control.call("voice.state", { channel: "voice" })) as { seats: object[] };
  expect(seats).toMatchObject([{ user: { name: "ann" }, stream }]);
  const { body } = await fetch("http://chat/metrics", { unix: folder.socketPath } as RequestInit);
  const text = await new Response(body).text();
  expect(text).toContain("chat_voice_connections 1\n");
  expect(text).toContain('chat_voice_packets_total{direction="in"} 50\n');

  ann.send({ cmd: "voice_leave" });
  while ((await told("flows")).flows.length);
  expect(relay.connections).toEqual([]);
  await watching.return?.(undefined);
  ann.socket.close();
  await server.stop("the test is over");
  expect(ended).toBe(1);
});
