import { existsSync, rmSync } from "node:fs";

import { ListenError } from "./listen-error.ts";

/** Requests larger than this are refused with 413. Bytes. */
const LARGEST_REQUEST = 8 * 1024 * 1024;

export interface ControlListener {
  /** Ends at once; who watches sees the end of the stream. */
  stop(): Promise<void>;
}

/**
 * Opens the control socket, for its owner alone from the first moment. A file left by a server that was killed is removed: whoever calls this
 * holds the data folder's lock, so nobody can be listening there.
 * @throws ListenError where no socket can be: the folder is missing or foreign, or its disk knows none.
 */
export function listenControl(
  path: string,
  answer: (req: Request) => Promise<Response>,
  failed: (why: unknown) => void,
): ControlListener {
  if (existsSync(path)) rmSync(path);
  const mask = process.umask(0o177);
  try {
    const server = Bun.serve({
      unix: path,
      development: false,
      maxRequestBodySize: LARGEST_REQUEST,
      fetch: answer,
      error(why) {
        failed(why);
        return new Response("The server failed to answer this request.\n", { status: 500 });
      },
    });
    return { stop: () => server.stop(true) };
  } catch (why) {
    throw new ListenError(
      "socket",
      `The control socket cannot be opened (${(why as Error).message}): name another place with --socket or CHAT_SOCKET.`,
      why,
    );
  } finally {
    process.umask(mask);
  }
}
