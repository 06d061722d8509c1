import { open } from "node:fs/promises";
import type { Folder } from "./folder.ts";
import { objectsIn, piecesOf } from "./pieces.ts";
import type { Tally } from "./report.ts";
import { openInterlude } from "./sqlite-era.ts";
import { isRaw, type Raw } from "./values.ts";

/** One message as it was found. */
export interface Found {
  readonly file: string;
  readonly line: number | undefined;
  readonly value: unknown;
  /** Cut out of a line that was damaged. */
  readonly mended: boolean;
}

/** What the layouts of the different eras have in common: what stands in JSON files beside them is the same in all. */
export interface Source extends AsyncDisposable {
  readonly era: "json" | "sqlite";
  /** In display order. */
  channels(): Promise<{ readonly file: string; readonly rows: readonly unknown[] }>;
  /** By name. */
  roles(): Promise<{ readonly file: string; readonly rows: Raw }>;
  webhooks(): Promise<{ readonly file: string; readonly rows: Raw }>;
  threads(): AsyncIterable<{ readonly file: string; readonly id: string | undefined; readonly value: unknown }>;
  /** Channels that there are messages of, whether or not they are among `channels`. */
  written(): Promise<readonly string[]>;
  /** Oldest first, some at a time. */
  messages(channel: string): AsyncIterable<readonly Found[]>;
  threadMessages(thread: string): AsyncIterable<readonly Found[]>;
  /** How much there is to read, in the unit of `read`. */
  readonly size: number;
}

/** Values of a file of messages; what cannot be read is counted as left out. */
export async function* foundIn(
  path: string,
  shown: string,
  tally: Tally,
  read: (bytes: number) => void,
): AsyncGenerator<readonly Found[]> {
  for await (const pieces of piecesOf(path, read)) {
    const found: Found[] = [];
    for (const { line, text } of pieces) {
      if (text === undefined) {
        tally.count("messages", "read");
        tally.skip("messages", shown, line, "a value longer than 16 MiB");
        continue;
      }
      try {
        found.push({ file: shown, line, value: JSON.parse(text), mended: false });
      } catch {
        const whole = objectsIn(text).filter((value) => isRaw(value) && "timestamp" in value && "user" in value);
        for (const value of whole) found.push({ file: shown, line, value, mended: true });
        if (whole.length === 0) {
          tally.count("messages", "read");
          tally.skip("messages", shown, line, `no JSON: ${start(text)}`);
        } else
          tally.find(
            shown,
            line,
            "a damaged line",
            whole.length === 1 ? "the whole message in it was kept" : `the ${whole.length} whole messages in it were kept`,
          );
      }
    }
    yield found;
  }
}

/** Enough of a line to find it again. */
const start = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);

/**
 * Opens what a folder holds. Where both a database of the interlude and JSON files are, the one with the newest message counts.
 * @param era says which, instead.
 */
export async function openSource(
  folder: Folder,
  tally: Tally,
  read: (amount: number) => void,
  era?: "json" | "sqlite",
): Promise<Source> {
  const here = await folder.files("");
  const channels = await folder.files("channels");
  const database = here.has("originchats.db");
  const json = here.has("channels.json") || channels.size > 0;
  let chosen = era ?? (database && !json ? "sqlite" : "json");
  if (database && json && era === undefined) {
    await using interlude = await openInterlude(folder, tally, () => {});
    const newest = { sqlite: interlude.newest(), json: await newestIn(folder, channels) };
    chosen = newest.sqlite > newest.json ? "sqlite" : "json";
    tally.find(
      folder.shown(chosen === "json" ? "originchats.db" : "channels"),
      undefined,
      `not the newest of the two kinds of data in the folder (${chosen} is newer)`,
      "not read; --era reads it instead",
    );
  }
  return chosen === "sqlite" ? openInterlude(folder, tally, read) : jsonSource(folder, tally, read, channels);
}

const ENDING = ".json";
const THREAD_ENDING = ".jsonl";

async function jsonSource(
  folder: Folder,
  tally: Tally,
  read: (bytes: number) => void,
  channels: ReadonlyMap<string, number>,
): Promise<Source> {
  const threads = await folder.files("threads");
  const threadMessages = await folder.files("threadMessages");
  const sum = (files: ReadonlyMap<string, number>) => [...files.values()].reduce((all, one) => all + one, 0);
  const messagesIn = (place: string, files: ReadonlyMap<string, number>, name: string) =>
    files.has(name) ? foundIn(folder.path(place, name), folder.shown(place, name), tally, read) : none();
  return {
    era: "json",
    size: sum(channels) + sum(threadMessages),
    channels: async () => ({ file: folder.shown("channels.json"), rows: await folder.list("channels.json") }),
    roles: async () => ({ file: folder.shown("roles.json"), rows: await folder.record("roles.json") }),
    webhooks: async () => ({ file: folder.shown("webhooks.json"), rows: await folder.record("webhooks.json") }),
    async *threads() {
      for (const name of threads.keys()) {
        if (!name.endsWith(ENDING)) continue;
        const value = await folder.json("threads", name);
        if (value !== undefined) yield { file: folder.shown("threads", name), id: name.slice(0, -ENDING.length), value };
      }
    },
    written: async () =>
      [...channels.keys()].filter((name) => name.endsWith(ENDING)).map((name) => name.slice(0, -ENDING.length)),
    messages: (channel) => messagesIn("channels", channels, channel + ENDING),
    threadMessages: (thread) => messagesIn("threadMessages", threadMessages, thread + THREAD_ENDING),
    async [Symbol.asyncDispose]() {},
  };
}

async function* none(): AsyncGenerator<readonly Found[]> {}

const TAIL = 65_536;

/** The newest moment at the end of the channels' files, in seconds; 0 for none. */
async function newestIn(folder: Folder, channels: ReadonlyMap<string, number>): Promise<number> {
  let newest = 0;
  for (const [name, size] of channels) {
    const file = await open(folder.path("channels", name), "r");
    try {
      const tail = Buffer.alloc(Math.min(size, TAIL));
      await file.read(tail, 0, tail.length, size - tail.length);
      for (const [, seconds] of tail.toString("latin1").matchAll(/"timestamp"\s*:\s*(\d+(?:\.\d+)?)/g))
        newest = Math.max(newest, Number(seconds));
    } finally {
      await file.close();
    }
  }
  return newest;
}
