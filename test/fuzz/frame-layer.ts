import { Arena, type Seat, seeded, shortened, within } from "./arena.ts";
import type { Random } from "./random.ts";
import { nasty, nested, nestedObjects } from "./values.ts";
import { Random as Seeded } from "./random.ts";

const COMMANDS = [
  "message_new",
  "messages_get",
  "channels_get",
  "ping",
  "login",
  "register",
  "auth",
  "nothing_of_the_kind",
  "constructor",
  "__proto__",
];

/** One text that has little to do with the protocol. */
export function brokenFrame(random: Random): string {
  const cmd = random.pick(COMMANDS);
  const valid = JSON.stringify({
    cmd,
    channel: "general",
    content: "hello",
    username: "somebody",
    password: "secret",
    listener: "l",
  });
  switch (random.int(0, 15)) {
    case 0:
      return String.fromCharCode(...Array.from({ length: random.int(0, 200) }, () => random.int(0, 255)));
    case 1:
      return valid.slice(0, random.int(0, valid.length - 1));
    case 2:
      return random.pick([nested(10_000), nestedObjects(10_000), `[${nestedObjects(3000)}]`, "[".repeat(200_000)]);
    case 3:
      return `{"cmd":${random.pick([nested(10_000), nestedObjects(10_000), nested(60)])}}`;
    case 4:
      return `{"cmd":"${cmd}","listener":${random.pick([nested(10_000), `"${"l".repeat(100_000)}"`])}}`;
    case 5:
      if (random.chance(0.3))
        return `{"cmd":"message_new","channel":"general","content":"x","embeds":[{"a":${nestedObjects(60_000)}}]}`;
      return `{"cmd":"${cmd}","channel":"general","content":${random.pick([nested(10_000), nestedObjects(10_000)])},"username":${nested(10_000)}}`;
    case 6:
      return random.chance(0.8) ? valid.replace("hello", "\\u0000\\u0001\\u007f") : valid.replace("hello", "x\u0000\u001b");
    case 7:
      return valid.replace("hello", random.pick(["\\ud800", "\\udc00\\ud800", "a\\udfff"]));
    case 8:
      return `{"__proto__":{"polluted":true,"cmd":"ping"},"constructor":{"prototype":{"polluted":true}},${valid.slice(1)}`;
    case 9:
      return `{"cmd":"ping","cmd":"${cmd}","channel":"x","channel":"general","content":1,"content":"twice"}`;
    case 10:
      return `{"cmd":"${cmd}","channel":"general","content":"x","reply_to":1e999,"limit":1e999,"start":-1e999,"password":99999999999999999999999999}`;
    case 11:
      return valid.replace("general", random.pick(["../../etc/passwd", "/", "..", "%00", "general\\u0000", "C:\\\\con"]));
    case 12:
      return random.pick([
        "null",
        "1",
        "true",
        '"ping"',
        "[]",
        "{}",
        '[{"cmd":"ping"}]',
        "",
        " ",
        "\u0000",
        "NaN",
        "{cmd:'ping'}",
        "//",
        "\uFEFF{}",
      ]);
    case 13:
      return JSON.stringify({ cmd: nasty(random), listener: nasty(random) });
    case 14:
      return JSON.stringify({
        cmd,
        username: nasty(random),
        password: nasty(random),
        channel: nasty(random),
        content: nasty(random),
      });
    default:
      return valid.replace(
        "hello",
        random.chance(0.1) ? "x".repeat(4 * 1024 * 1024) : random.text(random.int(0, 3000), "abc ü😀"),
      );
  }
}

/** Sends broken frames from every kind of connection, and looks after the server in between. */
export async function attackFrameLayer(seed: number, frames: number): Promise<void> {
  const random = new Seeded(seed);
  await using arena = await Arena.open();
  for (let n = 0; n < frames; n++) {
    const which: Seat = random.pick(["member", "ghost", "ghost", "owner"]);
    const text = brokenFrame(random);
    await seeded(seed, `frame ${n} from the ${which}, ${shortened(text)}`, async () => {
      await arena.send(await arena.seat(which), text);
      if (n % 50 === 49) await arena.examine();
    });
  }
  await seeded(seed, "a flood of requests at once", async () => {
    const client = await arena.seat("member");
    const flood = Array.from({ length: random.int(300, 600) }, () => ({ cmd: "ping", listener: "flood" }));
    for (const frame of flood) client.send(frame);
    const answers: unknown[] = [];
    for (let round = 0; round < 10 && answers.length < flood.length; round++)
      answers.push(...(await within(client.arrived())).filter(({ listener }) => listener === "flood"));
    if (answers.length !== flood.length) throw new Error(`${flood.length} requests had ${answers.length} answers`);
  });
  await seeded(seed, "at the end", () => arena.examine());
}
