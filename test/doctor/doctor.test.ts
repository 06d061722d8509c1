import { afterAll, describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { dataFolder } from "../../src/config/data-folder.ts";
import { SettingsSchema } from "../../src/config/schema.ts";
import { examineDoors } from "../../src/doctor/doors.ts";
import { examine } from "../../src/doctor/examine.ts";
import type { Finding } from "../../src/doctor/finding.ts";
import { examineClock } from "../../src/doctor/machine.ts";
import type { Patient } from "../../src/doctor/patient.ts";
import { examineReach } from "../../src/doctor/reach.ts";
import { examineVoice } from "../../src/doctor/voice.ts";
import { openChallengeListener } from "../../src/net/acme/challenge-listener.ts";
import { generateKey, issueCertificate } from "../../src/net/self-signed.ts";
import { migrate } from "../../src/storage/migrations.ts";
import { openSqlite } from "../../src/storage/sqlite.ts";
import type { OpenDoor, RelayAt } from "../../src/wire/control/protocol.ts";
import { temporaryFolder } from "../support/folder.ts";

const NOW = Date.now();
const DAY = 24 * 60 * 60 * 1000;
const folders = new DisposableStack();
afterAll(() => folders.dispose());

async function patient(settings: object = {}, more: Partial<Patient> = {}): Promise<Patient> {
  const path = join(folders.use(temporaryFolder()).path, "data");
  mkdirSync(path, { mode: 0o700 });
  return {
    folder: dataFolder({}, { data: path }),
    settings: SettingsSchema.parse({ websocket: { port: 0 }, tcp: { port: 0 }, ...settings }),
    server: undefined,
    now: () => NOW,
    stopwatch: () => performance.now(),
    ...more,
  };
}
async function withDatabase(sql = "select 1"): Promise<Patient> {
  const found = await patient();
  const store = openSqlite(found.folder.databaseFile);
  await migrate(store, NOW);
  await store.exec(sql);
  await store[Symbol.asyncDispose]();
  return found;
}
const everything = async (of: Patient) => Array.fromAsync(examine(of));
/** @param look at what: each part takes its time. */
async function findings(of: Patient, about?: string, look: (of: Patient) => Promise<Finding[]> = everything): Promise<Finding[]> {
  const found = await look(of);
  for (const { level, remedy } of found) expect(remedy !== undefined).toBe(level !== "good");
  return about === undefined ? found : found.filter((one) => one.about === about);
}
async function pair(names: readonly string[], now = NOW) {
  const at = await patient();
  const key = await generateKey();
  const cert = await issueCertificate(key, { required: names, alsoNow: [] }, now);
  const paths = { cert: join(at.folder.path, "cert.pem"), key: join(at.folder.path, "key.pem") };
  writeFileSync(paths.cert, cert);
  writeFileSync(paths.key, key);
  return paths;
}
const encrypted = async (tls: object, url = "https://chat.example") =>
  findings(await patient({ server: { url }, tls: { mode: "files", ...tls } }), "certificate");

test("a healthy place has no finding that is not good, and nothing is left behind", async () => {
  const healthy = await withDatabase();
  const before = readdirSync(healthy.folder.path).toSorted();
  const found = await findings(healthy);
  expect(found.filter(({ level, about }) => level !== "good" && about !== "open files" && about !== "disk speed")).toEqual([]);
  expect(found.map(({ about }) => about)).toContain("estimate");
  expect(readdirSync(healthy.folder.path).toSorted()).toEqual(before);
});

test("the disk's speed is a figure that was measured", async () => {
  const [speed] = await findings(await patient(), "disk speed");
  expect(speed!.says).toMatch(/^[1-9]\d* flushes a second \(measured\)\./);
});

test("a disk on which files would be refused for want of room is odd", async () => {
  const at = await patient({ attachments: { disk_reserve: Number.MAX_SAFE_INTEGER } });
  expect(await findings(at, "disk space")).toMatchObject([{ level: "odd", remedy: expect.stringContaining("disk_reserve") }]);
});

describe("the data folder", () => {
  test("that others may read is odd", async () => {
    const open = await patient();
    chmodSync(open.folder.path, 0o755);
    expect(await findings(open, "data folder")).toMatchObject([{ level: "odd", remedy: `chmod 700 ${open.folder.path}` }]);
  });
  test("that is not there yet is odd, and is not made", async () => {
    const at = await patient();
    const absent = { ...at, folder: dataFolder({}, { data: join(at.folder.path, "deep/down") }) };
    expect(await findings(absent, "data folder")).toMatchObject([{ level: "odd" }]);
    expect(readdirSync(at.folder.path)).toEqual([]);
  });
});

describe("the database", () => {
  test("that is whole is good", async () => {
    expect(await findings(await withDatabase(), "database")).toMatchObject([{ level: "good" }]);
  });
  test("that is damaged is wrong", async () => {
    const at = await withDatabase();
    const bytes = readFileSync(at.folder.databaseFile);
    bytes.fill(0x5a, 8192, 40_000);
    writeFileSync(at.folder.databaseFile, bytes);
    expect(await findings(at, "database")).toMatchObject([{ level: "wrong", remedy: expect.stringContaining("restore") }]);
  });
  test("of a newer version is wrong", async () => {
    const at = await withDatabase("insert into migration (id, name, at) values (9999, 'later', 0)");
    expect(await findings(at, "database")).toMatchObject([{ level: "wrong", says: expect.stringContaining("newer version") }]);
  });
  test("on a Postgres server that does not answer is wrong, without the password", async () => {
    const at = await patient({ database: { url: "postgres://me:hunter2@127.0.0.1:1/chat" } });
    const [found] = await findings(at, "database");
    expect(found!.level).toBe("wrong");
    expect(JSON.stringify(found)).not.toContain("hunter2");
  });
});

describe("the clock", () => {
  test("that is behind what the database knows is wrong", () => {
    expect(examineClock(NOW, NOW + DAY).level).toBe("wrong");
    expect(examineClock(NOW, NOW - DAY).level).toBe("good");
  });
  test("that stands in the past is wrong", () => {
    expect(examineClock(0, undefined).level).toBe("wrong");
  });
});

describe("calls", () => {
  const about = async (what: string, settings: object, more: Partial<Patient> = {}) =>
    (await findings(await patient(settings, more), what, examineVoice))[0];
  const relaying = (voice: Partial<RelayAt>): Pick<Patient, "server"> => ({
    server: {
      pid: process.pid,
      doors: [],
      voice: { engine: "port", host: "127.0.0.1", port: 1, open: false, advertised: [], ...voice },
    },
  });
  const taken = () => Bun.udpSocket({ hostname: "127.0.0.1", socket: { data() {} } });

  test("that are not relayed are told as they are, and packets come through here", async () => {
    const off = await findings(await patient({ voice: { engine: "off" } }), undefined, examineVoice);
    expect(off.map(({ about: what, level }) => [what, level])).toEqual([
      ["voice", "good"],
      ["voice network", "good"],
    ]);
    expect(off[0]!.says).toContain("relays no sound");
  });

  test("need a UDP port that no other program has", async () => {
    const other = await taken();
    const settings = { voice: { port: other.port } };
    expect(await about("voice port", settings)).toMatchObject({
      level: "wrong",
      says: `UDP port ${other.port} is in use by another program.`,
      remedy: "Choose another with voice.port, or stop it.",
    });
    expect(await about("voice port", { websocket: { port: other.port } })).toMatchObject({ level: "wrong" });
    other.close();
    expect(await about("voice port", settings)).toMatchObject({ level: "good", says: expect.stringContaining("is free") });
    expect(await about("voice port", {})).toMatchObject({ says: "Any free one is taken." });
  });

  test("have a port that is our server's once one was relayed, and may be another's before", async () => {
    const port = await taken();
    const told = (open: boolean) => about("voice port", {}, relaying({ open, port: port.port }));
    expect(await told(true)).toMatchObject({ level: "good", says: expect.stringContaining("running server's") });
    expect(await told(false)).toMatchObject({ level: "wrong" });
    port.close();
    expect(await about("voice port", {}, { server: { pid: 1, doors: [], voice: null } })).toMatchObject({
      level: "good",
      says: expect.stringContaining("started with others"),
    });
  });

  test("that only this machine can reach are odd where others are to come by a proxy or a name", async () => {
    expect(await about("voice addresses", {})).toMatchObject({ level: "good", says: expect.stringContaining("127.0.0.1") });
    for (const settings of [{ server: { url: "https://chat.example" } }, { websocket: { trusted_proxies: ["127.0.0.1"] } }])
      expect(await about("voice addresses", settings)).toMatchObject({
        level: "odd",
        remedy: expect.stringContaining("voice.host"),
      });
  });

  test("behind a private address without a public one are odd where others are to come by a name", async () => {
    const inside = { websocket: { host: "10.1.2.3", port: 0 } };
    expect(await about("voice addresses", inside)).toMatchObject({ level: "good", says: expect.stringContaining("private") });
    const named = { ...inside, server: { url: "https://chat.example" } };
    expect(await about("voice addresses", named)).toMatchObject({
      level: "odd",
      remedy: expect.stringContaining("voice.public_address"),
    });
    expect(await about("voice addresses", { ...named, voice: { public_address: ["8.8.4.4"] } })).toMatchObject({
      level: "good",
      says: "Clients are told 8.8.4.4, 10.1.2.3.",
    });
  });

  test("without encryption get no microphone from elsewhere", async () => {
    expect(await about("microphone", { websocket: { host: "0.0.0.0", port: 0 } })).toMatchObject({ level: "odd" });
    expect(await about("microphone", { websocket: { host: "0.0.0.0", port: 0 }, tls: { mode: "self" } })).toMatchObject({
      level: "good",
    });
    expect(await about("microphone", {})).toMatchObject({ level: "good" });
  });
});

const running = (...doors: readonly Pick<OpenDoor, "of" | "port">[]): Pick<Patient, "server"> => ({
  server: { pid: process.pid, voice: null, doors: doors.map((door) => ({ host: "127.0.0.1", tls: false, ...door })) },
});
const ABOUT = {
  web: "web port",
  "line chat": "line chat port",
  tokens: "token port",
  metrics: "metrics port",
  certificates: "port for certificates",
};

describe("a port", () => {
  test("that another program has is wrong, with the flag that chooses another", async () => {
    using other = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
    const at = await patient({ websocket: { port: other.port } });
    expect(await findings(at, "web port", examineDoors)).toMatchObject([
      { level: "wrong", remedy: expect.stringContaining("--port") },
    ]);
  });
  test("that two doors want is wrong for the second", async () => {
    const at = await patient({ websocket: { enabled: false }, tcp: { port: 22_222 }, metrics: { port: 22_222 } });
    expect(await findings(at, "metrics port", examineDoors)).toMatchObject([
      { level: "wrong", says: "22222 is the line chat port already.", remedy: expect.stringContaining("metrics.port") },
    ]);
  });
  test("on which nobody answers while the server runs is wrong", async () => {
    const closed = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
    closed.stop(true);
    const at = await patient({}, running({ of: "web", port: closed.port }));
    expect(await findings(at, "web port", examineDoors)).toMatchObject([
      { level: "wrong", says: expect.stringContaining("does not answer") },
    ]);
  });
  test("on which something else answers while the server runs is wrong", async () => {
    for (const of of ["web", "line chat", "tokens", "metrics", "certificates"] as const) {
      using other = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { open: (socket) => void socket.end("!"), data() {} } });
      const [found] = await findings(await patient({}, running({ of, port: other.port })), ABOUT[of], examineDoors);
      expect(found).toMatchObject({ level: "wrong", says: expect.stringContaining("what should come there does not") });
    }
  });
  test("on which certificates are proved is good where it leads on", async () => {
    await using door = openChallengeListener({ hostname: "127.0.0.1", port: 0, domains: ["chat.example"], httpsPort: 443 });
    const at = await patient({}, running({ of: "certificates", port: door.port }));
    expect(await findings(at, "port for certificates", examineDoors)).toMatchObject([{ level: "good" }]);
  });
  test("on which the server has no room for more is odd", async () => {
    const words = "There are too many connections. Please try again later.\r\n";
    using other = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { open: (socket) => void socket.end(words), data() {} } });
    const at = await patient({}, running({ of: "line chat", port: other.port }));
    expect(await findings(at, "line chat port", examineDoors)).toMatchObject([{ level: "odd" }]);
  });
  test("that the settings open and the running server does not is told", async () => {
    expect(await findings(await patient({}, running()), "line chat port", examineDoors)).toMatchObject([
      { level: "good", says: expect.stringContaining("started with others, or before") },
    ]);
  });
  test("open to everybody without encryption is odd", async () => {
    const host = "0.0.0.0";
    const at = await patient({ websocket: { host, port: 0 }, tcp: { host, port: 0 } });
    expect(await findings(at, "reach", examineReach)).toMatchObject([{ level: "odd" }]);
    expect(await findings(at, "line chat reach", examineReach)).toMatchObject([{ level: "odd" }]);
  });
  test("open to everybody, where tokens are given away without a secret, is odd", async () => {
    const tokens = { enabled: true, app_id: "chat", app_secret: "x".repeat(32), host: "0.0.0.0", port: 0 };
    expect(await findings(await patient({ tokens }), "token reach", examineReach)).toMatchObject([{ level: "odd" }]);
    expect(
      await findings(await patient({ tokens: { ...tokens, shared_secret: "secret" } }), "token reach", examineReach),
    ).toEqual([]);
  });
});

describe("a certificate", () => {
  test("for the right name, with its key, is good", async () => {
    expect(await encrypted(await pair(["chat.example"]))).toMatchObject([{ level: "good" }]);
  });
  test("for another name is wrong, and says for which it is", async () => {
    const [found] = await encrypted(await pair(["other.example"]));
    expect(found).toMatchObject({ level: "wrong", says: "It is not for chat.example, but for other.example." });
  });
  test("with the key of another is wrong", async () => {
    const [one, another] = [await pair(["chat.example"]), await pair(["chat.example"])];
    expect(await encrypted({ cert: one.cert, key: another.key })).toMatchObject([{ level: "wrong" }]);
  });
  test("that has expired is wrong", async () => {
    expect(await encrypted(await pair(["chat.example"], NOW - 2000 * DAY))).toMatchObject([{ level: "wrong" }]);
  });
  test("that is not good yet is wrong", async () => {
    expect(await encrypted(await pair(["chat.example"], NOW + 100 * DAY))).toMatchObject([{ level: "wrong" }]);
  });
  test("that cannot be read is wrong", async () => {
    const [found] = await encrypted({ cert: "/nowhere/cert.pem", key: "/nowhere/key.pem" });
    expect(found).toMatchObject({ level: "wrong", says: expect.stringContaining("/nowhere/cert.pem") });
  });
});
