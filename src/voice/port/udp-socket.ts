/** A datagram as `sendMany` takes it, three elements each: bytes, port, address. */
export type Datagrams = (Uint8Array | number | string)[];

/** The one UDP socket of all connections. */
export interface UdpSocket {
  readonly port: number;
  /** The address it is bound to. */
  readonly address: string;
  send(packet: Uint8Array, port: number, address: string): void;
  /** The bytes may be used again as soon as it returns. */
  sendMany(datagrams: Datagrams): void;
  close(): void;
}

export type Receive = (packet: Buffer, port: number, address: string) => void;

/** How often one datagram is tried again for the unreachable ports that earlier ones ran into. */
const MOST_RETRIES = 8;

/**
 * What cannot be sent is dropped, as the network would. `failed` hears what `receive` throws: nothing may leave the socket's callback.
 * @throws what the system says when it cannot be bound
 */
export async function openUdpSocket(
  at: { readonly host: string; readonly port: number },
  receive: Receive,
  failed: (why: unknown) => void,
): Promise<UdpSocket> {
  const socket = await Bun.udpSocket({
    hostname: at.host,
    port: at.port,
    binaryType: "buffer",
    socket: {
      data(_, packet, port, address) {
        try {
          receive(packet, port, address);
        } catch (why) {
          failed(why);
        }
      },
      // Without this an ICMP "port unreachable", which any closed tab causes, would end the process.
      error() {},
    },
  });
  return {
    port: socket.port,
    address: socket.address.address,
    send(packet, port, address) {
      for (let tries = 0; tries <= MOST_RETRIES; tries++)
        try {
          socket.send(packet, port, address);
          return;
        } catch (why) {
          if (!isRefusal(why)) return;
        }
    },
    sendMany(datagrams) {
      const total = datagrams.length / 3;
      let sent = 0;
      let retries = 0;
      while (sent < total) {
        try {
          const more = socket.sendMany(sent === 0 ? datagrams : datagrams.slice(sent * 3));
          if (more === 0) return;
          sent += more;
        } catch (why) {
          if (!isRefusal(why) || ++retries > total + MOST_RETRIES) return;
        }
      }
    },
    close: () => socket.close(),
  };
}

/**
 * Linux reports one peer's ICMP "port unreachable" to whoever uses the socket next (Bun sets IP_RECVERR), and that datagram, which is
 * for somebody else, is not sent: it is to be sent again.
 */
const isRefusal = (why: unknown): boolean => (why as { code?: unknown } | null)?.code === "ECONNREFUSED";
