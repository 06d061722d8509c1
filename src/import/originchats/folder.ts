import { lstat, readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Tally } from "./report.ts";
import { isRaw, type Raw } from "./values.ts";

/** The folder is none of an originChats server; the message is a sentence with the remedy. */
export class NotOriginChats extends Error {
  override name = "NotOriginChats";
}

const LARGEST_JSON = 512 * 1024 * 1024;

/** Reads a server's folder and nothing outside it: files are taken from listings, never from names that something in them says. */
export class Folder {
  private constructor(
    /** The server's folder or, when only that is there, its `db`. */
    readonly root: string,
    readonly db: string,
    readonly config: string,
    private readonly tally: Tally,
  ) {}

  /**
   * @param path the server's folder (with `db` in it) or its `db` folder itself.
   * @throws NotOriginChats
   */
  static async open(path: string, tally: Tally): Promise<Folder> {
    if (!(await isFolder(path))) throw new NotOriginChats(`${path} is not a folder. Name the folder of an originChats server.`);
    for (const db of [join(path, "db"), path]) {
      const names = (await isFolder(db)) ? await readdir(db) : [];
      if (!names.some((name) => MARKS.has(name))) continue;
      const server = db === path && basename(path) === "db" ? dirname(path) : path;
      return new Folder(path, db, join(server, "config.json"), tally);
    }
    throw new NotOriginChats(
      `${path} holds no data of an originChats server: there is no db/users.json, db/channels.json or db/originchats.db. Name the folder that has db in it.`,
    );
  }

  /** How a file is called in the report. */
  shown(...parts: readonly string[]): string {
    return [this.db === this.root ? "" : "db", ...parts].filter(Boolean).join("/");
  }

  path(...parts: readonly string[]): string {
    return join(this.db, ...parts);
  }

  /** Names and sizes of the plain files in a folder of `db`; links lead elsewhere and are none. */
  async files(folder: string): Promise<Map<string, number>> {
    const found = new Map<string, number>();
    for (const name of (await isFolder(this.path(folder))) ? (await readdir(this.path(folder))).toSorted() : []) {
      const one = await lstat(this.path(folder, name));
      if (one.isFile()) found.set(name, one.size);
    }
    return found;
  }

  /** A file of JSON in `db`; undefined when it is not there or broken, which is reported. What an interrupted save left is taken instead. */
  async json(...parts: readonly string[]): Promise<unknown> {
    const value = await this.#read(this.path(...parts), this.shown(...parts));
    if (value !== undefined) return value;
    const saved = await this.#read(`${this.path(...parts)}.tmp`, `${this.shown(...parts)}.tmp`, true);
    if (saved !== undefined)
      this.tally.find(this.shown(...parts), undefined, "missing or broken", "read from the .tmp file beside it");
    return saved;
  }

  /** As `json`, for files that hold an object by key. */
  async record(name: string): Promise<Raw> {
    const value = await this.json(name);
    if (value === undefined || isRaw(value)) return value ?? {};
    if (!(Array.isArray(value) && value.length === 0)) this.tally.find(this.shown(name), undefined, "no object", "not read");
    return {};
  }

  /** As `json`, for files that hold a list. */
  async list(name: string): Promise<unknown[]> {
    const value = await this.json(name);
    if (Array.isArray(value)) return value;
    if (value !== undefined) this.tally.find(this.shown(name), undefined, "no list", "not read");
    return [];
  }

  async settings(): Promise<Raw> {
    const value = await this.#read(this.config, "config.json");
    return isRaw(value) ? value : {};
  }

  async #read(path: string, shown: string, quietly = false): Promise<unknown> {
    const found = await stat(path).catch(() => undefined);
    if (!found?.isFile() || found.size === 0) return undefined;
    if (found.size > LARGEST_JSON) {
      this.tally.find(shown, undefined, `larger than ${LARGEST_JSON} bytes`, "not read");
      return undefined;
    }
    try {
      return JSON.parse((await Bun.file(path).text()).replace(/^\uFEFF/, ""));
    } catch {
      if (!quietly) this.tally.find(shown, undefined, "not JSON", "not read");
      return undefined;
    }
  }
}

const MARKS = new Set(["users.json", "channels.json", "roles.json", "originchats.db", "channels"]);

const isFolder = async (path: string): Promise<boolean> => (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
