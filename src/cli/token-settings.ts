import { type Env, loadSettings } from "../config/load.ts";
import type { Settings } from "../config/schema.ts";

/** The setting that holds the secret of each kind. */
const SECRET_OF = {
  jitsi: "tokens.app_secret",
  livekit: "tokens.livekit.api_secret",
  session: "tokens.session_secret",
} as const;

/**
 * The settings for tokens, with what the command itself says. No data folder is needed; without one the environment and the defaults count.
 * @param secret for all of `kinds`, instead of the one that is set
 * @throws ConfigError
 */
export function tokenSettings(
  { dataDir, env, configFile }: { readonly dataDir: string; readonly env: Env; readonly configFile: string | undefined },
  kinds: readonly (keyof typeof SECRET_OF)[],
  secret: string | undefined,
  more: Readonly<Record<string, unknown>>,
): Settings {
  const secrets = secret === undefined ? {} : Object.fromEntries(kinds.map((kind) => [SECRET_OF[kind], secret]));
  // Whether the doors for game servers could open is not this command's business.
  const flags = { ...more, ...secrets, "tokens.enabled": false };
  return loadSettings({ dataDir, env, flags, ...(configFile ? { file: configFile } : {}) }).settings;
}
