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

/** Connects to a WebSocket server; what is sent before it is open is lost. Frames that are not text are passed over. */
export function openLine(url: URL, hearing: Hearing): OpenLine {
  const socket = new WebSocket(url);
  socket.addEventListener("open", () => hearing.opened?.());
  socket.addEventListener("message", ({ data }) => {
    if (typeof data === "string") hearing.message(data);
  });
  socket.addEventListener("close", ({ code, reason }) => hearing.closed(code, reason));
  return {
    send(text) {
      if (socket.readyState !== WebSocket.OPEN) return;
      if (socket.bufferedAmount > MOST_WAITING) socket.close(4000, "too slow");
      else socket.send(text);
    },
    close: () => socket.close(1000),
  };
}
