import { SQL } from "bun";
import { Database } from "bun:sqlite";
import { join } from "node:path";

import { SocketClient, startServer } from "../support/server.ts";

/** What one round has shown; `faults` is empty when every promise was kept. */
export interface Round {
  readonly acknowledged: number;
  /** Sent and not yet answered when the process was killed. */
  readonly underWay: number;
  /** How many of those were stored all the same. */
  readonly underWayKept: number;
  readonly faults: readonly string[];
}

export interface DrillOptions {
  readonly binary: string;
  /** An empty folder, or that of the round before. */
  readonly folder: string;
  readonly round: number;
  /** From 0 up to 1; decides when the process is killed. */
  readonly random: () => number;
  readonly senders?: number;
  /** Address of a Postgres database that is empty or that of the round before; without it the server keeps all in its folder. */
  readonly database?: string | undefined;
}

/** Messages a sender has under way at one time. */
const WINDOW = 16;
const CHANNEL = "general";
const LONGEST_ROUND_MS = 60_000;

interface Stored {
  readonly id: string;
  readonly content: string;
}

/**
 * Kills the server with SIGKILL while several clients send and one listens, then looks at what is on the disk and starts it again:
 * every acknowledged message must be there, once, in the order in which it was delivered; the database must be whole; and what is sent again
 * under the same nonce must give the same message.
 */
export async function drill({ binary, folder, round, random, senders = 4, database }: DrillOptions): Promise<Round> {
  const env = {
    PATH: "/nonexistent",
    HOME: folder,
    CHAT_DATA: join(folder, "data"),
    CHAT_RATE_LIMITING_ENABLED: "false",
    ...(database && { CHAT_DATABASE_URL: database }),
  };
  const stored = () => (database ? storedOnPostgres(database) : storedInFile(join(env.CHAT_DATA, "chat.db"), faults));
  const start = () => startServer(binary, ["--log-level", "warn"], { cwd: folder, env });
  const acknowledged = new Map<string, string>();
  const sent: { sender: number; content: string; nonce: string }[] = [];
  const killAfter = 50 + Math.floor(random() * 1500);
  let delivered: Stored[];
  {
    await using server = await start();
    const listener = await SocketClient.signedIn(server.url, "listener");
    const clients = await Promise.all(
      Array.from({ length: senders }, (_, index) => SocketClient.signedIn(server.url, `sender${index}`)),
    );
    const enough = Promise.withResolvers<void>();
    clients.forEach((client, sender) => {
      let count = 0;
      const say = () => {
        const content = `round ${round} sender ${sender} message ${++count}`;
        sent.push({ sender, content, nonce: content });
        client.send({ cmd: "message_new", channel: CHANNEL, content, nonce: content, listener: content });
      };
      client.onFrame(({ cmd, listener: answerTo, message }) => {
        if (cmd !== "message_new" || answerTo === undefined) return;
        acknowledged.set(answerTo as string, message.id as string);
        if (acknowledged.size === killAfter) {
          server.signal("SIGKILL");
          enough.resolve();
        } else say();
      });
      for (let index = 0; index < WINDOW; index++) say();
    });
    const deadline = setTimeout(() => enough.reject(new Error("the server has stopped answering")), LONGEST_ROUND_MS);
    await enough.promise.finally(() => clearTimeout(deadline));
    await server.exited;
    await Promise.all([listener, ...clients].map(({ closed }) => closed.promise));
    delivered = listener.frames.filter(({ cmd }) => cmd === "message_new").map(({ message }) => message as Stored);
  }

  const faults: string[] = [];
  const before = await stored();
  const byId = new Map(before.map((message) => [message.id, message]));
  for (const [content, id] of acknowledged)
    if (byId.get(id)?.content !== content) faults.push(`acknowledged and lost: ${content} (${id})`);
  for (const message of delivered)
    if (!byId.has(message.id)) faults.push(`delivered and lost: ${message.content} (${message.id})`);
  const ids = new Set(delivered.map(({ id }) => id));
  const inOrder = before.filter(({ id }) => ids.has(id)).map(({ id }) => id);
  if (inOrder.join() !== delivered.map(({ id }) => id).join()) faults.push("the order on disk is not the order of delivery");

  const kept = new Set(before.map(({ content }) => content));
  const underWay = sent.filter(({ content }) => !acknowledged.has(content));
  await using server = await start();
  for (const sender of Array.from({ length: senders }, (_, index) => index)) {
    const client = await SocketClient.signedIn(server.url, `sender${sender}`);
    const answered = sent.filter(({ sender: by, content }) => by === sender && acknowledged.has(content)).slice(-WINDOW);
    for (const { content, nonce } of [...answered, ...underWay.filter(({ sender: by }) => by === sender)]) {
      const { message } = await client.ask({ cmd: "message_new", channel: CHANNEL, content, nonce });
      const known = acknowledged.get(content) ?? before.find((one) => one.content === content)?.id;
      if (known !== undefined && message.id !== known) faults.push(`sent again, it became another message: ${content}`);
    }
  }
  server.signal("SIGTERM");
  if ((await server.exited) !== 0) faults.push(`the server did not end well: ${server.stderr()}`);
  const after = await stored();
  const times = new Map<string, number>();
  for (const { content } of after) times.set(content, (times.get(content) ?? 0) + 1);
  for (const { content } of sent) if (times.get(content) !== 1) faults.push(`there ${times.get(content) ?? 0} times: ${content}`);

  return {
    acknowledged: acknowledged.size,
    underWay: underWay.length,
    underWayKept: underWay.filter(({ content }) => kept.has(content)).length,
    faults,
  };
}

/** In the order in which a channel shows them. */
const MESSAGES = "select m.id, m.content from message m join channel c on c.id = m.place where c.name = 'general' order by m.n";

/** A server that was killed leaves sessions that Postgres is still to end, and they may still commit what was sent: the lock of a writer is waited for. */
async function storedOnPostgres(url: string): Promise<Stored[]> {
  await using sql = new SQL(url, { max: 1 });
  return sql.begin(async (tx) => {
    await tx.unsafe("lock table message in share mode");
    return Array.from(await tx.unsafe<Stored[]>(MESSAGES));
  });
}

function storedInFile(file: string, faults: string[]): Stored[] {
  const db = new Database(file);
  try {
    const whole = db.query<{ integrity_check: string }, []>("pragma integrity_check").all();
    if (whole.length !== 1 || whole[0]!.integrity_check !== "ok") faults.push(`integrity_check: ${JSON.stringify(whole)}`);
    const broken = db.query("pragma foreign_key_check").all();
    if (broken.length) faults.push(`foreign_key_check: ${JSON.stringify(broken)}`);
    return db.query<Stored, []>(MESSAGES).all();
  } finally {
    db.close();
  }
}

/** Numbers from 0 up to 1 that are the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
