// People on a line chat: `line-load.ts <port> <people> <messages> <rounds>` lets them come in, and then says for each round in a line of JSON how
// long it took until everybody had every message.
import type { Socket } from "bun";

const [port, people, messages, rounds] = process.argv.slice(2).map(Number) as [number, number, number, number];
const TEXT = "A message of ordinary length, as people write them to each other in a room about this and that, all day.";
const IN = "This is the beginning of #general.";
const LF = 10;
const SENDERS = 16;
const WINDOW = 64;
const LONGEST = 60_000;
const AT_ONCE = 50;

interface Person {
  readonly socket: Socket<Person>;
  lines: number;
  inside: (() => void) | undefined;
  heard: string;
}
const all: Person[] = [];
let onLine: (person: Person) => void = () => {};

/** Everybody comes from an address of their own: so many from one would be turned away. */
const addressOf = (n: number): string => `127.${1 + (n >> 16)}.${(n >> 8) & 255}.${1 + (n & 127)}`;

async function arrive(n: number): Promise<void> {
  const inside = Promise.withResolvers<void>();
  await Bun.connect<Person>({
    hostname: "127.0.0.1",
    port,
    // Known to Bun, if not to its types.
    ...({ localAddress: addressOf(n * 2) } as object),
    socket: {
      open(socket) {
        socket.data = { socket, lines: 0, inside: inside.resolve, heard: "" };
        all.push(socket.data);
        socket.write(`p${n}\n:join general\n:chat\n`);
      },
      data({ data: person }, piece) {
        if (person.inside) {
          person.heard += piece.toString();
          if (!person.heard.includes(IN)) return;
          person.inside();
          person.inside = undefined;
          person.heard = "";
          return;
        }
        for (let at = piece.indexOf(LF); at >= 0; at = piece.indexOf(LF, at + 1)) person.lines++;
        onLine(person);
      },
      close: () => inside.reject(new Error("a person was sent away")),
    },
  });
  await inside.promise;
}

let next = 0;
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    while (next < people) await arrive(next++);
  }),
);
const total = (): number => all.reduce((sum, { lines }) => sum + lines, 0);
for (let round = 0; round < rounds; round++) {
  for (let before = -1; before !== total();) {
    before = total();
    await Bun.sleep(300);
  }
  for (const person of all) person.lines = 0;
  const began = performance.now();
  await new Promise<void>((go, fail) => {
    const late = setTimeout(() => fail(new Error(`${total()} of ${messages * people} lines`)), LONGEST);
    let sent = 0;
    let open = people;
    const feed = () => {
      while (sent < messages && sent - all[0]!.lines < WINDOW) all[sent++ % SENDERS]!.socket.write(`${TEXT}\n`);
    };
    const done = new Set<Person>();
    onLine = (person) => {
      if (person === all[0]) feed();
      if (person.lines < messages || done.has(person)) return;
      done.add(person);
      if (--open) return;
      clearTimeout(late);
      go();
    };
    feed();
  });
  onLine = () => {};
  const seconds = (performance.now() - began) / 1000;
  console.log(JSON.stringify({ perSecond: (messages * people) / seconds }));
}
process.exit();
