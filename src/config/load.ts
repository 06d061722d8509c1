import { readFileSync } from "node:fs";
import { join } from "node:path";

import { type Adopted, readChatAdminServer } from "./chat-admin-server.ts";
import { NotOurs } from "./data-folder.ts";
import { closest } from "./did-you-mean.ts";
import { explain, keyAt, shown, valueAt } from "./explain.ts";
import { type Settings, SettingsSchema } from "./schema.ts";
import { describeSettings, type Key } from "./settings-tree.ts";

export type Env = Readonly<Record<string, string | undefined>>;

/** The environment of this process, for the commands; everything below takes it as a value. */
export const environment = (): Env => process.env;

/** Where a value came from. */
export type Origin = "flag" | "environment" | "file" | "default";

export interface Loaded {
  readonly settings: Settings;
  /** Per key path. */
  readonly origins: ReadonlyMap<string, Origin>;
  /** What is odd but does not prevent a start, as sentences: environment variables that nothing reads. */
  readonly warnings: readonly string[];
}

/** The configuration is wrong; the message is a sentence per problem, each with the key, what was found and what is allowed. */
export class ConfigError extends Error {
  override name = "ConfigError";
  /** @param ofFlags whether what a flag says is among what is wrong. */
  constructor(
    readonly problems: readonly string[],
    readonly ofFlags = false,
  ) {
    super(problems.join("\n"));
  }
}

export interface Sources {
  readonly dataDir: string;
  readonly env: Env;
  /** Values by key path (`websocket.port`), as typed or as text. */
  readonly flags?: Readonly<Record<string, unknown>>;
  /** How the flags are spelled, by key path: `--port`. */
  readonly flagNames?: Readonly<Record<string, string>>;
  /** Another file than `config.json5` in the data folder; unlike that one it must exist. */
  readonly file?: string;
}

/** Names beginning with CHAT_ that are not settings. */
const OTHER_VARIABLES = new Set(["CHAT_DATA", "CHAT_SOCKET", "CHAT_CONFIG"]);
const LARGEST_FILE = 1_048_576;

/**
 * Reads the settings: flag, then environment, then file, then default.
 * @throws {ConfigError} with everything that is wrong at once.
 */
export function loadSettings({ dataDir, env, flags = {}, flagNames = {}, file }: Sources): Loaded {
  const keys = describeSettings();
  const path = file ?? join(dataDir, "config.json5");
  const problems: string[] = [];
  const raw = readObject(path, file !== undefined);
  const origins = new Map<string, Origin>(
    keys.map((key) => [key.path, valueAt(raw, key.path) === undefined ? "default" : "file"]),
  );
  const names = new Map<string, string>(keys.map((key) => [key.path, `${key.path} in ${path}`]));

  for (const key of keys) {
    const found = fromEnvironment(key, env, problems);
    const value = flags[key.path] ?? found?.value;
    if (value === undefined) continue;
    const flag = flags[key.path] !== undefined;
    if (!putAt(raw, key.path, typeof value === "string" ? typed(key, value) : value)) continue;
    origins.set(key.path, flag ? "flag" : "environment");
    names.set(key.path, flag ? (flagNames[key.path] ?? `the flag for ${key.path}`) : `${found!.variable} (${key.path})`);
  }

  for (const { path: at, value, name } of adopted(valueAt(raw, "tokens.config"), problems)) {
    if (valueAt(raw, at) !== undefined || !putAt(raw, at, value)) continue;
    origins.set(at, "file");
    names.set(at, name);
  }

  const parsed = SettingsSchema.safeParse(raw, { jitless: true });
  if (!parsed.success) problems.push(...parsed.error.issues.flatMap((issue) => explain(issue, raw, keys, names, path)));
  if (parsed.success) problems.push(...contradictions(parsed.data));
  if (problems.length > 0 || !parsed.success) {
    const wrong = parsed.success ? ["tls.mode"] : parsed.error.issues.map(keyAt);
    throw new ConfigError(
      problems,
      wrong.some((at) => flags[at] !== undefined),
    );
  }
  return { settings: publicDefaults(parsed.data, origins), origins, warnings: strangers(keys, env) };
}

function adopted(file: unknown, problems: string[]): Adopted[] {
  if (typeof file !== "string" || file === "") return [];
  try {
    return readChatAdminServer(file);
  } catch (error) {
    problems.push((error as Error).message);
    return [];
  }
}

function readObject(path: string, required: boolean): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" && !required) return {};
    if (code === "EACCES") throw new NotOurs(path);
    throw new ConfigError([code === "ENOENT" ? `${path}: there is no such file.` : `${path} cannot be read: ${message}.`]);
  }
  if (text.length > LARGEST_FILE) throw new ConfigError([`${path} is larger than ${LARGEST_FILE} characters.`]);
  let value: unknown;
  try {
    value = Bun.JSON5.parse(text);
  } catch (error) {
    throw new ConfigError([`${path} is not JSON5: ${(error as Error).message}.`]);
  }
  if (!isObject(value)) throw new ConfigError([`${path} must hold one object in braces, found ${shown(value)}.`]);
  return value;
}

function fromEnvironment(key: Key, env: Env, problems: string[]): { value: string; variable: string } | undefined {
  const direct = env[key.env];
  const file = key.envFile ? env[key.envFile] : undefined;
  if (direct && file) problems.push(`${key.env} and ${key.envFile} are both set; one of them has to go.`);
  if (direct) return { value: direct, variable: key.env };
  if (!file) return undefined;
  try {
    return { value: readFileSync(file, "utf8").trimEnd(), variable: key.envFile! };
  } catch (error) {
    problems.push(`${key.envFile} names ${file}, which cannot be read: ${(error as Error).message}.`);
    return undefined;
  }
}

/** Text from a flag or the environment as the key's kind. What cannot be one stays text, for the schema to refuse. */
function typed(key: Key, text: string): unknown {
  const trimmed = text.trim();
  if (key.kind === "boolean") {
    if (/^(true|yes|on|1)$/i.test(trimmed)) return true;
    return /^(false|no|off|0)$/i.test(trimmed) ? false : text;
  }
  if (key.kind === "number") return /^-?\d+$/.test(trimmed) ? Number(trimmed) : text;
  if (key.kind === "list") {
    return trimmed
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== "");
  }
  if (key.kind === "sections") {
    try {
      return Bun.JSON5.parse(text);
    } catch {
      return text;
    }
  }
  return text;
}

/** What each key allows by itself and the whole does not. */
function contradictions({ tls, tcp, tokens }: Settings): string[] {
  return [
    ...(tls.mode === "files" ? withoutFiles(tls) : []),
    ...(tls.mode === "acme" ? withoutAuthority(tls) : []),
    ...(tcp.enabled && tcp.tls.enabled && tls.mode === "off"
      ? ["tcp.tls.enabled needs a certificate: set tls.mode to self, files or acme."]
      : []),
    ...(tokens.enabled ? withoutUse(tokens) : []),
  ];
}

const withoutFiles = (tls: Settings["tls"]): string[] =>
  (["cert", "key"] as const)
    .filter((name) => tls[name] === "")
    .map((name) => `tls.${name} is missing: with tls.mode "files" it names a PEM file (--${name}).`);

/** What keeps an authority from being asked for a certificate. */
function withoutAuthority({ domains, acme }: Settings["tls"]): string[] {
  const authority = acme.directory.startsWith("https:")
    ? new URL(acme.directory).host
    : "Let's Encrypt (https://letsencrypt.org/repository/)";
  return [
    ...(domains.length === 0 ? ['tls.domains is missing: with tls.mode "acme" it names what to obtain a certificate for.'] : []),
    ...(acme.agree_tos
      ? []
      : [
          `tls.acme.agree_tos is missing: read the terms of service of ${authority}, and set it to true (--agree-tos) if you agree.`,
        ]),
  ];
}

/** What keeps the door for tokens from being of any use. */
function withoutUse({ listen, socket, outbound, app_id, algorithm, app_secret, key_file }: Settings["tokens"]): string[] {
  return [
    ...(listen || socket !== "" || outbound.host !== ""
      ? []
      : ["tokens.listen is false, tokens.socket and tokens.outbound.host are empty: nobody can ask for tokens."]),
    ...(outbound.host !== "" && outbound.port === 0 ? ["tokens.outbound.port is missing."] : []),
    ...(app_id === "" ? ["tokens.app_id is missing: it is the app_id of Jitsi's Prosody."] : []),
    ...(algorithm === "HS256" && app_secret === ""
      ? ["tokens.app_secret is missing: it is the app_secret of Jitsi's Prosody."]
      : []),
    ...(algorithm !== "HS256" && key_file === "" ? [`tokens.key_file is missing: ${algorithm} signs with a private key.`] : []),
  ];
}

/** A certificate for a public name is for a port that the public finds; what somebody set stays. */
function publicDefaults(settings: Settings, origins: ReadonlyMap<string, Origin>): Settings {
  if (settings.tls.mode !== "acme") return settings;
  const { websocket } = settings;
  const unset = (key: string) => origins.get(`websocket.${key}`) === "default";
  return {
    ...settings,
    websocket: { ...websocket, host: unset("host") ? "::" : websocket.host, port: unset("port") ? 443 : websocket.port },
  };
}

function strangers(keys: readonly Key[], env: Env): string[] {
  const known = new Set(keys.flatMap((key) => [key.env, ...(key.envFile ? [key.envFile] : [])]));
  return Object.keys(env)
    .filter((name) => name.startsWith("CHAT_") && !known.has(name) && !OTHER_VARIABLES.has(name))
    .flatMap((name) => {
      const near = closest(name, known);
      return near ? [`${name} is not read by anything. Did you mean ${near}?`] : [];
    });
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** False where something that is no section stands in the way; the schema complains about that. */
function putAt(root: Record<string, unknown>, path: string, value: unknown): boolean {
  const parts = path.split(".");
  const last = parts.pop()!;
  let at = root;
  for (const part of parts) {
    at[part] ??= {};
    const next = at[part];
    if (!isObject(next)) return false;
    at = next;
  }
  at[last] = value;
  return true;
}

/** One line of `chat config show`; `value` is undefined where a secret is set. */
export interface ShownSetting {
  readonly path: string;
  readonly value: unknown;
  readonly origin: Origin;
}

/** All settings in the schema's order, without the secrets. */
export const shownSettings = ({ settings, origins }: Loaded): ShownSetting[] =>
  describeSettings().map(({ path, secret }) => {
    const value = valueAt(settings, path);
    return { path, value: secret && value !== "" ? undefined : value, origin: origins.get(path) ?? "default" };
  });
