import { z } from "zod";

import { key, section } from "./declare.ts";
import { bytes, port } from "./values.ts";

export const tcp = section("Line chat: plain text over TCP, for nc, telnet and PuTTY.", {
  enabled: key(z.boolean(), true, "Whether to listen at all."),
  host: key(z.string().min(1).max(255), "127.0.0.1", "Address to listen on; 0.0.0.0 for every network of this machine."),
  port: key(port, 22_222, "Port to listen on, without encryption; 0 for a free one."),
  tls: section("The same with encryption, on a port of its own, with the certificate of the section tls.", {
    enabled: key(z.boolean(), false, "Whether to listen for it; tls.mode must not be off."),
    port: key(port, 22_223, "Port to listen on; 0 for a free one."),
  }),
  guests: key(
    z.enum(["off", "read", "full"]),
    "full",
    "Who has no account: is turned away (off), may read (read), or acts with the role guest, or without one of that name like a new member (full).",
  ),
  password: key(z.string().max(1000), "", "What guests must give before they come in; nothing for no such question.", {
    secret: true,
  }),
  welcome: key(z.string().max(1000), "", "What stands in the box that greets people; nothing for a plain welcome."),
  connection_timeout: key(
    z.boolean(),
    true,
    "Whether people wait two and a half seconds at the door, so that nobody can come and go too fast.",
  ),
  view_lines: key(z.int().min(3).max(200), 20, "Lines of the chat view, and of the history it begins with."),
  username_limit: key(z.int().min(2).max(32), 10, "Most characters in a guest's name."),
  message_limit: key(
    z.int().min(0).max(200_000),
    150,
    "Most characters in a message written here; 0 for no limit but limits.post_content.",
  ),
  max_connections: key(z.int().min(1).max(100_000), 2000, "Connections at one time."),
  max_connections_per_ip: key(z.int().min(1).max(100_000), 50, "Connections at one time from one address."),
  idle_minutes: key(z.int().min(1).max(10_080), 720, "How long somebody may say nothing before they are seen out, in minutes."),
  outbound_buffer_bytes: key(
    bytes.min(16_384).max(67_108_864),
    262_144,
    "What may wait for somebody who reads slowly, in bytes; beyond it the connection is closed.",
  ),
});
