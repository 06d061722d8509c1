import { describe, expect, test } from "bun:test";
import { SettingsSchema } from "../../src/config/schema.ts";
import { RelayAway } from "../../src/kernel/media-relay.ts";
import { VoiceDoor } from "../../src/serve-voice.ts";
import type { Engines, OpenParts } from "../../src/voice/engines.ts";
import { FakeRelay } from "../support/relay.ts";
import { memoryLog } from "../support/world.ts";

const seat = { session: "s", room: "r", stream: "m" };
const taken = (port = 0) => Bun.udpSocket({ hostname: "127.0.0.1", port, socket: { data() {} } });

function door(settings: object = {}, engines?: Partial<Engines>) {
  const log = memoryLog();
  const opened: OpenParts[] = [];
  const open = async (parts: OpenParts) => {
    opened.push(parts);
    return Object.assign(new FakeRelay(), { port: parts.port });
  };
  const voice = new VoiceDoor({
    settings: SettingsSchema.parse(settings),
    log,
    engines: { port: { gaps: [], open }, werift: { gaps: ["It is slow."], open }, ...engines },
  });
  return { voice, log, opened, events: () => log.lines.map(({ level, event }) => `${level} ${event}`) };
}

test("nothing is loaded or bound before somebody offers something, and then with what the settings say", async () => {
  const { voice, opened, events } = door({ voice: { public_address: ["203.0.113.7"], max_connections: 12 } });
  await using _ = voice;
  await voice.choosePort(0);
  const { port } = voice.at!;
  expect(port).toBeGreaterThan(0);
  expect(voice.at).toEqual({ engine: "port", host: "127.0.0.1", port, open: false, advertised: ["203.0.113.7"] });
  (await taken(port)).close();
  expect([opened.length, events()]).toEqual([0, ["info voice.ready"]]);
  await voice.relay!.answer(seat, "publish", "offer");
  expect(opened).toMatchObject([{ host: "127.0.0.1", port, advertised: ["203.0.113.7"], most: 12 }]);
  expect(voice.at).toMatchObject({ port, open: true });
});

describe("the UDP port", () => {
  test("is the web port's number, unless another is set or the web port is any", async () => {
    const socket = await taken();
    const free = socket.port;
    socket.close();
    const chosen = async (settings: object, web: number) => {
      await using voice = door(settings).voice;
      await voice.choosePort(web);
      return voice.at!.port;
    };
    expect(await chosen({ websocket: { port: free } }, free)).toBe(free);
    expect(await chosen({ websocket: { port: 1 }, voice: { port: free } }, 1)).toBe(free);
    expect(await chosen({ websocket: { port: 0 } }, free)).toBeGreaterThan(0);
  });

  test("that another program has is a warning in the log and a refusal with that sentence, until it is free", async () => {
    const other = await taken();
    const { voice, log, events } = door({ voice: { port: other.port } });
    await using _ = voice;
    await voice.choosePort(5613);
    expect(events()).toEqual(["warn voice.no-port"]);
    const sentence = `UDP port ${other.port} is in use by another program: choose another with voice.port, or stop it.`;
    expect(String(log.lines[0]!.fields["sentence"])).toStartWith(sentence);
    await expect(voice.relay!.answer(seat, "publish", "offer")).rejects.toThrow(new RelayAway(sentence));
    other.close();
    expect(await voice.relay!.answer(seat, "publish", "offer")).toBe("answer to offer");
  });
});

test("without the web port, by which calls are joined, nothing is relayed", async () => {
  await using voice = door({ websocket: { enabled: false } }).voice;
  expect([voice.relay, voice.at]).toEqual([undefined, null]);
});

test("who turned it off has neither relay nor port, and nothing is said of it", async () => {
  const { voice, events } = door({ voice: { engine: "off" }, websocket: { host: "0.0.0.0" } });
  await using _ = voice;
  await voice.choosePort(5613);
  expect([voice.relay, voice.at, events()]).toEqual([undefined, null, []]);
});

test("what is known to be missing in an engine is said at the start", async () => {
  const { voice, log } = door({ voice: { engine: "werift" } });
  await using _ = voice;
  await voice.choosePort(0);
  expect(log.lines).toContainEqual({
    level: "warn",
    event: "voice.engine-gap",
    fields: { engine: "werift", sentence: "It is slow." },
  });
});

test("that browsers give others no microphone without encryption is said at the start", async () => {
  const warned = async (settings: object) => {
    const { voice, events } = door({ voice: { host: "127.0.0.1" }, ...settings });
    await using _ = voice;
    await voice.choosePort(0);
    return events().includes("warn voice.no-microphone");
  };
  expect(await warned({ websocket: { host: "0.0.0.0" } })).toBe(true);
  expect(await warned({ websocket: { host: "0.0.0.0" }, tls: { mode: "self" } })).toBe(false);
  expect(await warned({ websocket: { host: "0.0.0.0", trusted_proxies: ["10.0.0.1"] } })).toBe(false);
  expect(await warned({})).toBe(false);
  for (const host of ["::1", "[::1]", "localhost"]) expect(await warned({ websocket: { host } })).toBe(false);
});
