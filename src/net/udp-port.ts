import { listenError, type ListenWords } from "./listen-error.ts";

/**
 * Finds out whether a UDP port can be had, by having it for a moment; port 0 finds a free one. Returns its number.
 * @throws ListenError with a sentence when it cannot.
 */
export async function freeUdpPort(hostname: string, port: number, words: ListenWords): Promise<number> {
  try {
    const socket = await Bun.udpSocket({ hostname, port, socket: { data() {}, error() {} } });
    const { port: found } = socket;
    socket.close();
    return found;
  } catch (cause) {
    throw listenError(cause, { hostname, port, udp: true }, words);
  }
}
