import { expect, test } from "bun:test";
import { copyFileSync, existsSync, watch, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { version } from "../../package.json";
import { buildBinary } from "../../scripts/build.ts";
import { generateKey, issueCertificate } from "../../src/net/self-signed.ts";
import { ControlClient } from "../../src/admin/control-client.ts";
import { temporaryFolder } from "../support/folder.ts";
import { SocketClient, startServer } from "../support/server.ts";

const { path: binary } = await buildBinary();

/** A folder of its own, and the server in it. */
async function served(words: readonly string[] = [], more: Readonly<Record<string, string>> = {}) {
  const folder = temporaryFolder();
  const env = { PATH: "/nonexistent", HOME: folder.path, TMPDIR: folder.path, CHAT_DATA: join(folder.path, "data"), ...more };
  const start = () => startServer(binary, words, { cwd: folder.path, env });
  const run = async (...line: string[]) => {
    const child = Bun.spawn([binary, ...line], { cwd: folder.path, env, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
    const [stdout, stderr, exit] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ]);
    return { stdout, stderr, exit };
  };
  const server = await start();
  return {
    server,
    start,
    run,
    data: env.CHAT_DATA,
    control: new ControlClient(join(env.CHAT_DATA, "control.sock"), "tester"),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

const modeOf = (path: string): number => statSync(path).mode & 0o777;
const says = (text: string, listener?: string) => ({
  cmd: "message_new",
  channel: "general",
  content: text,
  ...(listener && { listener }),
});
const heard = (text: string) => (frame: Record<string, any>) =>
  frame["cmd"] === "message_new" && frame["message"].content === text;

test("the data folder, the control socket and the database are their owner's alone", async () => {
  await using chat = await served();
  expect(modeOf(chat.data)).toBe(0o700);
  expect(modeOf(join(chat.data, "control.sock"))).toBe(0o600);
  expect(modeOf(join(chat.data, "chat.db"))).toBe(0o600);
  expect(modeOf(join(chat.data, "config.json5"))).toBe(0o600);
});

test("SIGTERM answers what has arrived, tells clients that it restarts, and ends with 0", async () => {
  await using chat = await served();
  const alice = await SocketClient.signedIn(chat.server.url, "alice");
  const many = Array.from({ length: 5 }, (_, index) => `last words ${index}`);
  for (const text of many) alice.send(says(text));
  await alice.frame(heard(many[0]!));
  chat.server.signal("SIGTERM");
  const { code } = await alice.closed.promise;
  expect(code).toBe(1012);
  expect(await chat.server.exited).toBe(0);
  // deviation: restart-told
  expect(alice.frames.slice(-2)).toEqual([
    { cmd: "error", val: "Server is restarting" },
    { cmd: "disconnect", reason: "Server is restarting" },
  ]);
  const answered = alice.frames.filter(({ cmd }) => cmd === "message_new").map(({ message }) => message.content as string);
  const { stdout } = await chat.run("tail", "general", "--no-follow", "--json");
  const kept = stdout.trim().split("\n").map((line) => JSON.parse(line).content as string); // prettier-ignore
  expect(kept.slice(1)).toEqual(answered);
});

test("a second Ctrl-C ends the server at once, with a client that does not hang up", async () => {
  await using chat = await served();
  const stubborn = await Bun.connect({
    hostname: "127.0.0.1",
    port: Number(new URL(chat.server.url).port),
    socket: { data() {}, error() {} },
  });
  stubborn.write("GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"); // prettier-ignore
  await chat.server.logged("connection.opened");
  stubborn.pause();
  chat.server.signal("SIGINT");
  await chat.server.logged("server.stopping");
  chat.server.signal("SIGINT");
  expect(await chat.server.exited).toBe(130);
  stubborn.end();
});

test("after kill -9 the next start works, and what was acknowledged is there", async () => {
  await using chat = await served();
  const alice = await SocketClient.signedIn(chat.server.url, "alice");
  alice.send(says("still here"));
  await alice.frame(heard("still here"));
  chat.server.signal("SIGKILL");
  await chat.server.exited;
  await using again = await chat.start();
  const back = await SocketClient.signedIn(again.url, "alice");
  const { messages } = await back.ask({ cmd: "messages_get", channel: "general" });
  expect(messages.map(({ content }: { content: string }) => content)).toEqual([
    "This is the beginning of #general.",
    "still here",
  ]);
});

test("a renewed certificate is shown to new clients, and nobody is disconnected", async () => {
  using folder = temporaryFolder();
  const pair = { cert: join(folder.path, "cert.pem"), key: join(folder.path, "key.pem") };
  const issue = async () => {
    const key = await generateKey();
    const cert = await issueCertificate(key, { required: ["localhost", "127.0.0.1"], alsoNow: [] }, Date.now());
    for (const [name, text] of [["key", key], ["cert", cert]] as const) writeFileSync(pair[name], text, { mode: 0o600 }); // prettier-ignore
    return cert;
  };
  const first = await issue();
  await using chat = await served(["--tls", "files", "--cert", pair.cert, "--key", pair.key]);
  expect(chat.server.url).toStartWith("wss://");
  const trusting = (cert: string) => ({ tls: { ca: cert } });
  const alice = await SocketClient.signedIn(chat.server.url, "alice", trusting(first));
  const second = await issue();
  await chat.control.reload();
  const bob = await SocketClient.signedIn(chat.server.url, "bob", trusting(second));
  bob.send(says("on the new certificate"));
  await alice.frame(heard("on the new certificate"));
  await expect(SocketClient.connect(chat.server.url, trusting(first))).rejects.toThrow();
});

test("wrong settings are refused by a reload, and the old ones stay in force", async () => {
  await using chat = await served();
  writeFileSync(join(chat.data, "config.json5"), "{ limits: { post_content: 0 } }");
  await expect(chat.control.reload()).rejects.toThrow("invalid-input: settings");
  chat.server.signal("SIGHUP");
  await chat.server.logged("settings.refused");
  const alice = await SocketClient.signedIn(chat.server.url, "alice");
  expect((await alice.frame(({ cmd }) => cmd === "handshake"))["val"].limits.post_content).toBe(2000);
});

test("a web page of an origin that is not allowed is not let in; from the next reload on, one that is", async () => {
  await using chat = await served([], { CHAT_SERVER_ALLOWED_ORIGINS: "https://ours.example" });
  const from = (origin: string) => ({ headers: { origin } });
  await expect(SocketClient.connect(chat.server.url, from("https://theirs.example"))).rejects.toThrow();
  await SocketClient.connect(chat.server.url, from("https://ours.example"));
  await SocketClient.connect(chat.server.url);
});

test("bytes instead of text are answered in the wire's words", async () => {
  await using chat = await served();
  const client = await SocketClient.connect(chat.server.url);
  client.socket.send(new Uint8Array([1, 2, 3]));
  expect(await client.frame(({ cmd }) => cmd === "error")).toEqual({ cmd: "error", val: "Invalid message format" });
});

test("a place where no folder can be made is named at the start", async () => {
  using folder = temporaryFolder();
  const data = join(folder.path, "file/data");
  writeFileSync(join(folder.path, "file"), "");
  const child = Bun.spawn([binary, "serve", "--data", data], { stdout: "ignore", stderr: "pipe" });
  expect(await new Response(child.stderr).text()).toBe(
    `chat: The data folder ${data} cannot be used: a part of the path is no folder. Choose another with --data or CHAT_DATA.\n`,
  );
  expect(await child.exited).toBe(1);
});

test("a file that is no database, and one that a newer program wrote, are named at the start and left as they are", async () => {
  await using chat = await served();
  chat.server.signal("SIGTERM");
  await chat.server.exited;
  const file = join(chat.data, "chat.db");
  const kept = join(chat.data, "kept.db");
  copyFileSync(file, kept);
  writeFileSync(file, "this is no database, only a text that is long enough to be read as a header of one".repeat(20));
  const broken = await chat.run("serve", "--port", "0");
  expect(broken).toMatchObject({ exit: 1, stderr: expect.stringContaining("is not an SQLite database. Move the file away") });
  renameSync(kept, file);
  const { Database } = await import("bun:sqlite");
  const db = new Database(file);
  db.run("insert into migration (id, name, at) values (9999, 'from-the-future', 0)");
  db.close();
  const newer = await chat.run("serve", "--port", "0");
  expect(newer).toMatchObject({ exit: 1, stderr: expect.stringContaining("written by a newer version of chat") });
  const offline = await chat.run("tail", "general");
  expect(offline).toMatchObject({ exit: 1, stderr: expect.stringContaining("written by a newer version of chat") });
});

test("a folder that is held by somebody who does not answer is named with their number after two seconds", async () => {
  await using chat = await served();
  process.kill(chat.server.pid, "SIGSTOP");
  const { exit, stderr } = await chat.run("say", "general", "hello?");
  process.kill(chat.server.pid, "SIGCONT");
  expect(stderr).toContain("A server is hanging");
  expect(exit).toBe(6);
});

test.skipIf(!Bun.which("socat"))(
  "a service manager is told when the server is ready, that it is alive, and that it ends",
  async () => {
    using folder = temporaryFolder();
    const place = join(folder.path, "notify.sock");
    const there = Promise.withResolvers<void>();
    const watcher = watch(folder.path, () => existsSync(place) && there.resolve());
    const receiver = Bun.spawn(["socat", "-u", `UNIX-RECV:${place}`, "-"], { stdout: "pipe", stderr: "ignore" });
    await there.promise;
    watcher.close();
    await using chat = await served([], { NOTIFY_SOCKET: place, WATCHDOG_USEC: "20000" });
    const told = receiver.stdout.getReader();
    let text = "";
    const until = async (wanted: string, from = 0) => {
      while (!text.includes(wanted, from)) text += new TextDecoder().decode((await told.read()).value);
    };
    await until(`READY=1\nMAINPID=${chat.server.pid}\nSTATUS=listening on ws://`);
    await until("WATCHDOG=1");
    await chat.control.reload();
    await until("RELOADING=1\nMONOTONIC_USEC=");
    await until("READY=1", text.lastIndexOf("MONOTONIC_USEC="));
    const said = Number(/MONOTONIC_USEC=(\d+)/.exec(text)![1]) / 1_000_000;
    const uptime = Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]);
    expect(uptime - said).toBeGreaterThanOrEqual(-1);
    expect(uptime - said).toBeLessThan(60);
    chat.server.signal("SIGTERM");
    await until("STOPPING=1");
    expect(await chat.server.exited).toBe(0);
    receiver.kill();
  },
);

test("without its listener a server can still be asked and told", async () => {
  using folder = temporaryFolder();
  const env = {
    PATH: "/nonexistent",
    HOME: folder.path,
    CHAT_DATA: join(folder.path, "data"),
    CHAT_WEBSOCKET_ENABLED: "false",
    CHAT_TCP_ENABLED: "false",
  };
  const child = Bun.spawn([binary, "serve", "--json"], { env, stdin: "ignore", stdout: "pipe", stderr: "ignore" });
  const { value } = await child.stdout.getReader().read();
  expect(JSON.parse(new TextDecoder().decode(value))).toMatchObject({ ready: true, urls: [], pid: child.pid });
  const control = new ControlClient(join(env.CHAT_DATA, "control.sock"), "tester");
  expect((await control.status()).urls).toEqual([]);
  await control.stop();
  expect(await child.exited).toBe(0);
});

test("who starts the line chat alone is told how to come in there, and of no code that would be read by all", async () => {
  await using chat = await served(["--tcp", "--tcp-port", "0"]);
  await chat.server.said("makes it the owner.");
  const port = /tcp:\/\/127\.0\.0\.1:(\d+)/.exec(chat.server.stdout())![1];
  expect(chat.server.stdout()).toContain(`Come in with "nc 127.0.0.1 ${port}"`);
  expect(chat.server.stdout()).not.toMatch(/claim|originChats client/);
});

test("the code of the first start makes one member the owner, once", async () => {
  await using chat = await served();
  await chat.server.said("makes you the owner");
  const [, claimCode] = /"\/claim (\S+)" makes you the owner/.exec(chat.server.stdout())!;
  const alice = await SocketClient.signedIn(chat.server.url, "alice");
  expect(await alice.ask({ cmd: "ownership_claim", code: claimCode })).toMatchObject({ roles: ["owner", "user"] });
  const bob = await SocketClient.signedIn(chat.server.url, "bob");
  expect(await bob.ask({ cmd: "ownership_claim", code: claimCode })).toMatchObject({ cmd: "error" });
  chat.server.signal("SIGTERM");
  await chat.server.exited;
  await using again = await chat.start();
  again.signal("SIGTERM");
  await again.exited;
  expect(again.stdout()).toBe(`chat ${version} is ready: ${again.url}\n`);
});

test("a ban from the command line ends the sessions of whoever is banned, and nobody else's", async () => {
  await using chat = await served();
  const alice = await SocketClient.signedIn(chat.server.url, "alice");
  const bob = await SocketClient.signedIn(chat.server.url, "bob");
  expect(await chat.run("ban", "alice", "--reason", "enough")).toMatchObject({ exit: 0, stdout: "alice is banned.\n" });
  await alice.closed.promise;
  const back = await SocketClient.connect(chat.server.url);
  back.send({ cmd: "login", username: "alice", password: "secret of alice" });
  expect(await back.frame(({ cmd }) => cmd !== "handshake")).toMatchObject({ cmd: "auth_error" });
  bob.send(says("still here"));
  await bob.frame(heard("still here"));
});

test("a client that does not read is closed when what waits for it is too much, and costs nobody else anything", async () => {
  await using chat = await served([], { CHAT_WEBSOCKET_OUTBOUND_BUFFER_BYTES: "65536", CHAT_RATE_LIMITING_ENABLED: "false" });
  const password = "secret of sloth";
  await SocketClient.signedIn(chat.server.url, "sloth");
  const sloth = await Bun.connect({
    hostname: "127.0.0.1",
    port: Number(new URL(chat.server.url).port),
    socket: { data() {}, error() {} },
  });
  sloth.write("GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"); // prettier-ignore
  sloth.write(maskedText(JSON.stringify({ cmd: "login", username: "sloth", password })));
  for (let sessions; sessions !== 2;) sessions = (await chat.control.status()).stats.sessions["originchats"];
  sloth.pause();
  const bob = await SocketClient.signedIn(chat.server.url, "bob");
  const long = "x".repeat(1900);
  let sent = 0;
  while (!chat.server.stderr().includes(`"code":1006`) && sent < 20_000) await bob.ask(says(`${++sent} ${long}`));
  expect(sent).toBeLessThan(20_000);
  expect(await bob.ask(says("still here"))).toMatchObject({ cmd: "message_new" });
  sloth.end();
});

/** A text frame as a client sends it, masked with zeros (RFC 6455 §5.3). */
function maskedText(text: string): Uint8Array {
  const bytes = Buffer.from(text);
  const head = bytes.length < 126 ? [0x81, 0x80 | bytes.length] : [0x81, 0x80 | 126, bytes.length >> 8, bytes.length & 0xff];
  return Buffer.concat([Buffer.from([...head, 0, 0, 0, 0]), bytes]);
}
