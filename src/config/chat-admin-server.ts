import { readFileSync } from "node:fs";

/** Keys of a Chat Admin Server's file (reference/chat-admin-server.md, “Configuration”) and the settings they are. */
const KEYS = {
  "jitsi.domain": "tokens.domain",
  "jwt.app_id": "tokens.app_id",
  "jwt.secret": "tokens.app_secret",
  "inbound.host": "tokens.host",
  "inbound.port": "tokens.port",
  "outbound.host": "tokens.outbound.host",
  "outbound.port": "tokens.outbound.port",
} as const;

const LARGEST_FILE = 65_536;

/** A setting as the file gives it, and the name it has there. */
export interface Adopted {
  readonly path: string;
  readonly value: unknown;
  readonly name: string;
}

/**
 * What a Chat Admin Server's configuration sets here. Its published example has a comma too many, so it is read as JSON5.
 * A section that is missing is a door that stays closed; other keys are passed over, as that program does.
 * @throws {RangeError} with a sentence when the file cannot be used.
 */
export function readChatAdminServer(file: string): Adopted[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new RangeError(`tokens.config names ${file}, which cannot be read: ${(error as Error).message}.`);
  }
  if (text.length > LARGEST_FILE) throw new RangeError(`${file} is larger than ${LARGEST_FILE} characters.`);
  let sections: unknown;
  try {
    sections = Bun.JSON5.parse(text);
  } catch (error) {
    throw new RangeError(`${file} is not JSON: ${(error as Error).message}.`);
  }
  const inner = (name: string): Record<string, unknown> | undefined => {
    const found = (sections as Record<string, unknown> | null)?.[name];
    return typeof found === "object" && found !== null ? (found as Record<string, unknown>) : undefined;
  };
  const adopted: Adopted[] = Object.entries(KEYS).flatMap(([key, path]) => {
    const [section = "", name = ""] = key.split(".");
    const value = inner(section)?.[name];
    return value === undefined ? [] : [{ path, value, name: `${key} in ${file}` }];
  });
  return [
    { path: "tokens.enabled", value: true, name: file },
    { path: "tokens.listen", value: inner("inbound") !== undefined, name: `inbound in ${file}` },
    ...adopted,
  ];
}
