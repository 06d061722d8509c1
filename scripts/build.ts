// Builds the binary: `npm run build [-- --target linux-arm64]`. Does nothing when it is there and was built from the same files.
import { mkdir, rename, rm } from "node:fs/promises";
import { join, relative, resolve } from "node:path";

const root = resolve(import.meta.dir, "..");
const ENTRY = join(root, "src/main.ts");
/** A thread needs a file to begin with; `thread.ts` beside it knows its place in the binary. */
const THREADS = ["src/plugins/worker.ts", "src/voice/worker.ts"].map((path) => join(root, path));
const TARGETS = [
  "linux-arm64",
  "linux-x64",
  "linux-x64-musl",
  "linux-arm64-musl",
  "darwin-arm64",
  "darwin-x64",
  "windows-x64",
] as const;
type Target = (typeof TARGETS)[number];

/** Ink imports react-devtools-core behind a condition that is never true here; the bundler wants to find it all the same. */
const noReactDevtools: Bun.BunPlugin = {
  name: "no-react-devtools",
  setup(build) {
    build.onResolve({ filter: /^react-devtools-core$/ }, () => ({ path: "react-devtools-core", namespace: "empty" }));
    build.onLoad({ filter: /.*/, namespace: "empty" }, () => ({
      contents: "export default { initialize() {}, connectToDevTools() {} };",
      loader: "js",
    }));
  },
};

/** oclif's CommonJS files use `__dirname`: the bundler would bake in a path of this machine, and the binary would look there at start. */
const oclifPaths: Bun.BunPlugin = {
  name: "oclif-paths",
  setup(build) {
    build.onLoad({ filter: /node_modules[/\\]@oclif[/\\]core[/\\]lib[/\\].*\.js$/ }, async ({ path }) => {
      const { version } = (await Bun.file(join(root, "node_modules/@oclif/core/package.json")).json()) as { version: string };
      const source = await Bun.file(path).text();
      const contents = source
        .replace("require('@oclif/core/package.json').version", JSON.stringify(version))
        .replaceAll(/\b__dirname\b/g, '"/$bunfs/root"');
      return { contents, loader: "js" };
    });
  },
};

/** Fingerprint of everything the binary is made from, by content: a checkout changes times, and deleting changes none. */
async function fingerprint(): Promise<string> {
  const hash = new Bun.CryptoHasher("sha256").update(Bun.version);
  const files = [...new Bun.Glob("{src,commands,plugins}/**/*").scanSync({ cwd: root, onlyFiles: true })].toSorted();
  for (const file of [...files, "scripts/build.ts", "package.json", "package-lock.json", "tsconfig.json"]) {
    hash.update(`\0${file}\0`).update(await Bun.file(join(root, file)).bytes());
  }
  return hash.digest("hex");
}

/**
 * Builds `dist/chat` for this machine, or `dist/chat-<target>` for another one, and returns its path.
 * The file appears whole or not at all; `fresh` tells that it was there already.
 */
export async function buildBinary(target?: Target): Promise<{ readonly path: string; readonly fresh: boolean }> {
  const windows = target ? target.startsWith("windows") : process.platform === "win32";
  const name = `chat${target ? `-${target}` : ""}${windows ? ".exe" : ""}`;
  const path = join(root, "dist", name);
  const stamp = join(root, "dist", `.${name}.inputs`);
  const inputs = await fingerprint();
  if ((await Bun.file(path).exists()) && (await Bun.file(stamp).exists()) && (await Bun.file(stamp).text()) === inputs) {
    return { path, fresh: true };
  }
  const folder = join(root, "dist", `.build-${process.pid}`);
  await mkdir(folder, { recursive: true });
  try {
    await Bun.build({
      entrypoints: [ENTRY, ...THREADS],
      root,
      compile: {
        outfile: join(folder, name),
        autoloadDotenv: false,
        autoloadBunfig: false,
        ...(target ? { target: `bun-${target}` as Bun.Build.CompileTarget } : {}),
      },
      format: "esm",
      bytecode: true,
      splitting: true,
      // Identifiers keep their names: bun writes `import("…").then((m) => toESM(m.default))` for a CommonJS module, and a minifier that calls
      // its helper `m` too makes that a call of the module (bun 1.4.4).
      minify: { whitespace: true, syntax: true, identifiers: false },
      sourcemap: "linked",
      define: { "process.env.NODE_ENV": '"production"' },
      plugins: [noReactDevtools, oclifPaths],
    });
    await refusePaths(join(folder, name));
    await rename(join(folder, name), path);
    await Bun.write(stamp, inputs);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return { path, fresh: false };
}

/** The binary must not know where it was built. */
async function refusePaths(path: string): Promise<void> {
  const bytes = Buffer.from(await Bun.file(path).bytes());
  const at = bytes.indexOf(`${root}/`);
  if (at !== -1) throw new Error(`The binary holds a path of this machine: ${bytes.subarray(at, at + 120).toString("latin1")}`);
}

if (import.meta.main) {
  const { parseArgs } = await import("node:util");
  const { target } = parseArgs({ options: { target: { type: "string" } } }).values;
  if (target !== undefined && !TARGETS.includes(target as Target)) {
    console.error(`There is no target ${target}; there are ${TARGETS.join(", ")}.`);
    process.exit(2);
  }
  const { path, fresh } = await buildBinary(target as Target | undefined);
  const megabytes = (Bun.file(path).size / 1_000_000).toFixed(1);
  console.log(`${relative(process.cwd(), path)} (${megabytes} MB${fresh ? ", as it was" : ""})`);
}
