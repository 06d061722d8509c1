/** Sends bytes over TCP and collects the answer until the other side ends. */
export async function openRaw(port: number, bytes: string): Promise<string> {
  const ended = Promise.withResolvers<void>();
  let heard = "";
  await Bun.connect({
    hostname: "127.0.0.1",
    port,
    socket: {
      open: (socket) => void socket.write(bytes),
      data: (_, chunk) => void (heard += chunk.toString()),
      close: () => ended.resolve(),
      error: (_, error) => ended.reject(error),
    },
  });
  await ended.promise;
  return heard;
}
