import { existsSync } from "node:fs";

import { type DataFolder, FolderLocked, lockDataFolder } from "../config/data-folder.ts";
import type { Env } from "../config/load.ts";
import type { Log } from "../kernel/log.ts";
import { Refusal } from "../kernel/refusal.ts";
import { ControlClient, NoAnswer, NobodyThere } from "./control-client.ts";

/** Where operations are carried out: in the running server, or right here on the closed database. The caller cannot tell. */
export interface Backend extends AsyncDisposable {
  /** The running server; undefined where there is none. */
  readonly server: ControlClient | undefined;
  /** @throws Refusal */
  call(operation: string, input: unknown): Promise<any>;
}

/** The server or its data cannot be reached; the message is a sentence with the remedy. */
export class Unreachable extends Error {
  override name = "Unreachable";
}

export interface BackendOptions {
  readonly folder: DataFolder;
  readonly env: Env;
  readonly configFile?: string | undefined;
  /** The system user. */
  readonly user: string;
  readonly log: Log;
  /** How long a server may take to start or to answer, in milliseconds. */
  readonly patienceMs?: number;
}

const BETWEEN_TRIES_MS = 100;

/**
 * The running server, else the locked data folder. Held by somebody who does not answer, it is tried again for `patienceMs`: a server that is
 * starting or stopping has its folder before and after it has its socket.
 * @throws {Unreachable}
 */
export async function openBackend(options: BackendOptions): Promise<Backend> {
  const { folder, user, patienceMs = 2000 } = options;
  for (let left = patienceMs; ; left -= BETWEEN_TRIES_MS) {
    const server = await findServer(folder, user, Math.max(left, BETWEEN_TRIES_MS));
    if (server) return throughSocket(server);
    const here = await onLockedFolder(options);
    if (!(here instanceof FolderLocked)) return here;
    if (left <= 0)
      throw new Unreachable(
        `A server is starting or hanging (pid ${here.pid ?? "unknown"}): it has ${folder.path}, and nobody answers on ${folder.socketPath}. Wait a little, or end that process.`,
      );
    await Bun.sleep(BETWEEN_TRIES_MS);
  }
}

/**
 * The running server, if there is one.
 * @throws {Unreachable} when somebody has the socket and does not answer.
 */
export async function findServer(folder: DataFolder, user: string, patienceMs = 2000): Promise<ControlClient | undefined> {
  const client = new ControlClient(folder.socketPath, user);
  try {
    await client.status(patienceMs);
    return client;
  } catch (why) {
    if (why instanceof NobodyThere) return undefined;
    if (why instanceof NoAnswer)
      throw new Unreachable(
        `A server is hanging: it has ${folder.socketPath} and has not answered for ${patienceMs / 1000} s. End that process.`,
      );
    throw why;
  }
}

const throughSocket = (server: ControlClient): Backend => ({
  server,
  call: (operation, input) => server.call(operation, input),
  async [Symbol.asyncDispose]() {},
});

async function onLockedFolder({ folder, env, configFile, user, log }: BackendOptions): Promise<Backend | FolderLocked> {
  const { loadSettings } = await import("../config/load.ts");
  const { settings } = loadSettings({ dataDir: folder.path, env, ...(configFile ? { file: configFile } : {}) });
  if (!existsSync(folder.path) || (settings.database.url === "" && !existsSync(folder.databaseFile)))
    throw new Unreachable(
      `There is no chat in ${folder.path} yet. Start one with "chat serve", or name the folder of another with --data or CHAT_DATA.`,
    );
  // As `serve` does: what SQLite makes beside the database is nobody else's to read.
  process.umask(0o077);
  await using held = new AsyncDisposableStack();
  try {
    held.use(lockDataFolder(folder));
  } catch (why) {
    if (why instanceof FolderLocked) return why;
    throw why;
  }
  const [{ openStore }, { consoleActor, openApp }, { systemParts }, { operationNamed }, { bundled }] = await Promise.all([
    import("../storage/open.ts"),
    import("../app.ts"),
    import("./system-parts.ts"),
    import("../domain/described.ts"),
    import("../../plugins/index.ts"),
  ]);
  const store = await openStore({ databaseUrl: settings.database.url, databaseFile: folder.databaseFile });
  const app = held.use(await openApp({ ...(await systemParts(settings, store, folder, log)), bundled }));
  const all = held.move();
  return {
    server: undefined,
    async call(name, input) {
      const operation = operationNamed(name);
      if (!operation) throw new Refusal("not-found", "operation", { operation: name });
      return app.kernel.invoke(operation as never, consoleActor(app.community.id, user), input as never);
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
