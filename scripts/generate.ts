// Scans commands/ and writes what the binary needs to know without loading a command:
// commands/index.ts (id → import), src/cli/manifest.gen.json (flags, arguments and help of each) and src/cli/serve-flags.gen.json. Besides, the
// systemd unit, and the types that plugins' authors get. A test compares each.
import { join } from "node:path";

import { type Command, Plugin } from "@oclif/core";

import { serviceUnit } from "../src/cli/service-unit.ts";
import { pjson } from "../src/cli/config.ts";

const root = join(import.meta.dir, "..");
/** Where plugins' types are made from. */
const HOST = join(root, "src/plugins/host.ts");
const WRITTEN = {
  index: join(root, "commands/index.ts"),
  manifest: join(root, "src/cli/manifest.gen.json"),
  serveFlags: join(root, "src/cli/serve-flags.gen.json"),
  unit: join(root, "deploy/chat.service"),
  types: join(root, "src/plugins/chat-plugin.d.ts"),
};

/** Command files by id: `config/show.ts` is `config:show`; what begins with an underscore is no command. */
function commandFiles(): [id: string, file: string][] {
  return [...new Bun.Glob("**/*.{ts,tsx}").scanSync(join(root, "commands"))]
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => file !== "index.ts" && !file.split("/").some((part) => part.startsWith("_")))
    .map((file): [string, string] => [
      file
        .replace(/\.tsx?$/, "")
        .replace(/\/index$/, "")
        .replaceAll("/", ":"),
      file,
    ])
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** The contents that the files should have. */
export async function generate(): Promise<Record<keyof typeof WRITTEN, string>> {
  const files = commandFiles();
  const loaders = files.map(([id, file]) => `  ${JSON.stringify(id)}: () => import("./${file}"),`);
  const index = [
    "// Written by scripts/generate.ts (`npm run generate`).",
    'import type { Command } from "@oclif/core";',
    "",
    "export const COMMANDS: Readonly<Record<string, () => Promise<{ default: Command.Class }>>> = {",
    ...loaders,
    "};",
    "",
  ].join("\n");
  const unit = serviceUnit({ program: "/usr/local/bin/chat", user: false, lowPorts: true, words: [] });
  const types = pluginTypes(await Bun.file(HOST).text());
  const commands = await manifest(files);
  return { index, unit, types, manifest: json({ commands }), serveFlags: json(flagsOf(commands["serve"]!)) };
}

/** The module `chat/plugin` in the words of the file that declares what it gives. */
function pluginTypes(host: string): string {
  const [, declarations] = host.split(/^\/\/ What a plugin of chat may import:.*\n\n/m);
  if (declarations === undefined) throw new Error(`${HOST} does not say where what plugins import begins.`);
  const body = declarations.trimEnd().replaceAll(/^(?=.)/gm, "  ");
  return `// Written by scripts/generate.ts (\`npm run generate\`).
/** What a plugin of chat may import. \`chat docs plugins\` explains it. */
declare module "chat/plugin" {
  export { z } from "zod";
  import type { z } from "zod";

${body}
  /** Gives a plugin's definition its types: \`export default plugin({ … })\`. */
  export function plugin<Schema extends z.ZodType>(definition: Plugin<Schema>): Plugin<Schema>;
}
`;
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 1)}\n`;

/** Flags as `parseArgs` takes them, besides which values are allowed. */
const flagsOf = ({ flags }: Command.Cached): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(flags).map(([name, flag]) => [
      name,
      flag.type === "boolean"
        ? { type: "boolean" }
        : { type: "string", short: flag.char, multiple: flag.multiple, allowed: flag.options, file: flag.helpValue === "<file>" },
    ]),
  );

/** What oclif knows of each command; it takes the classes from its cache, so that it reads no file. */
async function manifest(files: readonly [string, string][]): Promise<Record<string, Command.Cached>> {
  const commandCache: Record<string, Command.Class> = {};
  for (const [id, file] of files)
    commandCache[id] = ((await import(`../commands/${file}`)) as { default: Command.Class }).default;
  const plugin = new Plugin({
    root,
    isRoot: true,
    ignoreManifest: true,
    errorOnManifestCreate: true,
    respectNoCacheDefault: true,
    pjson: { ...pjson, oclif: { ...pjson.oclif, commands: { strategy: "explicit", target: "commands/index.ts" } } },
  });
  Object.assign(plugin, { commandCache });
  await plugin.load();
  return plugin.manifest.commands;
}

if (import.meta.main) {
  const contents = await generate();
  for (const [what, path] of Object.entries(WRITTEN)) await Bun.write(path, contents[what as keyof typeof WRITTEN]);
}
