import { closeSync, openSync, readSync } from "node:fs";

import { type Env, loadSettings } from "../config/load.ts";
import type { Settings } from "../config/schema.ts";
import { CommandError, EXIT } from "./exit.ts";
import { fromStandardInput } from "./text-input.ts";

/** The setting that holds the secret of each kind. */
const SECRET_OF = {
  jitsi: "tokens.app_secret",
  livekit: "tokens.livekit.api_secret",
  session: "tokens.session_secret",
} as const;
type TokenKind = keyof typeof SECRET_OF;

const LARGEST_SECRET = 1000;

/** A secret from a file, without the line feed at its end. */
function secretFromFile(file: string): string {
  const bytes = new Uint8Array(LARGEST_SECRET + 2);
  let length: number;
  try {
    const open = openSync(file, "r");
    try {
      length = readSync(open, bytes);
    } finally {
      closeSync(open);
    }
  } catch (error) {
    throw new CommandError(`The secret file ${file} cannot be read: ${(error as Error).message}.`);
  }
  return checkedSecret(
    Buffer.from(bytes.subarray(0, length))
      .toString("utf8")
      .replace(/\r?\n$/, ""),
    file,
  );
}

function checkedSecret(secret: string, where: string): string {
  if (secret === "") throw new CommandError(`There is no secret in ${where}.`, EXIT.usage);
  if (secret.length > LARGEST_SECRET)
    throw new CommandError(`The secret in ${where} is longer than ${LARGEST_SECRET} characters.`, EXIT.usage);
  return secret;
}

/** Where the secret of a command comes from: never from an argument, where others can read it. */
export interface SecretFlags {
  readonly "secret-file"?: string | undefined;
  readonly "secret-stdin"?: boolean | undefined;
}

/**
 * The settings for tokens, with what the command itself says. No data folder is needed; without one the environment and the defaults count.
 * @throws ConfigError, CommandError
 */
export async function tokenSettings(
  { dataDir, env, configFile }: { readonly dataDir: string; readonly env: Env; readonly configFile: string | undefined },
  kinds: readonly TokenKind[],
  flags: SecretFlags,
  more: Readonly<Record<string, unknown>>,
): Promise<Settings> {
  const file = flags["secret-file"];
  const secret = file
    ? secretFromFile(file)
    : flags["secret-stdin"]
      ? checkedSecret(await fromStandardInput("The secret"), "standard input")
      : undefined;
  const secrets = secret === undefined ? {} : Object.fromEntries(kinds.map((kind) => [SECRET_OF[kind], secret]));
  // Whether the doors for game servers could open is not this command's business.
  const { settings } = loadSettings({
    dataDir,
    env,
    flags: { ...more, ...secrets, "tokens.enabled": false },
    ...(configFile ? { file: configFile } : {}),
  });
  return settings;
}
