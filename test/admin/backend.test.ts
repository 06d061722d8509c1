import { expect, test } from "bun:test";
import { join } from "node:path";

import { type Backend, openBackend } from "../../src/admin/backend.ts";
import { dataFolder, lockDataFolder, prepareDataFolder } from "../../src/config/data-folder.ts";
import { Refusal } from "../../src/kernel/refusal.ts";
import { serve } from "../../src/serve.ts";
import { openSqlite } from "../../src/storage/sqlite.ts";
import { temporaryFolder } from "../support/folder.ts";
import { memoryLog } from "../support/world.ts";

const NOBODY = { env: {}, user: "tester" } as const;

/** A data folder that has been served once. */
async function prepared(path: string) {
  const folder = dataFolder({}, { data: join(path, "data") });
  prepareDataFolder(folder);
  await openSqlite(folder.databaseFile)[Symbol.asyncDispose]();
  return folder;
}

/** What any caller does; it cannot know where its operations are carried out. */
async function script(backend: Backend, nonce: string): Promise<unknown[]> {
  const sent = await backend.call("message.send", { channel: "general", content: "hello", nonce });
  const again = await backend.call("message.send", { channel: "general", content: "hello", nonce });
  const refused = (call: Promise<unknown>) =>
    call.catch((why: Refusal) => [why instanceof Refusal, why.code, why.reason, why.facts]);
  return [
    sent.message.author.name,
    again.message.author.name,
    sent.message.content,
    again.repeated,
    again.message.id === sent.message.id,
    (await backend.call("message.list", { channel: "general", limit: 1 })).messages.length,
    await refused(backend.call("message.send", { channel: "nowhere", content: "hello" })),
    await refused(backend.call("message.send", { channel: "general", content: "" })),
    await refused(backend.call("message.send", { channel: "general", content: "x".repeat(3000) })),
    await refused(backend.call("no.such", {})),
  ];
}

test("a script has the same results and refusals on a running server and on the closed data folder", async () => {
  using temporary = temporaryFolder();
  const folder = await prepared(temporary.path);
  const server = await serve({
    folder,
    ...NOBODY,
    version: "0",
    flags: { "websocket.port": 0 },
    log: { write() {}, terminal: false, colour: false },
  });
  const running = await openBackend({ folder, ...NOBODY, log: memoryLog() });
  expect(running.server).toBeDefined();
  const first = await script(running, "1");
  await server.stop("the test is over");

  await using closed = await openBackend({ folder, ...NOBODY, log: memoryLog() });
  expect(closed.server).toBeUndefined();
  expect(await script(closed, "2")).toEqual(first);
  expect(first.slice(0, 2)).toEqual(["console", "console"]);
  expect(first.slice(6)).toEqual([
    [true, "not-found", "channel", { channel: "nowhere" }],
    [true, "invalid-input", "message.empty", { path: "", message: "message.empty" }],
    [true, "too-large", "message.content", { max: 2000 }],
    [true, "not-found", "operation", { operation: "no.such" }],
  ]);
});

test("a folder that somebody holds without answering is named with their number", async () => {
  using temporary = temporaryFolder();
  const folder = await prepared(temporary.path);
  using _ = lockDataFolder(folder);
  await expect(openBackend({ folder, ...NOBODY, log: memoryLog(), patienceMs: 0 })).rejects.toThrow(
    `A server is starting or hanging (pid ${process.pid}): it has ${folder.path}, and nobody answers on ${folder.socketPath}.`,
  );
});

test("a folder without a chat in it is named and not made into one", async () => {
  using temporary = temporaryFolder();
  const folder = dataFolder({}, { data: join(temporary.path, "data") });
  await expect(openBackend({ folder, ...NOBODY, log: memoryLog() })).rejects.toThrow("There is no chat in");
  expect(await Bun.file(folder.configFile).exists()).toBe(false);
});
