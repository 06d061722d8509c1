import { isIP } from "node:net";

import { z } from "zod";

/** What a key knows about itself besides its type; file comments, environment names and the reference are made from it. */
interface KeyMeta {
  readonly description: string;
  /** Never shown: masked in `config show`, kept out of the file's comments, readable from a file named by `…_FILE`. */
  readonly secret?: boolean;
}

const key = <T extends z.ZodType>(type: T, standard: z.output<T>, description: string, more: Omit<KeyMeta, "description"> = {}) =>
  z._default(type, standard as never).meta({ description, ...more });

/** A section: unknown keys in it are refused, and what is not named in it takes its default. */
const section = <S extends z.ZodRawShape>(description: string, shape: S) =>
  z
    .strictObject(shape)
    .prefault({} as never)
    .meta({ description });

const bytes = z.int().min(0);
const port = z.int().min(0).max(65_535);
const days = z.int().min(1).max(36_500);
const network = z.string().refine(
  (text) => {
    const [address = "", bits, rest] = text.split("/");
    const version = isIP(address);
    return (
      version > 0 &&
      rest === undefined &&
      (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128)))
    );
  },
  { error: "an address or network like 127.0.0.1 or 10.0.0.0/8" },
);
const publicUrl = z.string().refine(
  (text) => {
    if (text === "") return true;
    const url = URL.parse(/^\w+:\/\//.test(text) ? text : `https://${text}`);
    return url !== null && /^(https?|wss?):$/.test(url.protocol);
  },
  { error: "an address like https://chat.example.org, or nothing" },
);
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
const httpUrl = z
  .string()
  .max(500)
  .refine((text) => /^https?:$/.test(URL.parse(text)?.protocol ?? "") && URL.parse(text)?.username === "", {
    error: "an address like https://api.example.org/validate",
  });
const databaseUrl = z.string().refine((text) => text === "" || /^postgres(ql)?:\/\/\S+$/.test(text), {
  error: "postgres://user:password@host/database, or nothing for SQLite in the data folder",
});

/**
 * Everything that can be set, once. Sections that exist in the `config.json` of originChats keep their names and meanings
 * (`reference/originchats.md §6`).
 */
export const SettingsSchema = z.strictObject({
  server: section("What clients show about this server.", {
    name: key(
      z.string().min(1).max(100),
      "My chat",
      "Name of the community. A name that is new here takes effect at the next start or `chat reload`; until this value changes again, members who manage the server may call it otherwise.",
    ),
    owner: section("Who is named as the owner.", {
      name: key(z.string().max(100), "", "Shown to clients; gives no rights."),
    }),
    icon: key(z.string().max(2000), "", "Address of a picture; nothing for none."),
    banner: key(z.string().max(2000), "", "Address of a wide picture; nothing for none."),
    url: key(publicUrl, "", "Public address of this server, used in links to attachments and pictures."),
    allowed_origins: key(
      z.array(z.string().min(1).max(300)).max(100),
      [],
      "Origins (https://…) whose web pages may connect; an empty list lets every page do so.",
    ),
  }),
  websocket: section("The HTTP and WebSocket listener.", {
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
  }),
  tls: section("Encryption on the HTTP and WebSocket port. Browsers give a microphone only to https and localhost.", {
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
  }),
  auth_mode: key(
    z.enum(["rotur", "cracked", "cracked-only"]),
    "cracked-only",
    "Who may sign in: accounts of a Rotur service (rotur), those and local ones (cracked), or local accounts only (cracked-only).",
  ),
  rotur: section("The Rotur service that is asked who somebody is, unless only local accounts are taken.", {
    validate_url: key(httpUrl, "https://api.rotur.dev/validate", "Where a validator is confirmed."),
    profile_url: key(httpUrl, "https://api.rotur.dev/profile", "Where an account's subscription is looked up."),
    timeout: key(z.int().min(1).max(60), 5, "How long an answer is waited for, in seconds."),
    retry_after: key(z.int().min(0).max(3600), 10, "How long a service that was out of reach is not asked again, in seconds."),
  }),
  cracked: section("Local accounts, with a name and a password kept here.", {
    allow_registration: key(z.boolean(), true, "Whether newcomers may make an account themselves."),
    default_roles: key(z.array(z.string().min(1).max(100)).max(50), ["user"], "Roles of a new local account."),
  }),
  DB: section("Templates of stored things.", {
    users: section("Users.", {
      default: section("A new user.", {
        roles: key(z.array(z.string().min(1).max(100)).max(50), ["user"], "Roles of a new user."),
      }),
    }),
  }),
  limits: section("Limits announced to clients.", {
    post_content: key(z.int().min(1).max(100_000), 2000, "Length of a message, in characters."),
    search_results: key(z.int().min(1).max(50), 30, "Messages a search returns."),
  }),
  rate_limiting: section("How fast one user may send.", {
    enabled: key(z.boolean(), true, "Whether to limit at all."),
    messages_per_minute: key(z.int().min(1).max(100_000), 30, "Messages within a minute."),
    burst_limit: key(z.int().min(1).max(100_000), 5, "Messages in quick succession."),
    cooldown_seconds: key(z.int().min(0).max(86_400), 60, "Pause after too many messages, in seconds."),
  }),
  attachments: section("Files attached to messages.", {
    enabled: key(z.boolean(), true, "Whether files may be attached."),
    max_size: key(bytes.min(1).max(10_737_418_240), 104_857_600, "Largest file, in bytes."),
    allowed_types: key(
      z.array(z.string().min(1).max(100)).max(200),
      ["image/*", "video/*", "audio/*", "application/pdf"],
      "Media types taken; an empty list takes everything.",
    ),
    max_attachments_per_user: key(z.int().min(-1), -1, "Files one user may have stored; -1 for no limit."),
    max_total_size: key(
      bytes,
      0,
      "What all files together may take, in bytes, each counted as often as it was sent; 0 for no limit but the disk's.",
    ),
    disk_reserve: key(bytes, 1_073_741_824, "Free space on the disk that files leave untouched, in bytes."),
    uploads_per_minute: key(z.int().min(1).max(10_000), 10, "Uploads of one user within a minute."),
    permanent_tiers: key(
      z.array(z.string().min(1).max(50)).max(20),
      ["pro", "max"],
      "Rotur subscriptions whose files are kept long.",
    ),
    permanent_expiration_days: key(days, 365, "How long those files are kept, in days."),
    free_tier_max_expiration_days: key(days, 7, "How long other files are kept at most, in days."),
    subscription_cache_ttl: key(z.int().min(0).max(86_400), 300, "How long a subscription is remembered, in seconds."),
    compression: section("Pictures are made smaller when they arrive.", {
      enabled: key(z.boolean(), true, "Whether to do so."),
      max_width: key(z.int().min(1).max(16_384), 1920, "Width beyond which a picture is scaled down, in pixels."),
      max_height: key(z.int().min(1).max(16_384), 1920, "Height beyond which a picture is scaled down, in pixels."),
      jpeg_quality: key(z.int().min(1).max(100), 85, "Quality of JPEG, 1 to 100."),
      webp_quality: key(z.int().min(1).max(100), 85, "Quality of WebP, 1 to 100."),
      png_compression: key(z.int().min(0).max(9), 6, "Effort for PNG, 0 to 9."),
    }),
  }),
  uploads: section("Other files that clients send.", {
    emoji_allowed_file_types: key(
      z.array(z.string().regex(/^[a-z0-9]{1,10}$/)).max(20),
      ["gif", "jpg", "jpeg", "png"],
      "File name endings an emoji may have.",
    ),
    emoji_max_size: key(bytes.min(1).max(16_777_216), 2_097_152, "Largest picture of an emoji, in bytes."),
    max_emojis: key(z.int().min(0).max(10_000), 500, "Emoji the community may have."),
    asset_max_size: key(bytes.min(1).max(16_777_216), 2_097_152, "Largest icon or banner, in bytes."),
  }),
  push: section("Notifications to browsers of members who are not connected.", {
    enabled: key(z.boolean(), true, "Whether to send them."),
    contact: key(
      z
        .string()
        .max(300)
        .regex(/^((mailto:|https:\/\/)\S+)?$/),
      "",
      "Whom a push service may write to when something is wrong: mailto:… or https://…; nothing for nobody.",
    ),
  }),
  webhooks: section("Messages posted by other programs.", {
    max_per_channel: key(z.int().min(0).max(1000), 20, "Webhooks a channel may have."),
    max_body: key(bytes.min(1024).max(16_777_216), 1_048_576, "Largest body of a request, in bytes."),
    per_minute: key(z.int().min(1).max(10_000), 60, "Messages of one webhook within a minute."),
  }),
  modlog: section("The log of what moderators did.", {
    enabled: key(z.boolean(), true, "Whether to keep one."),
    retention: section("How long entries are kept, in days.", {
      default: key(days, 90, "Entries of any other kind."),
      user_moderation: key(days, 365, "Bans, kicks, timeouts."),
      role_management: key(days, 365, "Roles made, changed, given, taken."),
      channel_management: key(days, 180, "Channels made, changed, deleted."),
      message_moderation: key(days, 90, "Messages deleted or pinned by moderators."),
      server_management: key(days, 180, "Changes to the server itself."),
    }),
  }),
  tcp: section("Line chat: plain text over TCP, for nc, telnet and PuTTY.", {
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
  }),
  tokens: section("Tokens for rooms of a Jitsi or LiveKit server, and the door where a game server asks for them.", {
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
    allow_every_room: key(
      z.boolean(),
      true,
      'Whether tokens may be for every room ("*"). The operator at the machine always may.',
    ),
    livekit: section("Tokens for a LiveKit server.", {
      api_key: key(z.string().max(255), "", "Its API key."),
      api_secret: key(z.string().max(1000), "", "Its API secret.", { secret: true }),
    }),
    session_secret: key(z.string().max(1000), "", "What tokens that sign in here are signed with.", { secret: true }),
  }),
  plugins: key(
    z.record(z.string().regex(/^[a-z][a-z0-9-]{1,39}$/), z.record(z.string().max(100), z.unknown())),
    {},
    "Options of plugins, a section for each by its name; `chat docs plugins` lists them.",
    { secret: true },
  ),
  database: section("Where everything is kept.", {
    url: key(databaseUrl, "", "postgres://user:password@host/database; nothing for SQLite in the data folder.", { secret: true }),
  }),
  metrics: section("Figures for Prometheus, besides those on the control socket.", {
    port: key(port, 0, "Port on 127.0.0.1 that serves them at /metrics, without a password; 0 for none."),
  }),
  log: section("What is written to standard error.", {
    level: key(z.enum(["debug", "info", "warn", "error"]), "info", "The least important level still written."),
    format: key(z.enum(["auto", "json", "pretty"]), "auto", "json, pretty, or auto: pretty in a terminal, else json."),
  }),
});

/** All settings, complete and checked. */
export type Settings = z.output<typeof SettingsSchema>;

/** The settings of a server that was told nothing. */
export const defaultSettings = (): Settings => SettingsSchema.parse({});

/** One settable key, as the reference prints it. */
export interface Key {
  /** Dotted path in the file: `rate_limiting.enabled`. */
  readonly path: string;
  readonly env: string;
  /** Variable that names a file to read the value from; secrets only. */
  readonly envFile?: string;
  /** What is allowed, in words: `a whole number from 0 to 65535`. */
  readonly allowed: string;
  readonly kind: "text" | "number" | "boolean" | "list" | "sections";
  readonly default: unknown;
  readonly description: string;
  readonly secret: boolean;
}
export interface Section {
  readonly path: string;
  readonly description: string;
  readonly entries: readonly (Key | Section)[];
}
export const isSection = (entry: Key | Section): entry is Section => "entries" in entry;

/** The schema as a tree of sections and keys, in the order in which it is written. */
export function settingsTree(): Section {
  const walk = (schema: z.ZodObject, path: readonly string[], description: string): Section => ({
    path: path.join("."),
    description,
    entries: Object.entries(schema.shape).map(([name, inner]) => {
      const meta = (inner as z.ZodType).meta() as unknown as KeyMeta;
      const at = [...path, name];
      if (inner instanceof z.ZodPrefault) return walk(inner.unwrap() as z.ZodObject, at, meta.description);
      const wrapped = inner as z.ZodDefault;
      const env = `CHAT_${at.join("_").toUpperCase()}`;
      return {
        path: at.join("."),
        env,
        ...(meta.secret ? { envFile: `${env}_FILE` } : {}),
        ...allowed(wrapped.unwrap() as z.ZodType),
        default: wrapped.def.defaultValue,
        description: meta.description,
        secret: meta.secret ?? false,
      };
    }),
  });
  return walk(SettingsSchema, [], "");
}

/** Every key, flat: what `chat config reference` prints. */
export function describeSettings(): Key[] {
  const flat = (entry: Section): Key[] => entry.entries.flatMap((inner) => (isSection(inner) ? flat(inner) : [inner]));
  return flat(settingsTree());
}

function allowed(type: z.ZodType): Pick<Key, "allowed" | "kind"> {
  if (type instanceof z.ZodBoolean) return { kind: "boolean", allowed: "true or false" };
  if (type instanceof z.ZodEnum) return { kind: "text", allowed: `one of ${type.options.join(", ")}` };
  if (type instanceof z.ZodRecord) return { kind: "sections", allowed: "sections in braces, each under a name" };
  if (type instanceof z.ZodArray) return { kind: "list", allowed: "a list of texts" };
  if (type instanceof z.ZodNumber) {
    const { minValue, maxValue } = type;
    const upTo = maxValue === null || maxValue >= Number.MAX_SAFE_INTEGER ? "or more" : `to ${maxValue}`;
    return { kind: "number", allowed: `a whole number from ${minValue} ${upTo}`.replace(/from (\S+) or more/, "of $1 or more") };
  }
  const { minLength, maxLength } = type as z.ZodString;
  const length =
    maxLength === null ? "" : minLength ? ` of ${minLength} to ${maxLength} characters` : ` of up to ${maxLength} characters`;
  return { kind: "text", allowed: `a text${length}` };
}
