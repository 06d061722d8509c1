import type { Socket } from "node:dgram";
import type { UdpTransport } from "werift";

/** What werift keeps to itself of a UDP socket of its own. */
interface Inside {
  readonly socket: Socket;
  init(): Promise<void>;
}

const quiet = new WeakSet<object>();

/**
 * Lets werift's UDP sockets outlive an ICMP "port unreachable": Bun reports one as an `error` of the socket, which werift does not
 * listen for, so that a closed tab, or one datagram from a stranger, would end the process. A port that cannot be bound fails
 * the connection instead of leaving it waiting for ever.
 */
export function quietSockets(transport: typeof UdpTransport): void {
  const inside = transport.prototype as unknown as Inside;
  if (quiet.has(inside)) return;
  quiet.add(inside);
  const { init } = inside;
  inside.init = function (this: Inside) {
    const failed = Promise.withResolvers<never>();
    this.socket.on("error", failed.reject);
    return Promise.race([init.call(this), failed.promise]);
  };
}
