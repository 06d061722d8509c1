import { lstatSync, rmSync } from "node:fs";

import { ListenError } from "./listen-error.ts";

/**
 * Makes room for a Unix socket: a file that a killed program has left is removed.
 * @throws ListenError when somebody listens there, or when the file is something else.
 */
export async function freeUnixPath(path: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found) return;
  if (!found.isSocket()) throw new ListenError("port-in-use", `${path} is there already, and is no socket: choose another path.`);
  try {
    const other = await Bun.connect({ unix: path, socket: { data() {} } });
    other.terminate();
  } catch {
    return rmSync(path, { force: true });
  }
  throw new ListenError("port-in-use", `Another program listens on ${path}: choose another path, or stop it.`);
}

/** Runs `listen` so that the socket file is its owner's alone from the first moment. */
export function forOwnerOnly<T>(listen: () => T): T {
  const mask = process.umask(0o177);
  try {
    return listen();
  } finally {
    process.umask(mask);
  }
}
