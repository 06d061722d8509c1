// One process of the load: reads a job a line from standard input, does it with raw sockets, and answers with a line of JSON.
import { createInterface } from "node:readline";
import { RawSocket } from "./raw-socket.ts";

export interface Arrive {
  readonly job: "arrive";
  readonly port: number;
  /** Numbers of the connections; each comes from an address of its own. */
  readonly from: number;
  readonly count: number;
  /** How many accounts they share, and which is the first; none: nobody signs in. */
  readonly accounts: number;
  readonly firstAccount: number;
  readonly password: string;
  /** How many sign in at the same time. */
  readonly atOnce: number;
}
/** `messages` messages in all, at most `window` under way, from up to sixteen of the connections here; or none sent, only heard. */
export interface FanOut {
  readonly job: "fan-out";
  readonly channel: string;
  readonly messages: number;
  readonly window: number;
  readonly sends: boolean;
}
/** Messages at a steady rate from connections by turns; each is timed until its sender has its own copy. */
export interface Acks {
  readonly job: "acks";
  readonly channel: string;
  readonly messages: number;
  readonly perSecond: number;
}
/** One question again and again, each timed until the answer is there. */
export interface Ask {
  readonly job: "ask";
  readonly frame: Record<string, unknown>;
  readonly times: number;
  /** What the answer must hold. */
  readonly answer: string;
}
/** Says something once and waits for no answer. */
export interface Tell {
  readonly job: "tell";
  readonly frame: Record<string, unknown>;
}
export type Job = Arrive | FanOut | Acks | Ask | Tell;

export interface Done {
  readonly error?: string;
  /** Milliseconds since the epoch, with fractions. */
  readonly from: number;
  readonly to: number;
  /** Seconds of processor time this process used. */
  readonly cpu: number;
  readonly frames: number;
  readonly bytes: number;
  /** Milliseconds, in the order in which they were taken. */
  readonly times: readonly number[];
  /** The last answer, for who wants to look at it. */
  readonly answer?: string;
}

const TEXT = "A message of ordinary length, as people write them to each other in a channel about this and that, all day.";
const SENDERS = 16;
const LONGEST = 40_000;
const clients: RawSocket[] = [];
const now = (): number => performance.timeOrigin + performance.now();

const addressOf = (n: number): string => `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`;

async function arrive({ port, from, count, accounts, firstAccount, password, atOnce }: Arrive): Promise<void> {
  let next = from;
  const one = async () => {
    while (next < from + count) {
      const n = next++;
      const client = await RawSocket.connect(port, addressOf(n + 1));
      clients.push(client);
      if (!accounts) continue;
      const ready = client.heard(`"cmd":"ready"`);
      client.send(JSON.stringify({ cmd: "login", username: `bench${firstAccount + (n % accounts)}`, password }));
      await ready;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, one));
}

async function quiet(): Promise<void> {
  for (let before = -1; before !== total();) {
    before = total();
    await Bun.sleep(150);
  }
  for (const client of clients) client.frames = client.bytes = 0;
}
const total = (): number => clients.reduce((sum, { frames }) => sum + frames, 0);

function fanOut({ channel, messages, window, sends }: FanOut): Promise<void> {
  const senders = sends ? clients.slice(0, SENDERS) : [];
  let sent = 0;
  const feed = () => {
    while (senders.length && sent < messages && sent - clients[0]!.frames < window)
      senders[sent++ % senders.length]!.send(JSON.stringify({ cmd: "message_new", channel, content: TEXT }));
  };
  return new Promise((go, fail) => {
    const late = setTimeout(
      () => fail(new Error(`${total()} of ${messages * clients.length} frames after ${LONGEST} ms`)),
      LONGEST,
    );
    let open = clients.length;
    for (const [at, client] of clients.entries()) {
      let over = false;
      client.onNews = () => {
        if (at === 0) feed();
        if (over || client.frames < messages) return;
        over = true;
        client.onNews = undefined;
        if (--open) return;
        clearTimeout(late);
        go();
      };
    }
    feed();
  });
}

const LISTENER = Buffer.from(`"listener":"`);
function acks({ channel, messages, perSecond }: Acks, times: number[]): Promise<void> {
  const sentAt = new Map<number, number>();
  let sent = 0;
  return new Promise((go, fail) => {
    const late = setTimeout(() => fail(new Error(`${times.length} of ${messages} acknowledged`)), LONGEST);
    for (const client of clients)
      client.onFrame = (payload) => {
        const text = Buffer.from(payload.buffer, payload.byteOffset, payload.length);
        const at = text.lastIndexOf(LISTENER);
        if (at < 0) return;
        const began = sentAt.get(Number.parseInt(text.toString("latin1", at + LISTENER.length, at + LISTENER.length + 9), 10));
        if (began === undefined) return;
        if (times.push(now() - began) < messages) return;
        clearTimeout(late);
        for (const one of clients) one.onFrame = undefined;
        go();
      };
    const start = now();
    const tick = setInterval(() => {
      for (const due = Math.min(messages, ((now() - start) / 1000) * perSecond); sent < due; sent++) {
        sentAt.set(sent, now());
        clients[(sent * 7) % clients.length]!.send(
          JSON.stringify({ cmd: "message_new", channel, content: TEXT, listener: String(sent) }),
        );
      }
      if (sent >= messages) clearInterval(tick);
    }, 1);
  });
}

/** Asks by turns: what one account may ask in a minute is limited whatever the settings say. */
let asked = 0;
async function ask({ frame, times: count, answer }: Ask, times: number[]): Promise<string> {
  let last = "";
  for (let n = 0; n < count; n++) {
    const client = clients[asked++ % clients.length]!;
    const began = now();
    const heard = client.heard(answer);
    client.send(JSON.stringify(frame));
    last = await heard;
    times.push(now() - began);
  }
  return last;
}

async function perform(job: Job): Promise<Done> {
  if (job.job === "fan-out" || job.job === "acks") await quiet();
  const times: number[] = [];
  const cpu = process.cpuUsage();
  const from = now();
  let answer: string | undefined;
  if (job.job === "arrive") await arrive(job);
  else if (job.job === "fan-out") await fanOut(job);
  else if (job.job === "acks") await acks(job, times);
  else if (job.job === "ask") answer = await ask(job, times);
  else clients[0]!.send(JSON.stringify(job.frame));
  const to = now();
  const { user, system } = process.cpuUsage(cpu);
  const bytes = clients.reduce((sum, client) => sum + client.bytes, 0);
  const lost = clients.filter(({ ended }) => ended).length;
  return {
    from,
    to,
    cpu: (user + system) / 1e6,
    frames: total(),
    bytes,
    times,
    ...(answer !== undefined && { answer }),
    ...(lost > 0 && { error: `${lost} connections were closed` }),
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  let done: Done;
  try {
    done = await perform(JSON.parse(line) as Job);
  } catch (why) {
    done = { error: String(why), from: 0, to: 0, cpu: 0, frames: 0, bytes: 0, times: [] };
  }
  process.stdout.write(`${JSON.stringify(done)}\n`);
}
process.exit(0);
