import { Database } from "bun:sqlite";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { homedir, tmpdir, userInfo } from "node:os";
import { join, resolve } from "node:path";

import { commentedFile } from "./commented-file.ts";
import type { Env } from "./load.ts";

/** The data folder cannot be used; the message is a sentence with the remedy. */
export class FolderError extends Error {
  override name = "FolderError";
}

/** Another process has the data folder. */
export class FolderLocked extends FolderError {
  override name = "FolderLocked";
  constructor(
    folder: string,
    /** Undefined where the holder has not written it (yet). */
    readonly pid: number | undefined,
  ) {
    super(
      `${folder} is in use by another chat${pid === undefined ? "" : ` (pid ${pid})`}; stop that one, or choose another folder with --data.`,
    );
  }
}

/** Only its owner may use the data folder; the message is a sentence with the remedy. */
export class NotOurs extends Error {
  override name = "NotOurs";
  constructor(path: string) {
    super(`${path} belongs to another user: run this as that user, or as root with sudo.`);
  }
}

/** Where things are kept. Nothing here is made by asking for it. */
export interface DataFolder {
  readonly path: string;
  readonly configFile: string;
  readonly databaseFile: string;
  /** Where installed plugins lie, each in a folder of its name. */
  readonly pluginsFolder: string;
  /** Attachments, emoji and pictures, by what they are. */
  readonly filesFolder: string;
  /** The control socket. */
  readonly socketPath: string;
}

/** Flag, then CHAT_DATA, then systemd's STATE_DIRECTORY, then the XDG data home (on Windows LOCALAPPDATA). */
export function dataFolder(
  env: Env,
  flags: { readonly data?: string | undefined; readonly socket?: string | undefined } = {},
): DataFolder {
  const path = resolve(flags.data || env["CHAT_DATA"] || env["STATE_DIRECTORY"]?.split(":")[0] || join(dataHome(env), "chat"));
  return {
    path,
    configFile: join(path, "config.json5"),
    databaseFile: join(path, "chat.db"),
    pluginsFolder: join(path, "plugins"),
    filesFolder: join(path, "files"),
    socketPath: flags.socket ? resolve(flags.socket) : env["CHAT_SOCKET"] ? resolve(env["CHAT_SOCKET"]) : socketPath(path, env),
  };
}

function dataHome(env: Env): string {
  if (process.platform === "win32" && env["LOCALAPPDATA"]) return env["LOCALAPPDATA"];
  const xdg = env["XDG_DATA_HOME"];
  return xdg?.startsWith("/") ? xdg : join(env["HOME"] || homedir(), ".local", "share");
}

/** The shortest limit for the path of a unix socket (macOS: 104 with the closing NUL; Linux: 108). */
const LONGEST_SOCKET_PATH = 103;

/** In the folder where that is short enough, else a name made of the folder's path in the user's own runtime or temporary folder. */
function socketPath(folder: string, env: Env): string {
  const inside = join(folder, "control.sock");
  if (Buffer.byteLength(inside) <= LONGEST_SOCKET_PATH) return inside;
  const name = createHash("sha256").update(folder).digest("hex").slice(0, 16);
  const user = process.platform === "win32" ? "user" : userInfo().uid;
  const candidates = [
    ...(env["XDG_RUNTIME_DIR"]?.startsWith("/") ? [join(env["XDG_RUNTIME_DIR"], `chat-${name}.sock`)] : []),
    join(env["TMPDIR"] || tmpdir(), `chat-${user}`, `${name}.sock`),
    join("/tmp", `chat-${user}`, `${name}.sock`),
  ];
  return candidates.find((path) => Buffer.byteLength(path) <= LONGEST_SOCKET_PATH) ?? candidates.at(-1)!;
}

/**
 * Makes what a start needs and is missing: the folder (mode 0700), a commented `config.json5` (0600), the folder of the control socket.
 * Returns whether this was the first start.
 * @throws {FolderError}
 */
export function prepareDataFolder(folder: DataFolder): { readonly first: boolean } {
  makePrivateFolder(folder.path);
  const socketFolder = resolve(folder.socketPath, "..");
  if (/[/\\]chat-\w+$/.test(socketFolder)) ownFolder(socketFolder);
  try {
    writeFileSync(folder.configFile, commentedFile(), { flag: "wx", mode: 0o600 });
    return { first: true };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return { first: false };
    // Half a file would be taken for the operator's own.
    rmSync(folder.configFile, { force: true });
    throw unusable(folder.path, error);
  }
}

function makePrivateFolder(path: string): void {
  try {
    const made = mkdirSync(path, { recursive: true, mode: 0o700 });
    if (made !== undefined) chmodSync(path, 0o700);
    if (!statSync(path).isDirectory()) throw new FolderError(`${path} is not a folder; choose another with --data.`);
  } catch (error) {
    throw error instanceof FolderError ? error : unusable(path, error);
  }
}

/** A folder in a place where others may write: it has to be ours alone, since somebody could have made it first. */
function ownFolder(path: string): void {
  makePrivateFolder(path);
  if (process.platform === "win32") return;
  const { uid, mode } = statSync(path);
  if (uid !== userInfo().uid || (mode & 0o077) !== 0) {
    throw new FolderError(`${path} belongs to or is open to somebody else; name a place for the control socket with --socket.`);
  }
}

const FULL = "the disk is full";
function unusable(path: string, error: unknown): FolderError {
  const { code, message } = error as NodeJS.ErrnoException;
  const reasons: Readonly<Record<string, string>> = {
    EACCES: "permission denied",
    EPERM: "permission denied",
    EROFS: "the disk is read only",
    ENOSPC: FULL,
    SQLITE_FULL: FULL,
    ENOTDIR: "a part of the path is no folder",
    EEXIST: "there is a file of that name",
  };
  const reason = reasons[code ?? ""] ?? message;
  const remedy = `${reason === FULL ? "Free some space, or choose" : "Choose"} another with --data or CHAT_DATA.`;
  return new FolderError(`The data folder ${path} cannot be used: ${reason}. ${remedy}`);
}

/**
 * Takes the folder for this process until disposed of; the system lets go of it when the process ends, however it ends.
 * The lock is SQLite's own on an empty file: it is exclusive on every system and across containers that share a disk, where a pid says nothing.
 * @throws {FolderLocked} when another process (or this one) has it.
 */
export function lockDataFolder({ path }: Pick<DataFolder, "path">): Disposable {
  const pidFile = join(path, "chat.pid");
  const lock = openLock(path);
  try {
    lock.run("pragma busy_timeout = 0");
    lock.run("begin exclusive");
    // What another user's process has left behind can be removed, not overwritten.
    rmSync(pidFile, { force: true });
    writeFileSync(pidFile, `${process.pid}\n`, { mode: 0o600 });
  } catch (error) {
    lock.close();
    if ((error as { code?: string }).code === "SQLITE_BUSY") throw new FolderLocked(path, holder(pidFile));
    throw unusable(path, error);
  }
  return {
    [Symbol.dispose]() {
      rmSync(pidFile, { force: true });
      lock.close();
    },
  };
}

function openLock(path: string): Database {
  try {
    return new Database(join(path, "chat.lock"), { create: true, readwrite: true });
  } catch (error) {
    throw unusable(path, error);
  }
}

function holder(pidFile: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(pidFile, "utf8"), 10);
    return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}
