import { isIP } from "node:net";

import { z } from "zod";

import { key, section } from "./declare.ts";
import { port } from "./values.ts";

const address = z.string().refine((text) => isIP(text) > 0, { error: "an address like 203.0.113.7, not a name" });

export const voice = section("The relay that forwards the media of calls, for clients that use it.", {
  engine: key(
    z.enum(["port", "werift", "off"]),
    "port",
    "What relays: port (our own, all on one UDP port), werift (another implementation, slower), or off: clients reach each other past the server.",
  ),
  host: key(z.string().max(255), "", "Address to listen on for media; nothing for that of the web port (websocket.host)."),
  port: key(port, 0, "UDP port for media; 0 for the number of the web port, or a free one where that is any."),
  public_address: key(
    z.array(address).max(16),
    [],
    "Addresses that clients are told besides those of this machine: of the router in front of it, which has to pass the UDP port on.",
  ),
  max_connections: key(
    z.int().min(2).max(10_000),
    500,
    "Connections at one time; a session that speaks and hears has two, and one person has at most 8 such sessions.",
  ),
});
