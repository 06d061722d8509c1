// The floor every figure stands on: a bare Bun.serve that parses each frame, stringifies and publishes it, and stores nothing.
// It signs everybody in, and answers a question with the answer it was given for it. As `floor.ts --durable` it keeps messages on disk, and
// tells nobody of them before.
import { rmSync } from "node:fs";
import { mkdtemp, rename } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openKeeper } from "./keeper.ts";

const reply = new Map<string, unknown>();
let n = 0;
const folder = await mkdtemp(join(tmpdir(), "chat-bench-floor-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
process.on("SIGTERM", () => process.exit());
const file = join(folder, "file");
const keep = process.argv.includes("--durable") ? await openKeeper(join(folder, "kept.db")) : undefined;
/** A file that is kept and given back, and nothing else. */
async function carry(req: Request): Promise<Response> {
  if (req.method === "GET") return new Response(Bun.file(file));
  const arrival = `${file}-${++n}`;
  await Bun.write(arrival, new Response(req.body));
  await rename(arrival, file);
  return new Response();
}
const server = Bun.serve<undefined, never>({
  hostname: "127.0.0.1",
  port: 0,
  fetch: (req, self) => (self.upgrade(req, { data: undefined }) ? undefined : carry(req)),
  websocket: {
    publishToSelf: false,
    backpressureLimit: 64 * 1024 * 1024,
    open(ws) {
      ws.send(`{"cmd":"handshake","val":{"capabilities":["messages_get","messages_search"]}}`);
    },
    message(ws, text) {
      const frame = JSON.parse(String(text)) as Record<string, unknown>;
      if (frame["cmd"] === "login") {
        ws.subscribe("everybody");
        ws.send(JSON.stringify({ cmd: "auth_success", val: "ok" }));
        ws.send(JSON.stringify({ cmd: "ready" }));
      } else if (frame["cmd"] === "teach") reply.set(String(frame["question"]), frame["answer"]);
      else if (frame["cmd"] === "message_new") {
        const { listener, channel, content } = frame;
        const message = {
          user: "USR:local_bench1",
          content,
          timestamp: Date.now() / 1000,
          id: `019a0000-0000-7000-8000-${String(++n).padStart(12, "0")}`,
          pinned: false,
          type: "message",
          interaction: null,
          pings: { users: [], roles: [], replies: [] },
        };
        const news = { cmd: "message_new", message, channel, thread_id: null, global: true };
        const tell = () => {
          ws.publish("everybody", JSON.stringify(news));
          ws.send(JSON.stringify({ ...news, listener }));
        };
        if (keep) keep({ id: message.id, content: String(content), stored: tell });
        else tell();
      } else ws.send(JSON.stringify(reply.get(String(frame["cmd"])) ?? frame));
    },
  },
});
process.stdout.write(`${server.port}\n`);
