import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, join, resolve } from "node:path";
import type { Installed } from "../domain/plugins/plugin.ts";
import { folderHash } from "./folder-hash.ts";
import { type Manifest, PluginUnusable, readFileManifest, readManifest, within } from "./manifest.ts";

export interface Fetching {
  /** Where plugins lie. */
  readonly folder: string;
  /** What the package manager may see of the environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where relative paths begin. */
  readonly cwd: string;
  /** Only from where it lies, not copied. */
  readonly link?: boolean;
}

/** A plugin that has been fetched and not yet put in place. Disposing of it removes what was fetched. */
export interface Fetched extends Disposable {
  readonly manifest: Manifest;
  readonly installed: Installed;
  /** Puts it where it is loaded from, in place of an older one; returns the way back. */
  place(): () => void;
}

const NPM = /^(@[a-z0-9][\w.-]*\/)?[a-z0-9][\w.-]*(@[\w.^~<>=*-]+)?$/i;
const GIT =
  /^(git\+(https?|ssh|file):\/\/|git:\/\/|ssh:\/\/|github:[\w.-]+\/|gitlab:[\w.-]+\/|https:\/\/[^\s]+\.git(#|$))[^\s]*$/;
const PASSED_ON =
  /^(PATH|HOME|TMPDIR|LANG|SSL_CERT_FILE|NODE_EXTRA_CA_CERTS|SSH_AUTH_SOCK|(npm_config|NPM_CONFIG|BUN_CONFIG)_\w+|(https?|no|all)_proxy)$/i;
/** The package manager may take as long, in milliseconds. */
const PATIENCE_MS = 300_000;
const SKIPPED = new Set(["node_modules", ".git", ".DS_Store"]);

/**
 * Fetches a plugin: a folder, a file (.ts, .js, .tgz), a git address, or a package's name. Nothing of it is run, neither now (no install
 * scripts) nor before it is put in place. @throws {PluginUnusable} with a sentence.
 */
export async function fetchPlugin(spec: string, from: Fetching): Promise<Fetched> {
  if (spec === "" || spec.length > 1000 || /[\0\n\r]/.test(spec) || spec.startsWith("-"))
    throw new PluginUnusable(`${JSON.stringify(spec)} names no plugin.`);
  const path = resolve(from.cwd, spec);
  // A bare word may be the name of a package; what is linked is a folder in any case.
  const local = existsSync(path) && (from.link || /^[./~]|[/\\]|\.(ts|js|mjs|tgz|tar\.gz)$/.test(spec)) && !GIT.test(spec);
  if (from.link) {
    if (!local || !statSync(path).isDirectory()) throw new PluginUnusable(`${spec} is no folder; only a folder can be linked.`);
    return linked(spec, path);
  }
  mkdirSync(from.folder, { recursive: true, mode: 0o700 });
  const staging = mkdtempSync(join(from.folder, ".fetching-"));
  try {
    const { root, integrity } = await fetchInto(staging, spec, local ? path : undefined, from);
    const manifest = readManifest(join(staging, root));
    const { version, description, rights } = manifest;
    const installed = { spec, version, description, root, linked: false, integrity, hash: folderHash(staging), rights };
    return {
      manifest,
      installed,
      place: () => place(from.folder, staging, manifest.name),
      [Symbol.dispose]: () => remove(staging),
    };
  } catch (why) {
    remove(staging);
    throw why;
  }
}

const remove = (path: string): void => rmSync(path, { recursive: true, force: true });

function linked(spec: string, root: string): Fetched {
  const manifest = readManifest(root);
  const { version, description, rights } = manifest;
  return {
    manifest,
    installed: { spec, version, description, root, linked: true, integrity: null, hash: null, rights },
    place: () => () => {},
    [Symbol.dispose]() {},
  };
}

/** Fills the staging folder; gives the package within it. */
async function fetchInto(
  staging: string,
  spec: string,
  path: string | undefined,
  from: Fetching,
): Promise<{ root: string; integrity: string | null }> {
  if (path && statSync(path).isDirectory()) {
    copyFolder(path, staging);
    readManifest(staging);
    const { dependencies } = JSON.parse(readFileSync(join(staging, "package.json"), "utf8")) as { dependencies?: object };
    if (dependencies && Object.keys(dependencies).length > 0) await bun(["install", "--production"], staging, from);
    return { root: ".", integrity: null };
  }
  if (path && /\.[cm]?[jt]s$/.test(path)) {
    const { json, file } = readFileManifest(path);
    writeFileSync(join(staging, "package.json"), JSON.stringify(json, null, 2));
    cpSync(path, join(staging, file));
    return { root: ".", integrity: null };
  }
  const archive = path && /\.(tgz|tar\.gz)$/.test(path);
  if (!archive && !GIT.test(spec) && !NPM.test(spec))
    throw new PluginUnusable(
      `${JSON.stringify(spec)} is neither a folder nor a file that is there, and neither the name of a package nor a git address (git+https://…).`,
    );
  writeFileSync(join(staging, "package.json"), `{ "private": true }`);
  let wanted = spec;
  if (archive) {
    cpSync(path, join(staging, "package.tgz"));
    wanted = "./package.tgz";
  }
  await bun(["add", "--exact", wanted], staging, from);
  const { dependencies = {} } = JSON.parse(readFileSync(join(staging, "package.json"), "utf8")) as { dependencies?: object };
  const [name, ...others] = Object.keys(dependencies);
  if (name === undefined || others.length > 0 || !/^(@[\w.-]+\/)?[\w.-]+$/.test(name) || /(^|\/)\.\.?(\/|$)/.test(name))
    throw new PluginUnusable(`${spec} is no package with a name of its own.`);
  const root = `node_modules/${name}`;
  within(staging, root);
  return { root, integrity: integrityOf(staging, name) };
}

/** What the package manager wrote down of the package it fetched. */
function integrityOf(staging: string, name: string): string | null {
  const lock = join(staging, "bun.lock");
  if (!existsSync(lock)) return null;
  const { packages = {} } = Bun.JSON5.parse(readFileSync(lock, "utf8")) as { packages?: Record<string, unknown[]> };
  const found = packages[name]?.find((part) => typeof part === "string" && /^sha\d+-/.test(part));
  return typeof found === "string" ? found : null;
}

function copyFolder(source: string, target: string): void {
  for (const name of readdirSync(source)) {
    if (SKIPPED.has(name)) continue;
    const found = lstatSync(join(source, name));
    if (found.isDirectory()) {
      mkdirSync(join(target, name));
      copyFolder(join(source, name), join(target, name));
    } else if (found.isFile()) cpSync(join(source, name), join(target, name));
  }
}

/** The program is its own package manager; no install script of anybody's is run. */
async function bun(words: readonly string[], cwd: string, { env, folder }: Fetching): Promise<void> {
  const passed = Object.fromEntries(Object.entries(env).filter(([name]) => PASSED_ON.test(name)));
  const child = Bun.spawn([process.execPath, ...words, "--ignore-scripts", "--no-progress", "--no-cache"], {
    cwd,
    env: { ...passed, BUN_BE_BUN: "1", BUN_INSTALL_CACHE_DIR: join(folder, ".cache"), NO_COLOR: "1" },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    timeout: PATIENCE_MS,
  });
  const [out, error, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  if (code === 0) return;
  const said = `${error}\n${out}`;
  if (/"?git"? is not installed|"git" executable|git.*not found|FileNotFound.*git/i.test(said))
    throw new PluginUnusable(
      "A git address needs the program git, which is not on this machine; install git, or fetch the folder yourself and install that.",
    );
  const lines = said.split("\n").filter((line) => /^error|: error/i.test(line));
  throw new PluginUnusable(`It could not be fetched: ${(lines.length > 0 ? lines : [said.trim()]).join("; ").slice(0, 500)}`);
}

function place(folder: string, staging: string, name: string): () => void {
  const target = join(folder, name);
  const old = `${staging}-old`;
  const replaces = existsSync(target);
  if (replaces) renameSync(target, old);
  renameSync(staging, target);
  return () => {
    remove(target);
    if (replaces) renameSync(old, target);
  };
}

/** Forgets what was replaced, and what was left half fetched. */
export function tidy(folder: string): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) if (name.startsWith(".fetching-")) remove(join(folder, name));
}

/** Takes the files of a plugin away; those of one that is linked stay where they are. */
export function removeFiles(folder: string, name: string): void {
  remove(join(folder, basename(name)));
}
