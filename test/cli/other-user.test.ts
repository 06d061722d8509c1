import { expect, test } from "bun:test";
import { chmodSync, chownSync, existsSync, lstatSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { buildBinary } from "../../scripts/build.ts";
import { temporaryFolder } from "../support/folder.ts";
import { startServer } from "../support/server.ts";

const { path: binary } = await buildBinary();
const root = process.getuid?.() === 0;

/** As systemd has it: the server runs as a user of its own, and its data folder is that user's alone, behind a link. */
const SERVICE = 64_801;
const SOMEBODY = 64_802;

function serviceFolder() {
  const folder = temporaryFolder();
  chmodSync(folder.path, 0o755);
  const data = join(folder.path, "data");
  mkdirSync(join(folder.path, "private"), { mode: 0o700 });
  chownSync(join(folder.path, "private"), SERVICE, SERVICE);
  symlinkSync("private", data);
  const env = { PATH: "/nonexistent", HOME: "/nonexistent", TMPDIR: folder.path, CHAT_DATA: data };
  const place = { cwd: folder.path, env };
  const run = async (uid: number, ...words: string[]) => {
    const child = Bun.spawn([binary, ...words], { ...place, uid, gid: uid, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
    const [stdout, stderr, exit] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ]);
    return { stdout, stderr, exit };
  };
  const foreign = () =>
    readdirSync(data, { recursive: true, encoding: "utf8" }).filter((name) => lstatSync(join(data, name)).uid !== SERVICE);
  return {
    path: folder.path,
    data,
    start: () => startServer(binary, [], { ...place, uid: SERVICE }),
    run,
    /** What the server's user does not own. */
    foreign,
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

test.skipIf(!root)("what root installs in the folder of a service, the service can read", async () => {
  using chat = serviceFolder();
  await using _server = await chat.start();
  expect(await chat.run(0, "plugins", "install", "chat-plugin-@absent", "--yes")).toMatchObject({ exit: 1 });
  const greeter = join(chat.path, "greeter.ts");
  writeFileSync(
    greeter,
    `/* chat: { version: "0.1.0", rights: {} } */
    import { plugin, z } from "chat/plugin";
    export default plugin({ name: "greeter", version: "0.1.0", options: z.object({}), start() {} });`,
  );
  expect(await chat.run(0, "plugins", "install", greeter, "--yes")).toMatchObject({
    exit: 0,
    stdout: "greeter 0.1.0 is installed and runs.\n",
  });
  expect(chat.foreign()).toEqual([]);
});

test.skipIf(!root)("what root imports into the folder of a service, the service can read", async () => {
  using chat = serviceFolder();
  {
    await using server = await chat.start();
    server.signal("SIGTERM");
    await server.exited;
  }
  const users = join(chat.path, "old/db/users.json");
  mkdirSync(join(users, ".."), { recursive: true });
  writeFileSync(users, `{"USR:local_alice":{"username":"USR:local_alice","roles":["owner"]}}`);
  writeFileSync(join(chat.path, "old/config.json"), `{"server":{"name":"Old"}}`);
  await chat.run(0, "import", "originchats", join(chat.path, "old"), "--config");
  expect(chat.foreign()).toEqual([]);
  const nested = join(chat.path, "new/and/nested");
  expect((await chat.run(0, "import", "originchats", join(chat.path, "old"), "--data", nested)).exit).toBe(0);
  await using server = await chat.start();
  expect((await chat.run(0, "users", "list", "--json")).stdout).toContain(`"alice"`);
  expect(server.url).toStartWith("ws://");
});

test.skipIf(!root)("what root's command leaves when it is killed does not keep the service from starting", async () => {
  using chat = serviceFolder();
  writeFileSync(join(chat.data, "chat.pid"), "1\n", { mode: 0o600 });
  await using server = await chat.start();
  expect(server.url).toStartWith("ws://");
  expect(existsSync(join(chat.data, "chat.pid"))).toBe(true);
});

test.skipIf(!root)("who may not speak to the server is told so", async () => {
  using chat = serviceFolder();
  const said = { exit: 4, stderr: expect.stringMatching(/^chat: .* belongs to another user.*sudo.*\n$/) };
  {
    await using _server = await chat.start();
    for (const words of [["status"], ["reload"], ["stop"], ["rooms", "list"], ["watch"]])
      expect(await chat.run(SOMEBODY, ...words)).toMatchObject(said);
  }
  for (const words of [["rooms", "list"], ["backup"], ["config", "show"]])
    expect(await chat.run(SOMEBODY, ...words)).toMatchObject(said);
});
