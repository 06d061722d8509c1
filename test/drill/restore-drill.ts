import { Database } from "bun:sqlite";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { SocketClient, startServer } from "../support/server.ts";

export interface RestoreRound {
  /** Messages that were acknowledged before the backup began. */
  readonly before: number;
  /** Acknowledged while it was made. */
  readonly meanwhile: number;
  readonly restored: number;
  /** Milliseconds the backup took, under load. */
  readonly backupMs: number;
  readonly faults: readonly string[];
}

const CHANNEL = "general";
const WINDOW = 16;
const FILES: Readonly<Record<string, string>> = {
  "plugins/demo/index.ts": "export default {};\n",
  [`plugins/demo/${"deep/".repeat(30)}a-file-with-a-long-name.txt`]: "a long way down\n",
  "acme/account.json": '{"key":"secret"}\n',
  "blobs/ab/cdef": "x".repeat(3_000_000),
  "blobs/new/under-way": "half of it",
};

/** Takes a backup while several clients send, restores it elsewhere, and compares: message by message, file by file. */
export async function restoreDrill({
  binary,
  folder,
  senders = 4,
  enough = 400,
}: {
  readonly binary: string;
  /** An empty one. */
  readonly folder: string;
  readonly senders?: number;
  /** Messages acknowledged before the backup. */
  readonly enough?: number;
}): Promise<RestoreRound> {
  const data = join(folder, "data");
  const elsewhere = join(folder, "elsewhere");
  const env = { PATH: "/nonexistent", HOME: folder, CHAT_RATE_LIMITING_ENABLED: "false" };
  const place = { cwd: folder, env: { ...env, CHAT_DATA: data } };
  const faults: string[] = [];
  const acknowledged = new Map<string, string>();
  const chat = async (...words: string[]) => {
    const run = Bun.spawn([binary, ...words], { ...place, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
    const [out, err, exit] = await Promise.all([new Response(run.stdout).text(), new Response(run.stderr).text(), run.exited]);
    if (exit !== 0) faults.push(`chat ${words.join(" ")} ended with ${exit}: ${err}`);
    return out;
  };

  await using server = await startServer(binary, ["--log-level", "warn"], place);
  for (const [path, content] of Object.entries(FILES)) {
    mkdirSync(dirname(join(data, path)), { recursive: true });
    writeFileSync(join(data, path), content);
  }
  const clients = await Promise.all(
    Array.from({ length: senders }, (_, index) => SocketClient.signedIn(server.url, `sender${index}`)),
  );
  const warm = Promise.withResolvers<void>();
  let ending = false;
  clients.forEach((client, sender) => {
    let count = 0;
    const say = () => {
      const content = `sender ${sender} message ${++count}`;
      client.send({ cmd: "message_new", channel: CHANNEL, content, listener: content });
    };
    client.onFrame(({ cmd, listener, message }) => {
      if (cmd !== "message_new" || listener === undefined) return;
      acknowledged.set(listener as string, message.id as string);
      if (acknowledged.size >= enough) warm.resolve();
      if (!ending) say();
    });
    for (let index = 0; index < WINDOW; index++) say();
  });
  await warm.promise;
  const before = new Map(acknowledged);
  const began = performance.now();
  const file = join(folder, "saved.tar.zst");
  await chat("backup", file);
  const backupMs = performance.now() - began;
  const meanwhile = acknowledged.size - before.size;
  if (meanwhile === 0) faults.push("nobody was answered while the backup was made");
  ending = true;
  server.signal("SIGTERM");
  await server.exited;

  await chat("restore", file, "--data", elsewhere);
  const restored = messages(join(elsewhere, "chat.db"), faults);
  const original = messages(join(data, "chat.db"), faults);
  for (const [content, id] of before) if (restored.get(id) !== content) faults.push(`acknowledged before and lost: ${content}`);
  for (const [id, content] of restored)
    if (original.get(id) !== content) faults.push(`in the backup and never written: ${content}`);
  for (const [path, content] of Object.entries(FILES)) {
    const there = await Bun.file(join(elsewhere, path)).exists();
    if (path.startsWith("blobs/new/") ? there : !there || readFileSync(join(elsewhere, path), "utf8") !== content)
      faults.push(`not as it was: ${path}`);
  }
  for (const path of ["config.json5"])
    if (!readFileSync(join(data, path)).equals(readFileSync(join(elsewhere, path)))) faults.push(`not as it was: ${path}`);
  if (epoch(join(data, "chat.db")) === epoch(join(elsewhere, "chat.db"))) faults.push("the log of events kept its epoch");

  await using again = await startServer(binary, ["--log-level", "warn", "--data", elsewhere], place);
  const client = await SocketClient.signedIn(again.url, "sender0");
  const { message } = await client.ask({ cmd: "message_new", channel: CHANNEL, content: "after the restore" });
  if (message?.content !== "after the restore") faults.push("the restored chat takes no message");
  const found = await client.ask({ cmd: "messages_search", channel: CHANNEL, query: "message 1" });
  if (!Array.isArray(found["results"]) || found["results"].length === 0)
    faults.push("the restored chat finds no message by its words");
  return { before: before.size, meanwhile, restored: restored.size, backupMs: Math.round(backupMs), faults };
}

function messages(file: string, faults: string[]): Map<string, string> {
  using db = new Database(file);
  const whole = db.query<{ integrity_check: string }, []>("pragma integrity_check").all();
  if (whole[0]?.integrity_check !== "ok") faults.push(`integrity_check of ${file}: ${JSON.stringify(whole)}`);
  const rows = db.query<{ id: string; content: string }, []>("select id, content from message order by n").all();
  return new Map(rows.map(({ id, content }) => [id, content]));
}
function epoch(file: string): string | undefined {
  using db = new Database(file);
  return db.query<{ value: string }, []>("select value from meta where key = 'event.epoch'").get()?.value;
}
