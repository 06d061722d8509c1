// `bun test/dashboard/record.ts`: serves a chat, plays an evening in it, and writes what its watcher heard to recorded/evening.ndjson,
// from which the dashboard's tests draw their frames. Ids and times are made the same for every recording.
import { join } from "node:path";

import { ControlClient } from "../../src/admin/control-client.ts";
import { dataFolder } from "../../src/config/data-folder.ts";
import type { Input } from "../../src/dashboard/store.ts";
import { serve } from "../../src/serve.ts";
import { temporaryFolder } from "../support/folder.ts";
import { SocketClient } from "../support/server.ts";

const BEGAN = Date.UTC(2026, 10, 20, 20, 0, 0);
const SECONDS = 12;

using temporary = temporaryFolder();
const folder = dataFolder({}, { data: join(temporary.path, "data") });
const server = await serve({
  folder,
  env: {},
  version: "1.0.0",
  user: "operator",
  flags: { "websocket.port": 0, "server.name": "Friday evening", "rate_limiting.enabled": false },
  log: { write() {}, terminal: false, colour: false },
});
const client = new ControlClient(folder.socketPath, "operator");
const lines: Input[] = [];
const stop = new AbortController();
let seconds = 0;
const enough = Promise.withResolvers<void>();
const watching = (async () => {
  for await (const line of client.watch(stop.signal)) {
    lines.push(line);
    if (line.type === "stats" && ++seconds === SECONDS) enough.resolve();
  }
})().catch(() => {});

const url = server.status().urls[0]!;
for (const name of ["日本語の部屋", "שלום", "👩‍👩‍👧 family", "a-room-with-a-name-that-is-longer-than-most-lists-have-room-for"])
  await client.call("channel.create", { name, kind: "text" });
const people = await Promise.all(["alice", "bob", "carol", "Дмитрий", "spammer"].map((name) => SocketClient.signedIn(url, name)));
const [alice, bob] = people as [SocketClient, SocketClient];
for (let index = 0; index < 40; index++) {
  await people[index % people.length]!.ask({
    cmd: "message_new",
    channel: index % 3 ? "general" : "日本語の部屋",
    content: `${index}`,
  });
}
await alice.ask({ cmd: "voice_join", channel: "voice", peer_id: "peer-a" });
await bob.ask({ cmd: "voice_join", channel: "voice", peer_id: "peer-b" });
await client.call("member.timeout", { user: "carol", seconds: 600, reason: "too many capitals" });
await client.call("channel.update", { channel: "general", changes: { slowMode: 30 } });
await client.call("member.ban", { user: "spammer", reason: "sells watches, 時計を売る" });
await SocketClient.signedIn(url, "alice");
await enough.promise;
const { members } = (await client.call("user.list", {})) as any;
const { entries } = (await client.call("modlog.list", {})) as any;
lines.push({ type: "members", members }, { type: "acts", acts: entries });
const voice = (await client.call("voice.state", { channel: "voice" })) as any;
lines.push({ type: "seats", channel: voice.place.channel, seats: voice.seats });
stop.abort();
await watching;
for (const one of people) one.socket.close();
await server.stop("the recording is over");

const ids = new Map<string, string>();
const first = server.status().startedAt;
const text = lines
  .map((line) => JSON.stringify(line))
  .join("\n")
  .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (id) => {
    if (!ids.has(id)) ids.set(id, `00000000-0000-7000-8000-${String(ids.size + 1).padStart(12, "0")}`);
    return ids.get(id)!;
  })
  .replaceAll(/\b1[0-9]{12}\b/g, (at) => String(BEGAN + Number(at) - first))
  .replaceAll(folder.path, "/srv/chat")
  .replaceAll(url, "wss://chat.example.org")
  .replaceAll(`"pid":${process.pid}`, '"pid":1')
  .replaceAll(`pid=${process.pid}`, "pid=1");
await Bun.write(join(import.meta.dir, "recorded/evening.ndjson"), `${text}\n`);
process.exit(0);
