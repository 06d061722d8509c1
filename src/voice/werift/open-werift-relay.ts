import { createSocket } from "node:dgram";
import type { MediaRelay, RelayParts } from "../../kernel/media-relay.ts";
import { loadWerift } from "./load-werift.ts";
import { WeriftRelay } from "./relay.ts";

export { WERIFT_GAPS } from "./known-gaps.ts";

/**
 * A relay on werift's own transports, a peer connection for each direction of a session, with full ICE: it also asks its clients,
 * as behind a NAT it must. To be imported dynamically, since the library is large.
 *
 * What it cannot keep of `MediaRelay`, and `WERIFT_GAPS` says to the operator: it has no one port but one for each connection, from
 * `port` upwards, or where the system likes if that is 0, which `port` then says too; and a client's certificate is compared with
 * its offer, but the signature made with it is not verified.
 * @throws when `host` and `port` cannot be bound.
 */
export async function openWeriftRelay(parts: RelayParts): Promise<MediaRelay> {
  await tryToBind(parts.host, parts.port);
  return new WeriftRelay(await loadWerift(), parts);
}

/** A wrong setting is to be known at the start, not when the first call fails. */
async function tryToBind(host: string, port: number): Promise<void> {
  const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
  await new Promise<void>((done, fail) => {
    socket.once("error", fail);
    socket.bind(port, host, done);
  });
  await new Promise<void>((done) => socket.close(done));
}
