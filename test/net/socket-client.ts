/** A WebSocket client that keeps what it got, and lets a test wait for the next frame or the end. Rejects if the handshake is refused. */
export async function openClient(
  url: URL,
  options: { readonly headers?: Record<string, string>; readonly tls?: { readonly ca: string[] } } = {},
) {
  // Bun takes headers and TLS options where the DOM has only protocols.
  const ws = new WebSocket(url.href.replace(/^http/, "ws"), options as never);
  const frames: string[] = [];
  let wake = () => {};
  ws.addEventListener("message", (event) => {
    frames.push(String(event.data));
    wake();
  });
  const closed = new Promise<{ code: number }>((resolve) => ws.addEventListener("close", resolve));
  await new Promise((resolve, reject) => {
    ws.addEventListener("open", resolve);
    ws.addEventListener("error", () => reject(new Error("the handshake was refused")));
  });
  const next = async (): Promise<string> => {
    while (frames.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    return frames.shift() as string;
  };
  return { ws, next, closed };
}
