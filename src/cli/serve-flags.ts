import { existsSync } from "node:fs";
import { parseArgs, type ParseArgsConfig } from "node:util";

import declared from "./serve-flags.gen.json";

type Text = "host" | "port" | "tls" | "cert" | "key" | "tcp-port" | "log-format" | "log-level" | "data" | "socket" | "config";
type Switch = "ws" | "tcp" | "tokens" | "agree-tos" | "dashboard" | "json";
/** What follows `chat serve`, as commands/serve.ts declares it. */
export type ServeFlags = { readonly [flag in Text]?: string | undefined } & {
  readonly [flag in Switch]?: boolean | undefined;
} & { readonly domain?: string[] | undefined };

type Declared = {
  readonly type: "string" | "boolean";
  readonly multiple?: boolean;
  readonly allowed?: readonly string[];
  readonly file?: boolean;
};
const FLAGS: Readonly<Record<string, Declared>> = declared as Record<string, Declared>;

/**
 * What the words after `chat serve` say, read without oclif, which would stay in memory for as long as the server runs.
 * Undefined where they are not plainly flags, each once, with a value that is allowed and files that are there: then oclif answers, with help or what is wrong.
 */
export function plainServeFlags(words: readonly string[]): ServeFlags | undefined {
  let parsed;
  try {
    parsed = parseArgs({ args: [...words], options: FLAGS as ParseArgsConfig["options"] & {}, tokens: true });
  } catch {
    return undefined;
  }
  const seen = new Set<string>();
  for (const token of parsed.tokens) {
    if (token.kind !== "option") return undefined;
    const { multiple, allowed, file } = FLAGS[token.name]!;
    if (seen.has(token.name) && !multiple) return undefined;
    if (token.value === "" || (allowed && !allowed.includes(token.value!))) return undefined;
    if (file && !existsSync(token.value!)) return undefined;
    seen.add(token.name);
  }
  return parsed.values as ServeFlags;
}
