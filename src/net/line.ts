import { guardedAddresses, type GuardedFetchOptions, pinnedTo } from "./guarded-fetch.ts";

/** A WebSocket as texts. */
export interface OpenLine {
  send(text: string): void;
  close(): void;
}
export interface Hearing {
  opened?(): void;
  message(text: string): void;
  /** Called once, also when it never opened. */
  closed(code: number, reason: string): void;
}

/** What may wait to be sent, in bytes; beyond it the line is closed. */
const MOST_WAITING = 1_048_576;
/** The line never came to be (RFC 6455 §7.4.1). */
const NEVER_OPENED = 1006;

/**
 * Connects to a WebSocket server; what is sent before it is open is lost. Frames that are not text are passed over. Like the guarded fetch it
 * reaches public addresses only, and the hosts that `allow` names.
 */
export function openLine(
  url: URL,
  hearing: Hearing,
  options: Pick<GuardedFetchOptions, "allow" | "resolve" | "ca"> = {},
): OpenLine {
  let socket: WebSocket | undefined;
  let over = false;
  const closed = (code: number, reason: string) => {
    if (over) return;
    over = true;
    hearing.closed(code, reason);
  };
  const connect = ([address]: readonly string[]) => {
    if (over) return;
    const pinned = pinnedTo(url, address!);
    const tls = { serverName: pinned.serverName, ...(options.ca !== undefined && { ca: options.ca }) };
    // The types of the DOM, which are in the program too, know no options.
    const dialled: Bun.WebSocketOptions = { headers: { host: url.host }, tls };
    socket = new WebSocket(pinned.url, dialled as never);
    socket.addEventListener("open", () => hearing.opened?.());
    socket.addEventListener("message", ({ data }) => {
      if (typeof data === "string") hearing.message(data);
    });
    socket.addEventListener("close", ({ code, reason }) => closed(code, reason));
  };
  guardedAddresses(options)(url)
    .then(connect)
    .catch((why: unknown) => closed(NEVER_OPENED, (why as Error).message));
  return {
    send(text) {
      if (socket?.readyState !== WebSocket.OPEN) return;
      if (socket.bufferedAmount > MOST_WAITING) socket.close(4000, "too slow");
      else socket.send(text);
    },
    close() {
      if (socket) socket.close(1000);
      else closed(1000, "");
    },
  };
}
