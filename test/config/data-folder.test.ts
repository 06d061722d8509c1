import { expect, test } from "bun:test";
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { dataFolder, FolderError, FolderLocked, lockDataFolder, prepareDataFolder } from "../../src/config/data-folder.ts";
import { temporaryFolder } from "../support/folder.ts";

const posix = process.platform !== "win32";

test("the folder is the flag, then CHAT_DATA, then the state folder of systemd, then the user's own", () => {
  const env = { CHAT_DATA: "/b", STATE_DIRECTORY: "/c:/d", XDG_DATA_HOME: "/e", HOME: "/f" };
  expect(dataFolder(env, { data: "/a" }).path).toBe("/a");
  expect(dataFolder(env).path).toBe("/b");
  expect(dataFolder({ ...env, CHAT_DATA: "" }).path).toBe("/c");
  expect(dataFolder({ XDG_DATA_HOME: "/e", HOME: "/f" }).path).toBe("/e/chat");
  expect(dataFolder({ XDG_DATA_HOME: "relative", HOME: "/f" }).path).toBe("/f/.local/share/chat");
});

test("a first start makes a folder and a config that nobody else may read", () => {
  using parent = temporaryFolder();
  const folder = dataFolder({}, { data: join(parent.path, "deep", "chat") });
  expect(prepareDataFolder(folder)).toEqual({ first: true });
  if (posix) {
    expect(statSync(folder.path).mode & 0o777).toBe(0o700);
    expect(statSync(folder.configFile).mode & 0o777).toBe(0o600);
  }
});

test("a later start leaves the config alone", () => {
  using parent = temporaryFolder();
  const folder = dataFolder({}, { data: parent.path });
  writeFileSync(folder.configFile, "{}");
  expect(prepareDataFolder(folder)).toEqual({ first: false });
  expect(readFileSync(folder.configFile, "utf8")).toBe("{}");
});

test("a folder that cannot be is said in a sentence with the remedy", () => {
  using parent = temporaryFolder();
  const file = join(parent.path, "file");
  writeFileSync(file, "");
  const remedy = /choose another.* with --data/i;
  expect(() => prepareDataFolder(dataFolder({}, { data: file }))).toThrow(remedy);
  expect(() => prepareDataFolder(dataFolder({}, { data: join(file, "below") }))).toThrow(remedy);
  expect(() => lockDataFolder({ path: join(parent.path, "absent") })).toThrow(FolderError);
});

test("one process at a time has the folder, and the refused one hears which", () => {
  using folder = temporaryFolder();
  const first = lockDataFolder(folder);
  expect(() => lockDataFolder(folder)).toThrow(`(pid ${process.pid})`);
  first[Symbol.dispose]();
  using _second = lockDataFolder(folder);
});

test("a killed process lets go of the folder, whatever its pid file says", async () => {
  using folder = temporaryFolder();
  const source = join(import.meta.dir, "../../src/config/data-folder.ts");
  const script = `import { lockDataFolder } from ${JSON.stringify(source)};
    globalThis.lock = lockDataFolder({ path: ${JSON.stringify(folder.path)} }); console.log("locked"); setInterval(() => {}, 1e6);`;
  const other = Bun.spawn([process.execPath, "-e", script], { stdout: "pipe", stderr: "inherit" });
  await other.stdout.getReader().read();
  const refused = (() => {
    try {
      return lockDataFolder(folder);
    } catch (error) {
      return error;
    }
  })();
  other.kill("SIGKILL");
  await other.exited;
  expect(refused).toBeInstanceOf(FolderLocked);
  expect((refused as FolderLocked).pid).toBe(other.pid);
  using _lock = lockDataFolder(folder);
  expect(readFileSync(join(folder.path, "chat.pid"), "utf8")).toBe(`${process.pid}\n`);
});

test("the control socket is in the folder unless its path is too long for a socket", () => {
  const long = `/${"x".repeat(120)}`;
  expect(dataFolder({}, { data: "/d" }).socketPath).toBe("/d/control.sock");
  expect(dataFolder({ XDG_RUNTIME_DIR: "/run/user/7" }, { data: long }).socketPath).toMatch(
    /^\/run\/user\/7\/chat-[0-9a-f]{16}\.sock$/,
  );
  expect(dataFolder({ XDG_RUNTIME_DIR: long, TMPDIR: "/t" }, { data: long }).socketPath).toMatch(
    /^\/t\/chat-\w+\/[0-9a-f]{16}\.sock$/,
  );
  expect(dataFolder({ TMPDIR: long }, { data: long }).socketPath).toMatch(/^\/tmp\/chat-\w+\/[0-9a-f]{16}\.sock$/);
  expect(dataFolder({}, { data: `${long}y` }).socketPath).not.toBe(dataFolder({}, { data: long }).socketPath);
  expect(dataFolder({ CHAT_SOCKET: "/s" }, { data: "/d" }).socketPath).toBe("/s");
});

test.if(posix)("a socket folder in a public place that is open to others is refused", () => {
  using temporary = temporaryFolder();
  const folder = dataFolder({ TMPDIR: temporary.path }, { data: join(temporary.path, "x".repeat(120)) });
  const socketFolder = join(folder.socketPath, "..");
  mkdirSync(socketFolder);
  chmodSync(socketFolder, 0o777);
  expect(() => prepareDataFolder(folder)).toThrow("--socket");
  chmodSync(socketFolder, 0o700);
  expect(prepareDataFolder(folder)).toEqual({ first: true });
});
