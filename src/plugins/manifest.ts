import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, join, resolve, sep } from "node:path";
import { z } from "zod";
import { PluginName, Rights } from "../domain/plugins/plugin.ts";

/** What stands in the way of a plugin, as a sentence for the operator. */
export class PluginUnusable extends Error {
  override name = "PluginUnusable";
}

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly rights: Rights;
  /** The file to load, relative to the package. */
  readonly entry: string;
}

/** `package.json` as far as it is about the plugin: `chat: { name?, entry?, rights }`. */
const Package = z.lazy(() =>
  z.looseObject({
    name: z.string().max(214),
    version: z.string().max(100).default("0.0.0"),
    description: z.string().max(500).default(""),
    main: z.string().max(500).optional(),
    module: z.string().max(500).optional(),
    exports: z.unknown().optional(),
    chat: z.strictObject({
      name: PluginName.optional(),
      entry: z.string().max(500).optional(),
      rights: Rights.prefault({}),
    }),
  }),
);

const LARGEST_PACKAGE_JSON = 1_048_576;

/** Reads the manifest of a package's folder. @throws {PluginUnusable} */
export function readManifest(folder: string): Manifest {
  const path = join(folder, "package.json");
  let json: unknown;
  try {
    if (statSync(path).size > LARGEST_PACKAGE_JSON) throw new PluginUnusable(`${path} is too large.`);
    json = JSON.parse(readFileSync(path, "utf8"));
  } catch (why) {
    if (why instanceof PluginUnusable) throw why;
    throw new PluginUnusable(`${path} cannot be read: ${(why as Error).message}.`);
  }
  if (typeof json !== "object" || json === null || !("chat" in json))
    throw new PluginUnusable(
      `${basename(folder)} is no plugin of chat: its package.json has no section "chat" with the rights it asks for ("chat": { "rights": {} }).`,
    );
  const parsed = Package.safeParse(json);
  if (!parsed.success) throw new PluginUnusable(`${path} is not right: ${z.prettifyError(parsed.error)}`);
  const { name, version, description, chat, main, module, exports } = parsed.data;
  const short = chat.name ?? name.replace(/^@[^/]*\//, "").replace(/^chat-plugin-/, "");
  if (!PluginName.safeParse(short).success)
    throw new PluginUnusable(
      `${JSON.stringify(short)} is no name for a plugin: small letters, digits and single hyphens; set chat.name in its package.json.`,
    );
  const entry = [chat.entry, entryOf(exports), module, main, "index.ts", "index.js", "index.mjs"].find(
    (file): file is string => file !== undefined && existsSync(join(folder, file)),
  );
  if (entry === undefined) throw new PluginUnusable(`${name} has no file to load: neither exports nor main nor index.ts.`);
  within(folder, entry);
  return { name: short, version, description, rights: chat.rights, entry };
}

/** The path of a file that must lie in a folder, links followed. @throws {PluginUnusable} */
export function within(folder: string, file: string): string {
  const root = realpathSync(folder);
  const path = resolve(root, file);
  if (!existsSync(path)) throw new PluginUnusable(`${file} is not there.`);
  const real = realpathSync(path);
  if (real !== root && !real.startsWith(root + sep)) throw new PluginUnusable(`${file} leads out of the plugin's folder.`);
  return real;
}

/** What `import` of the package would load. */
function entryOf(exports: unknown): string | undefined {
  if (typeof exports === "string") return exports;
  if (typeof exports !== "object" || exports === null) return undefined;
  const map = exports as Record<string, unknown>;
  return entryOf(map["."] ?? map["bun"] ?? map["import"] ?? map["default"]);
}

/** A single file says what it is in its first comment: a comment of several lines that begins with `chat:` and goes on with JSON5. @throws {PluginUnusable} */
export function readFileManifest(path: string): { readonly json: unknown; readonly file: string } {
  const source = readFileSync(path, "utf8").slice(0, LARGEST_PACKAGE_JSON);
  const [, text] = /^\s*\/\*+\s*chat:([\s\S]*?)\*\//.exec(source) ?? [];
  if (text === undefined)
    throw new PluginUnusable(
      `${basename(path)} does not say what it may do. A single file begins with a comment like /* chat: { name: "greeter", version: "1.0.0", rights: { operations: ["message.send"] } } */`,
    );
  let said: Record<string, unknown>;
  try {
    said = Bun.JSON5.parse(text) as Record<string, unknown>;
  } catch (why) {
    throw new PluginUnusable(`The first comment of ${basename(path)} is not JSON5: ${(why as Error).message}.`);
  }
  const { name, version, description, ...chat } = said;
  const file = `index${/\.[cm]?[jt]sx?$/.exec(path)?.[0] ?? ".ts"}`;
  return {
    json: {
      name: name ?? basename(path).replace(/\.[^.]*$/, ""),
      version,
      description,
      type: "module",
      chat: { ...chat, entry: file },
    },
    file,
  };
}
