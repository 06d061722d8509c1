import { z } from "zod";

import { key, section } from "./declare.ts";
import { bytes, network, port } from "./values.ts";

const domain = z
  .string()
  .refine((text) => text.length <= 253 && /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/i.test(text), {
    error: "names like chat.example.org (international ones as xn--…), without wildcards and addresses",
  });
const acmeDirectory = z
  .string()
  .refine((text) => /^letsencrypt(-staging)?$/.test(text) || (text.length <= 2000 && URL.parse(text)?.protocol === "https:"), {
    error: "letsencrypt, letsencrypt-staging, or the https:// address of another directory",
  });

export const websocket = section("The HTTP and WebSocket listener.", {
  enabled: key(z.boolean(), true, "Whether to listen at all."),
  host: key(
    z.string().min(1).max(255),
    "127.0.0.1",
    "Address to listen on; 0.0.0.0 for every network of this machine. With tls.mode acme it is :: (all networks) if nothing is set.",
  ),
  port: key(port, 5613, "Port to listen on; 0 for a free one. With tls.mode acme it is 443 if nothing is set."),
  max_frame_bytes: key(bytes.min(4096).max(67_108_864), 4_194_304, "Largest WebSocket message taken from a client, in bytes."),
  max_connections: key(z.int().min(1).max(1_000_000), 10_000, "Connections at one time."),
  max_connections_per_ip: key(z.int().min(1).max(1_000_000), 100, "Connections at one time from one address."),
  outbound_buffer_bytes: key(
    bytes.min(65_536).max(1_073_741_824),
    4_194_304,
    "What may wait for a client that reads slowly, in bytes; beyond it the connection is closed.",
  ),
  trusted_proxies: key(
    z.array(network).max(100),
    [],
    "Addresses or networks of reverse proxies whose X-Forwarded-For is believed.",
  ),
});

export const tls = section("Encryption on the HTTP and WebSocket port. Browsers give a microphone only to https and localhost.", {
  mode: key(
    z.enum(["off", "self", "files", "acme"]),
    "off",
    "off, self (a certificate of our own, kept in the data folder), files, or acme (one obtained and renewed here, from Let's Encrypt or another authority).",
  ),
  cert: key(z.string().max(4096), "", "Certificate file (PEM, chain included) for the mode files."),
  key: key(z.string().max(4096), "", "Key file (PEM) for the mode files."),
  names: key(
    z.array(z.string().min(1).max(253)).max(50),
    [],
    "Names and addresses to put into our own certificate besides those of this machine.",
  ),
  domains: key(
    z.array(domain).max(50),
    [],
    "Names to obtain a certificate for with the mode acme; they must lead to this machine.",
  ),
  acme: section(
    "The authority that the mode acme obtains certificates from (RFC 8555), and how it checks the names: over HTTP.",
    {
      directory: key(
        acmeDirectory,
        "letsencrypt",
        "letsencrypt, letsencrypt-staging (to try things out), or the address of a directory.",
      ),
      agree_tos: key(
        z.boolean(),
        false,
        "Whether you agree to the authority's terms of service; without it there is no certificate.",
      ),
      email: key(
        z
          .string()
          .max(254)
          .regex(/^$|^[^@\s,?]+@[^@\s,?]+$/),
        "",
        "Address the authority may write to; nothing for none.",
      ),
      http_port: key(
        z.int().min(1).max(65_535),
        80,
        "Port for the checks, where everything else is redirected to https; port 80 of the names must lead to it.",
      ),
      ca: key(
        z.string().max(4096),
        "",
        "Root certificate (PEM file) of a directory of your own; nothing for the system's authorities.",
      ),
    },
  ),
});
