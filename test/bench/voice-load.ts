// People who all talk and hear each other through one engine: `voice-load.ts <engine> <people> <packets a second each> <seconds>`.
// Prints one line of JSON.
import { Listener, Talker } from "../support/relay-client.ts";
import { Engine, type EngineName } from "./voice-talk.ts";

/** Milliseconds: until code that is used often is compiled for speed; between two turns of the speakers; until nothing comes any more. */
const WARM_UP = 4000;
const TURN = 5;
const QUIET = 500;
/** Every so many packets one is decrypted, which proves that they can be. */
const SAMPLE = 97;
/** As Opus has at 64 kbit/s. */
const PAYLOAD = "o".repeat(160);

const [, , name, people, rate, seconds] = process.argv;
const PEOPLE = Number(people);
const RATE = Number(rate);
await using engine = new Engine(name as EngineName);
await engine.ready;

/** What comes to a listener, counted before it costs anything. */
let heard = 0;
let sampled = 0;
let undecipherable = 0;
interface Socket {
  onData(data: Buffer, from: unknown): void;
}
function count({ pc }: Listener): void {
  const dtls = pc.dtlsTransports[0]!;
  const { protocols } = dtls.iceTransport.connection as unknown as { protocols: { transport: Socket }[] };
  for (const { transport } of protocols) {
    const take = transport.onData.bind(transport);
    transport.onData = (data, from) => {
      const type = data[1]! & 0x7f;
      // RTP by its first byte (RFC 7983 §7), and no RTCP (RFC 5761 §4).
      if (data[0]! < 128 || data[0]! > 191 || (type >= 64 && type <= 95)) return take(data, from);
      if (++heard % SAMPLE !== 0) return;
      sampled++;
      try {
        dtls.srtp.decrypt(data);
      } catch {
        undecipherable++;
      }
    };
  }
}

const seats = Array.from({ length: PEOPLE }, (_, i) => ({ session: `s${i}`, room: "room", stream: `stream${i}` }));
const talkers: Talker[] = [];
for (const seat of seats) talkers.push(await Talker.connect(engine, seat));
for (const seat of seats) {
  const listener = await Listener.connect(engine, seat, { places: PEOPLE - 1 });
  if (listener.streams.length !== PEOPLE - 1) throw new Error(`a listener hears ${listener.streams.length} streams`);
  count(listener);
}

let said = 0;
let due = 0;
let last = performance.now();
const speakers = setInterval(() => {
  const now = performance.now();
  due += ((now - last) / 1000) * RATE * PEOPLE;
  last = now;
  for (; due >= 1; due--) void talkers[said++ % PEOPLE]!.say(PAYLOAD);
}, TURN);

await Bun.sleep(WARM_UP);
const [before, began, heardBefore] = [await engine.usage(), performance.now(), heard];
await Bun.sleep(Number(seconds) * 1000);
const [after, took, heardThen] = [await engine.usage(), (performance.now() - began) / 1000, heard];
clearInterval(speakers);
for (let seen = -1; seen !== heard;) {
  seen = heard;
  await Bun.sleep(QUIET);
}
const { received, sent } = await engine.usage();
const cpu = after.cpuSeconds - before.cpuSeconds;
console.log(
  JSON.stringify({
    cpuPercent: (100 * cpu) / took,
    megabytes: after.residentBytes / 1e6,
    perSecond: (heardThen - heardBefore) / took,
    microseconds: (1e6 * cpu) / (after.sent - before.sent),
    /** From the first packet to the last: what should have come, what did not come in, go out, and arrive. */
    expected: said * (PEOPLE - 1),
    lostBefore: (said - received) * (PEOPLE - 1),
    lostWithin: received * (PEOPLE - 1) - sent,
    lostAfter: sent - heard,
    sampled,
    undecipherable,
  }),
);
await engine[Symbol.asyncDispose]();
process.exit(0);
