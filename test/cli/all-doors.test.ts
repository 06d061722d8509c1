// What is promised of the server holds at every door of it: the WebSocket, the HTTP beside it, and the line chat.
import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { buildBinary } from "../../scripts/build.ts";
import { type Doors, openDoors } from "../support/doors.ts";
import { png } from "../support/pictures.ts";
import { SocketClient } from "../support/server.ts";
import { mountsDisks, smallDisk } from "../support/small-disk.ts";

const { path: binary } = await buildBinary();
const says = (content: string) => ({ cmd: "message_new", channel: "general", content });
const ready = (client: SocketClient) => client.frames.find(({ cmd }) => cmd === "ready")!["validator"] as string;
const upload = ({ http }: Doors, token: string) =>
  fetch(`${http}/attachments/upload?channel=general&name=a.png`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
    body: new Uint8Array(png(64, 64)),
  });
const contentsOf = (frames: readonly Record<string, any>[]): string[] => frames.map((frame) => frame["content"] as string);
async function history(client: SocketClient): Promise<Record<string, any>[]> {
  return (await client.ask({ cmd: "messages_get", channel: "general", limit: 200 }))["messages"] as Record<string, any>[];
}

test("whatever door it came by, what was acknowledged is there after kill -9", async () => {
  await using first = await openDoors(binary);
  const alice = await SocketClient.signedIn(first.server.url, "alice");
  using bob = await first.guest("bob");
  await bob.send("by telnet\n");
  await bob.until("[bob       ]: by telnet\r\n");
  const uploaded = await upload(first, ready(alice));
  expect(uploaded.status).toBe(201);
  const { attachment } = (await uploaded.json()) as { attachment: { id: string; url: string } };
  const sent = await alice.ask({ ...says("with a picture"), attachments: [{ id: attachment.id }] });
  expect(sent).toMatchObject({ cmd: "message_new" });
  await using again = await first.killed();
  const back = await SocketClient.signedIn(again.server.url, "alice");
  expect(contentsOf(await history(back)).slice(1)).toEqual(["by telnet", "with a picture"]);
  const picture = await fetch(`${again.http}${new URL(attachment.url).pathname}`);
  expect([picture.status, picture.headers.get("content-type")]).toEqual([200, "image/png"]);
});

test("everybody sees the same messages in the same order, whichever way they read and the others write", async () => {
  await using chat = await openDoors(binary);
  const watcher = await SocketClient.signedIn(chat.server.url, "watcher");
  using reader = await chat.guest("reader");
  const [alice, bob] = [
    await SocketClient.signedIn(chat.server.url, "alice"),
    await SocketClient.signedIn(chat.server.url, "bob"),
  ];
  using carol = await chat.guest("carol");
  const each = 25;
  for (let n = 1; n <= each; n++) {
    alice.send(says(`alice ${n} end`));
    bob.send(says(`bob ${n} end`));
    await carol.send(`carol ${n} end\n`);
  }
  const seen: string[] = [];
  for (let n = 0; n < 3 * each; n++) seen.push(/\S+ \d+ end$/.exec((await reader.until(" end\r\n")).trimEnd())![0]);
  const heard = () =>
    watcher.frames.filter(({ cmd }) => cmd === "message_new").map((frame) => frame["message"].content as string);
  await watcher.frame(() => heard().length === 3 * each);
  expect(heard()).toEqual(seen);
  expect(contentsOf(await history(watcher)).slice(1)).toEqual(seen);
  for (const name of ["alice", "bob", "carol"])
    expect(seen.filter((one) => one.startsWith(name))).toEqual(Array.from({ length: each }, (_, n) => `${name} ${n + 1} end`));
});

test("whoever comes back with the last message they saw gets exactly what they missed; where it is gone they are told so", async () => {
  await using chat = await openDoors(binary);
  const alice = await SocketClient.signedIn(chat.server.url, "alice");
  const bob = await SocketClient.signedIn(chat.server.url, "bob");
  const seen = (await alice.ask(says("seen")))["message"].id as string;
  bob.socket.close();
  await bob.closed.promise;
  for (const content of ["one", "two", "three"]) await alice.ask(says(content));
  const back = await SocketClient.signedIn(chat.server.url, "bob");
  const since = { cmd: "messages_around", channel: "general", around: seen, bounds: { above: 200, below: 0 } };
  expect(contentsOf((await back.ask(since))["messages"])).toEqual(["seen", "one", "two", "three"]);
  await alice.ask({ cmd: "message_delete", channel: "general", id: seen });
  expect(await back.ask(since)).toMatchObject({ cmd: "error", val: "Message not found" });
});

test("a ban is in force at every door at once", async () => {
  await using chat = await openDoors(binary);
  const mallory = await SocketClient.signedIn(chat.server.url, "mallory");
  using other = await chat.guest("other");
  const token = ready(mallory);
  expect((await upload(chat, token)).status).toBe(201);
  using typed = await chat.line();
  await typed.send(":login mallory\nsecret of mallory\n:join general\n:chat\n");
  await typed.until("This is the beginning of #general.\r\n");
  expect((await chat.run("ban", "mallory")).exit).toBe(0);
  expect(await typed.rest()).toContain("[SERVER    ]: You were banned.");
  expect((await mallory.closed.promise).reason).toBe("banned");
  expect((await upload(chat, token)).status).toBe(401);
  using again = await chat.line();
  await again.send(":login mallory\nsecret of mallory\n");
  await again.until("You are banned from this server.");
  await other.send("nobody else is\n");
  await other.until("[other     ]: nobody else is\r\n");
});

test("a line chat that is not read is ended, while its memory stays bounded and others go on", async () => {
  await using chat = await openDoors(binary, { CHAT_TCP_OUTBOUND_BUFFER_BYTES: "65536", CHAT_LIMITS_POST_CONTENT: "10000" });
  const bob = await SocketClient.signedIn(chat.server.url, "bob");
  using sloth = await chat.guest("sloth");
  using reader = await chat.guest("reader");
  sloth.socket.pause();
  const resident = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${chat.server.pid}/status`, "utf8"))![1]) * 1024;
  const long = "x".repeat(9000);
  for (let n = 0; n < 50; n++) await bob.ask(says(long));
  const before = existsSync("/proc/self/status") ? resident() : 0;
  let sent = 0;
  const gone = () => bob.frames.some(({ cmd, username }) => cmd === "user_disconnect" && username === "sloth");
  while (!gone() && sent < 20_000) {
    for (let n = 0; n < 100; n++) bob.send(says(`${++sent} ${long}`));
    await bob.ask(says(`${++sent} ${long}`));
  }
  expect(sent).toBeLessThan(20_000);
  await bob.ask(says("after"));
  await reader.until("]: after\r\n");
  if (before) expect(resident() - before).toBeLessThan(160 * 1024 * 1024);
});

describe.skipIf(!mountsDisks)("a disk that cannot be used", () => {
  const start = async (data: string) => {
    const child = Bun.spawn([binary, "serve", "--port", "0", "--data", data], {
      env: { PATH: "/nonexistent", HOME: data, CHAT_TCP_ENABLED: "false" },
      stdout: "ignore",
      stderr: "pipe",
    });
    return { said: (await new Response(child.stderr).text()).trim(), exit: await child.exited };
  };

  test("because it is read only is named at the start", async () => {
    using disk = smallDisk(3_000_000)!;
    disk.readOnly();
    const data = join(disk.path, "data");
    expect(await start(data)).toEqual({
      said: `chat: The data folder ${data} cannot be used: the disk is read only. Choose another with --data or CHAT_DATA.`,
      exit: 1,
    });
  });

  test("because it is full is named at the start with the remedy, and nothing half written stays", async () => {
    using disk = smallDisk(3_000_000)!;
    const data = join(disk.path, "data");
    const ballast = join(disk.path, "ballast");
    disk.fill(ballast);
    expect(await start(data)).toEqual({
      said: `chat: The data folder ${data} cannot be used: the disk is full. Free some space, or choose another with --data or CHAT_DATA.`,
      exit: 1,
    });
    expect(existsSync(join(data, "config.json5"))).toBe(false);
    rmSync(ballast);
    await using chat = await openDoors(binary, { CHAT_DATA: data });
    expect(statSync(join(data, "config.json5")).size).toBeGreaterThan(1000);
    chat.server.signal("SIGTERM");
    await chat.server.exited;
    disk.fill(ballast);
    expect(await start(data)).toEqual({
      said: `chat: The data folder ${data} cannot be used: the disk is full. Free some space, or choose another with --data or CHAT_DATA.`,
      exit: 1,
    });
  });
});
