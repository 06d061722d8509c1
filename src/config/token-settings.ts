import { z } from "zod";

import { key, section } from "./declare.ts";
import { network, port } from "./values.ts";

export const tokens = section("Tokens for rooms of a Jitsi or LiveKit server, and the door where a game server asks for them.", {
  enabled: key(z.boolean(), false, "Whether game servers can ask for tokens (listen, outbound)."),
  config: key(
    z.string().max(4096),
    "",
    "Configuration file of a Chat Admin Server, read as it is: it enables this section, and gives what is not set here.",
  ),
  listen: key(z.boolean(), true, "Whether to listen for requests."),
  host: key(z.string().min(1).max(255), "127.0.0.1", "Address to listen on."),
  port: key(port, 4114, "Port to listen on; 0 for a free one."),
  socket: key(
    z.string().max(100),
    "",
    "Path of a Unix socket to listen on as well, for programs of the same user; nothing for none.",
  ),
  allowed_addresses: key(
    z.array(network).min(1).max(100),
    ["127.0.0.0/8", "::1"],
    "Addresses or networks that may ask. There is no encryption on this port.",
  ),
  shared_secret: key(z.string().max(1000), "", "What every request must carry as auth; nothing for no such check.", {
    secret: true,
  }),
  max_connections: key(z.int().min(1).max(10_000), 64, "Connections at one time."),
  requests_per_minute: key(z.int().min(1).max(1_000_000), 1200, "Requests of one address within a minute."),
  idle_seconds: key(z.int().min(1).max(86_400), 3600, "Pause after which a connection is closed, in seconds."),
  outbound: section("A game server that makes no connections itself: we connect to it, and answer what it asks.", {
    host: key(z.string().max(255), "", "Where it listens; nothing for no such connection."),
    port: key(port, 0, "Its port."),
  }),
  app_id: key(z.string().max(255), "", "The app_id of Jitsi's Prosody; tokens carry it as iss."),
  app_secret: key(z.string().max(1000), "", "The app_secret of Jitsi's Prosody, for HS256.", { secret: true }),
  algorithm: key(
    z.enum(["HS256", "RS256", "ES256", "EdDSA"]),
    "HS256",
    "How tokens for Jitsi are signed: with app_secret (HS256), or with the key in key_file.",
  ),
  key_file: key(z.string().max(4096), "", "Private key (PEM) for RS256, ES256 and EdDSA."),
  key_id: key(z.string().max(255), "", "Name of the key in the token's header (kid), where Prosody looks keys up by it."),
  domain: key(z.string().min(1).max(255), "meet.jitsi", "XMPP domain of the Jitsi server; tokens carry it as sub."),
  max_lifetime: key(z.int().min(1).max(315_360_000), 86_400, "How long a token may be good, in seconds."),
  allow_moderator: key(z.boolean(), true, "Whether tokens may make moderators. The operator at the machine always may."),
  allow_every_room: key(z.boolean(), true, 'Whether tokens may be for every room ("*"). The operator at the machine always may.'),
  livekit: section("Tokens for a LiveKit server.", {
    api_key: key(z.string().max(255), "", "Its API key."),
    api_secret: key(z.string().max(1000), "", "Its API secret.", { secret: true }),
  }),
  session_secret: key(z.string().max(1000), "", "What tokens that sign in here are signed with.", { secret: true }),
});
