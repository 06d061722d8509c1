import { dirname, posix } from "node:path";

/** One import as it stands in a file. */
interface Import {
  /** What is imported, relative to the repository's root and without `.ts`; a package by its name. */
  readonly target: string;
  /** True when nothing of it remains at run time. */
  readonly typeOnly: boolean;
}

const STATEMENT = /^[ \t]*(?:import|export)\s+((?:type\s+)?(?:[\w*{}$,\s]+?)\s+from\s+)?["']([^"'\n]+)["']/gm;
const CALL = /\b(?:import|require)\(\s*["'`]([^"'`\n]+)["'`]/g;

/** Every import of a source: statements, re-exports, and calls of `import()`. */
export function importsOf(file: string, source: string): Import[] {
  const named = (path: string) => (path.startsWith(".") ? posix.join(dirname(file), path).replace(/\.(ts|tsx|js)$/, "") : path);
  const found: Import[] = [];
  for (const { 1: clause = "", 2: path } of source.matchAll(STATEMENT)) {
    const names = /^\{([\s\S]*)\}\s+from\s+$/.exec(clause)?.[1];
    const eachIsType = names?.split(",").every((name) => !name.trim() || /^type\s/.test(name.trim()));
    found.push({ target: named(path!), typeOnly: /^type\s/.test(clause) || eachIsType === true });
  }
  for (const { 1: path } of source.matchAll(CALL)) found.push({ target: named(path!), typeOnly: false });
  return found;
}

/** The area a file belongs to; areas are what the arrows run between. */
function areaOf(file: string): string {
  if (/^src\/wire\/[^/]+\//.test(file)) return file.split("/").slice(0, 3).join("/");
  if (file === "src/wire/wire.ts") return file;
  if (/^src\/[^/]+\//.test(file)) return file.split("/").slice(0, 2).join("/");
  return file.startsWith("src/") ? file : file.split("/")[0]!;
}

interface Arrows {
  /** Where imports may point; `type ` before it when only types may be taken. A folder stands for all in it. */
  readonly to: readonly string[];
  /** Why not elsewhere. */
  readonly because: string;
  /** Packages and system modules; without it all are free. */
  readonly packages?: readonly string[];
}

const SETTINGS = "type src/config/schema";
const WIRE: Arrows = {
  to: ["src/wire/wire", "src/domain", "src/kernel", SETTINGS],
  because: "a wire translates: what it wants to know or do is an operation",
  packages: ["zod"],
};

/** ARCHITECTURE §1.1. An area may always import itself. */
const ARROWS: Readonly<Record<string, Arrows>> = {
  "src/kernel": {
    to: [
      "type src/storage/store",
      "type src/storage/blobs",
      "type src/net/guarded-fetch",
      "type src/net/web-push",
      "type src/net/rotur",
      SETTINGS,
    ],
    because: "the kernel is the machine, with no word of chat in it",
    packages: ["type zod"],
  },
  "src/domain": {
    to: [
      "src/kernel",
      "src/storage/store",
      "src/storage/meta",
      "type src/storage/blobs",
      SETTINGS,
      // What bytes are by themselves: functions of them alone.
      "src/media/image",
      "src/media/sniff",
      "src/media/lanes",
      "src/media/expiry",
      "src/media/serve-as",
      "src/media/strip/iso-media",
      "type src/net/web-push",
    ],
    because: "the domain knows neither wires, drivers, buses nor the machine it runs on; what it needs comes with the call",
    packages: ["zod", "node:crypto"],
  },
  "src/storage": { to: ["src/kernel"], because: "storage runs statements and does not know what they mean" },
  "src/bus": { to: ["type src/kernel"], because: "a bus carries what happened and knows nothing of it" },
  "src/realtime": {
    to: ["src/kernel", "src/wire/wire"],
    because: "the hub knows audiences and sessions, no protocol and no chat",
  },
  "src/wire/wire.ts": {
    to: ["type src/domain", "type src/kernel", "src/kernel/once"],
    because: "what all wires share is made of types",
  },
  "src/wire/control": { ...WIRE, packages: ["zod"] },
  // Files over HTTP: ranges, caching, and headers that keep them from acting. And what one client is among addresses.
  "src/wire/linechat": { ...WIRE, to: [...WIRE.to, "src/net/address"] },
  "src/wire/originchats": { ...WIRE, to: [...WIRE.to, "src/media/deliver", "src/media/serve-as", "src/net/address"] },
  "src/net": { to: [], because: "the listener knows nothing of chat" },
  "src/rotur": {
    to: ["src/kernel", "src/net/guarded-fetch", "type src/net/rotur"],
    because: "it asks another service who somebody is, and knows nothing of members",
    packages: ["node:crypto"],
  },
  "src/media": {
    to: ["src/kernel", "src/storage/blobs"],
    because: "pictures and films are bytes; whose they are is not asked here",
  },
  "src/import": {
    to: [
      "src/kernel",
      "src/domain",
      "src/storage/store",
      "src/storage/meta",
      "type src/storage/blobs",
      "src/media",
      "src/config",
    ],
    because: "an import reads another program's files and writes rows; where they go is opened by whoever calls it",
  },
  "src/export": {
    to: ["type src/storage/blobs", "type src/storage/snapshot", "src/storage/tar"],
    because: "an export writes down rows and bytes, and knows nothing of what may be done with them",
  },
  "src/config": { to: ["package.json"], because: "settings are read before anything else runs" },
  "src/voice": { to: ["src/kernel"], because: "a relay fills the port that the kernel declares, and knows nothing of chat" },
  "src/admin": {
    to: [
      "plugins",
      "src/kernel",
      "src/domain",
      "src/wire/control",
      "src/config",
      "src/storage",
      "src/net/guarded-fetch",
      "src/net/web-push",
      "src/rotur",
      "src/import",
      "src/export",
      "src/app",
    ],
    because: "the backend finds the running server or opens its closed data",
  },
  "src/backup": {
    to: ["src/config/data-folder", "src/config/folder-owner", "src/storage"],
    because: "a backup is files and a database, whatever they mean",
  },
  "src/doctor": {
    to: ["src/config", "src/kernel", "src/net", "src/storage", "type src/wire/control/protocol"],
    because: "the doctor looks at the machine and the settings, and changes nothing",
  },
  "src/cli": {
    to: ["src/config", "src/kernel", "src/admin", "commands", "package.json"],
    because: "the command line belongs to main",
  },
  "src/main.ts": {
    to: ["src/cli", "commands/_run-server", "package.json"],
    because: "main reads the arguments and hands them on",
  },
  "src/app.ts": {
    to: [
      "src/bus",
      "src/config",
      "src/domain",
      "src/kernel",
      "src/realtime",
      "src/storage",
      "src/wire",
      "src/tokens",
      "src/rotur",
      "type src/net",
      "src/voice",
      "src/plugins",
      "plugins",
    ],
    because: "the composition root puts the inside together, without doors",
  },
  "src/tokens": {
    to: ["src/kernel"],
    because: "a signer knows keys and signatures, not what claims mean",
    packages: ["jose", "node:crypto", "node:fs/promises"],
  },
  "src/serve-tokens.ts": {
    to: ["type src/config/schema", "src/kernel", "src/net", "src/wire/tokens"],
    because: "it gives the wire for tokens its sockets",
  },
  "src/serve-voice.ts": {
    to: ["type src/config/schema", "src/kernel", "src/net", "src/voice", "type src/wire/control/protocol"],
    because: "it gives the relay of calls its port",
  },
  "src/serve-plugins.ts": {
    to: ["plugins", "type src/app", "type src/config", "src/kernel", "src/net", "src/plugins"],
    because: "it gives plugins what they need of the machine",
  },
  "src/serve-linechat.ts": {
    to: ["type src/config/schema", "type src/kernel", "src/net", "type src/wire/linechat"],
    because: "it gives the line chat its sockets",
  },
  "src/serve-doors.ts": {
    to: [
      "type src/config/schema",
      "src/net",
      "type src/serve-linechat",
      "type src/serve-tokens",
      "type src/wire/control/protocol",
    ],
    because: "it says where the doors are, and opens none",
  },
  "src/serve.ts": { to: ["src", "package.json"], because: "serve gives the app its doors" },
  "src/plugins": { to: ["src/kernel", "src/domain"], because: "the host gives plugins operations and events" },
  "src/dashboard": {
    to: ["src/admin", "src/cli", "src/domain", "src/kernel", "src/terminal", "type src/wire/control/protocol"],
    because: "the dashboard is a client",
  },
  "src/connect": {
    to: ["src/cli", "src/kernel", "src/terminal"],
    because: "the terminal client knows a server by its wire alone, as any other client",
  },
  "src/web": {
    to: ["src/media/deliver"],
    because: "a page knows the server by its wire alone, as any other client",
    packages: [],
  },
  "src/terminal": { to: ["src/cli"], because: "what is drawn on a terminal does not know what it says" },
  commands: {
    to: [
      "src/admin",
      "src/import",
      "src/export",
      "src/backup",
      "src/doctor",
      "src/tokens",
      // Fetching and making plugins happens where the command runs.
      "src/plugins",
      "src/domain",
      "src/config",
      "src/cli",
      "src/kernel",
      "src/serve",
      "src/dashboard",
      "src/connect",
      // What `chat docs originchats` prints.
      "src/wire/originchats/described",
      "package.json",
    ],
    because: "a command parses, calls an operation and prints",
  },
  plugins: {
    to: ["type src/plugins/host", "type src/plugins/bundled"],
    because: "a bundled plugin is written as an outsider would write it",
  },
};

/** The innermost rules of the domain: only operations may use them. */
const INNER = /^src\/domain\/[^/]+\/(statements|access)$/;

/** The world is at hand only here; everywhere else it comes with the call or the construction. */
const FREE = new Set([
  "src/kernel/clock.ts",
  "src/kernel/ids.ts",
  "src/kernel/log.ts",
  "src/config/load.ts",
  "src/main.ts",
  "src/serve.ts",
]);
const EVERYWHERE: readonly (readonly [RegExp, string])[] = [
  [/\bDate\.now\b/, "Date.now"],
  [/\bnew Date(?!\(\s*[^\s)])/, "new Date()"],
  [/\bMath\.random\b/, "Math.random"],
  [/\bperformance\.now\b/, "performance.now"],
  [/\b(?:process|Bun|import\.meta)\.env\b/, "the environment"],
  [/(?<!["'`])\bconsole\.[a-z]/, "console"],
  [/\bset(?:Interval|Timeout)\s*\(/, "timers"],
];
/** Inside, nobody reaches for chance, network or files either. */
const INSIDE: readonly (readonly [RegExp, string])[] = [
  [/\b(?:randomUUID|getRandomValues|randomBytes|randomInt)\b|\bBun\.randomUUID/, "chance"],
  [/(?<![.\w])fetch\s*\(|\bBun\.(?:connect|listen|dns)\b|\bnew WebSocket\b/, "the network"],
  [/\bBun\.(?:file|write|serve|spawn|spawnSync|sleep|\$)/, "the machine"],
  [/\bprocess\.(?!env\b)/, "the process"],
];
const INSIDE_OF = /^src\/(?:kernel|domain|wire|realtime|bus)\//;
/** A command and the command line may look at their own process and its clock, and a page at the browser's. */
const OUTSIDE_OF = /^(?:commands|src\/web\/call|src\/cli|src\/dashboard|src\/connect|src\/admin|src\/net)\//;
/** Where real time is what the file is about. */
const TIMED: Readonly<Record<string, string>> = {
  "src/storage/postgres-connection.ts": "a database that falls silent is given up",
};
const OUTSIDE_MAY = new Set(["timers", "Date.now", "new Date()", "performance.now"]);

const transpilers = {
  ts: new Bun.Transpiler({ loader: "ts", deadCodeElimination: false }),
  tsx: new Bun.Transpiler({ loader: "tsx", deadCodeElimination: false }),
};
/** The source without types and comments. */
const bare = (file: string, source: string): string => transpilers[file.endsWith(".tsx") ? "tsx" : "ts"].transformSync(source);

const under = (target: string, place: string): boolean => target === place || target.startsWith(`${place}/`);

/** What is wrong with one file, each as `file → target: reason`; empty when it holds to the architecture. */
export function violations(file: string, source: string): string[] {
  const wrong: string[] = [];
  const area = areaOf(file);
  const arrows = ARROWS[area] ?? (area.startsWith("src/wire/") ? WIRE : undefined);
  if (!arrows) return [`${file}: the area ${area} has no arrows yet; give it some in test/support/arrows.ts`];
  for (const { target, typeOnly } of importsOf(file, source)) {
    const allows = (place: string) =>
      place.startsWith("type ") ? typeOnly && under(target, place.slice("type ".length)) : under(target, place);
    if (/^(src|commands|plugins|test|scripts)(\/|$)|^package\.json$|^\.\./.test(target)) {
      const own = area.replace(/\.ts$/, "");
      if (
        area.startsWith("src/wire/") &&
        /^src\/wire\/[^/]+\//.test(`${target}/`) &&
        !under(target, own) &&
        target !== "src/wire/wire"
      )
        wrong.push(`${file} → ${target}: one wire may not know another`);
      else if (INNER.test(target) && area !== "src/domain")
        wrong.push(`${file} → ${target}: only operations load and prove; call one`);
      else if (!under(target, own) && !arrows.to.some(allows)) wrong.push(`${file} → ${target}: ${arrows.because}`);
    } else if (arrows.packages && !arrows.packages.some(allows)) wrong.push(`${file} → ${target}: ${arrows.because}`);
  }
  if (FREE.has(file)) return wrong;
  const code = bare(file, source);
  const forbidden = [...EVERYWHERE, ...(INSIDE_OF.test(file) ? INSIDE : [])];
  for (const [pattern, what] of forbidden) {
    if ((OUTSIDE_OF.test(file) || file in TIMED) && OUTSIDE_MAY.has(what)) continue;
    if (pattern.test(code)) wrong.push(`${file}: reaches for ${what}; take it from the call`);
  }
  return wrong;
}
