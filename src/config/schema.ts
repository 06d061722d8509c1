import { z } from "zod";

import { key, section } from "./declare.ts";
import { tcp } from "./line-chat-settings.ts";
import { bytes, port } from "./values.ts";
import { tokens } from "./token-settings.ts";
import { voice } from "./voice-settings.ts";
import { tls, websocket } from "./web-settings.ts";

const days = z.int().min(1).max(36_500);
const publicUrl = z.string().refine(
  (text) => {
    if (text === "") return true;
    const url = URL.parse(/^\w+:\/\//.test(text) ? text : `https://${text}`);
    return url !== null && /^(https?|wss?):$/.test(url.protocol);
  },
  { error: "an address like https://chat.example.org, or nothing" },
);
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
      "Origins (https://…) whose web pages may connect, besides the page /call of this server itself; an empty list lets every page do so.",
    ),
  }),
  websocket,
  tls,
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
  tcp,
  voice,
  tokens,
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
