import { createHash } from "node:crypto";
import { type App, openApp, type Parts } from "../../src/app.ts";
import { SettingsSchema } from "../../src/config/schema.ts";
import type { Happened } from "../../src/kernel/event.ts";
import type { Timers } from "../../src/kernel/clock.ts";
import type { Log } from "../../src/kernel/log.ts";
import type { Passwords } from "../../src/kernel/passwords.ts";
import { GuardedFetchError } from "../../src/net/guarded-fetch.ts";
import { webPush } from "../../src/net/web-push.ts";
import { memoryBlobs } from "./blobs.ts";
import { openSqlite } from "../../src/storage/sqlite.ts";

/** A clock that only the test moves, with timers that fire when it passes them. */
export class FakeClock implements Timers {
  #due: { at: number; act: () => void; again: number | undefined }[] = [];
  constructor(public time = Date.UTC(2026, 0, 1)) {}
  readonly now = (): number => this.time;
  every(ms: number, act: () => void): () => void {
    return this.#add({ at: this.time + ms, act, again: ms });
  }
  after(ms: number, act: () => void): () => void {
    return this.#add({ at: this.time + ms, act, again: undefined });
  }
  /** How many timers are set. */
  get pending(): number {
    return this.#due.length;
  }
  advance(ms: number): void {
    const until = this.time + ms;
    for (;;) {
      const next = this.#due.filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.time = next.at;
      if (next.again === undefined) this.#due = this.#due.filter((one) => one !== next);
      else next.at += next.again;
      next.act();
    }
    this.time = until;
  }
  #add(one: { at: number; act: () => void; again: number | undefined }): () => void {
    this.#due.push(one);
    return () => void (this.#due = this.#due.filter((other) => other !== one));
  }
}

/** Stands in for argon2id, whose cost is not what most tests are about. */
export const quickPasswords: Passwords = {
  hash: async (password) => `quick:${password}`,
  verify: async (password, stored) => ({ right: stored === `quick:${password}`, stale: false }),
};

/** Keeps what was logged, so that a test can say what an operator would have read. */
export function memoryLog(
  lines: { level: string; event: string; fields: Record<string, unknown> }[] = [],
): Log & { lines: typeof lines } {
  const at =
    (level: string) =>
    (event: string, fields = {}) =>
      void lines.push({ level, event, fields });
  const log = { lines, debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error"), with: () => log };
  return log;
}

type DeepPartial<T> = {
  [K in keyof T]?: T[K] extends readonly unknown[] ? T[K] : T[K] extends object ? DeepPartial<T[K]> : T[K];
};
export type SomeSettings = DeepPartial<Parts["settings"]>;

export interface TestApp extends App {
  readonly clock: FakeClock;
  readonly log: ReturnType<typeof memoryLog>;
  /** Everything that happened, in order. */
  readonly happened: Happened[];
}

let next = 0;
/** Ids that rise and look like the real ones. */
export const countingIds = (): string => `01900000-0000-7000-8000-${String(++next).padStart(12, "0")}`;

/** Chance that is another each time, in every bit, and the same in every run. */
const countingRandomness = (bytes: number): string =>
  createHash("shake256", { outputLength: bytes }).update(String(++next)).digest("base64url");

/**
 * Where the tests' chats keep what they know, by CHAT_TEST_STORE: in SQLite's memory, or with `postgres` on the server of CHAT_TEST_POSTGRES.
 * Loaded here, because what is to be done after all tests can be said only before the first.
 */
const onPostgres = process.env.CHAT_TEST_STORE === "postgres" ? await import("./postgres.ts") : undefined;

/** A whole chat in memory, without sockets; limits off unless the settings say otherwise. */
export async function testApp(settings: SomeSettings = {}, parts: Partial<Parts> = {}): Promise<TestApp> {
  const clock = new FakeClock();
  const log = memoryLog();
  const happened: Happened[] = [];
  const fetch: Parts["fetch"] =
    parts.fetch ??
    (async () => {
      throw new GuardedFetchError("unreachable", "Tests reach nobody.");
    });
  const app = await openApp({
    settings: SettingsSchema.parse({ rate_limiting: { enabled: false }, ...settings }),
    store: parts.store ?? (await onPostgres?.postgresStore()) ?? openSqlite(":memory:"),
    log,
    now: clock.now,
    timers: clock,
    id: countingIds,
    random: countingRandomness,
    passwords: quickPasswords,
    fetch,
    webPush: webPush({ fetch, now: clock.now }),
    onEvent: (event) => happened.push(event),
    blobs: memoryBlobs(clock.now),
    ...parts,
  });
  return Object.assign(app, { clock, log, happened });
}
