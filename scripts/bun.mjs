#!/usr/bin/env node
// Runs the pinned Bun from node_modules on a machine that has only node and npm, installing first what is missing.
// node_modules/.bin/bun is not trusted: it is a stub until Bun's postinstall has run, which npm 12 and `ignore-scripts` prevent.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, lstatSync, readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const modules = join(root, "node_modules");
const json = (path) => JSON.parse(readFileSync(path, "utf8"));
const wanted = json(join(root, "package.json")).devDependencies.bun;
const windows = process.platform === "win32";

/** The places where a working Bun may be, best first. */
function candidates() {
  const os = { linux: "linux", darwin: "darwin", win32: "windows", freebsd: "freebsd" }[process.platform];
  const cpu = { x64: "x64", arm64: "aarch64" }[process.arch];
  if (!os || !cpu) fail(`Bun has no build for ${process.platform}/${process.arch}; a 64-bit system is needed.`);
  const names = os === "linux" ? [`bun-linux-${cpu}`, `bun-linux-${cpu}-musl`] : [`bun-${os}-${cpu}`];
  return [
    ...names.map((name) => join(modules, "@oven", name, "bin", windows ? "bun.exe" : "bun")), // before its postinstall
    join(modules, "bun", "bin", "bun.exe"), // after it: the file is moved here, on every system
  ];
}

const findBun = () =>
  candidates().find((path) => existsSync(path) && spawnSync(path, ["--version"], { encoding: "utf8" }).stdout?.trim() === wanted);

/** Whether every package of package-lock.json is installed in its version. Optional ones depend on the system and do not count. */
function complete() {
  const lock = join(root, "package-lock.json");
  const installed = join(modules, ".package-lock.json");
  if (!existsSync(lock) || !existsSync(installed)) return false;
  const have = json(installed).packages ?? {};
  return Object.entries(json(lock).packages).every(
    ([path, entry]) => path === "" || entry.optional || entry.peer || have[path]?.version === entry.version,
  );
}

function install() {
  if (existsSync(modules) && lstatSync(modules).isSymbolicLink()) {
    console.error("node_modules is a link: dependencies are to be installed where it points to.");
    return;
  }
  console.error("Installing dependencies …");
  const command = existsSync(join(root, "package-lock.json")) ? "ci" : "install";
  const args = [command, "--include=dev", "--include=optional", "--no-audit", "--no-fund", "--loglevel=error"]; // also with NODE_ENV=production
  const cli = process.env.npm_execpath?.endsWith("npm-cli.js") ? process.env.npm_execpath : undefined;
  const options = { cwd: root, stdio: ["ignore", 2, 2] };
  const result = cli
    ? spawnSync(process.execPath, [cli, ...args], options)
    : spawnSync("npm", args, { ...options, shell: windows });
  if (result.error) fail(`npm could not be started: ${result.error.message}`);
  if (result.status !== 0) process.exit(result.status ?? 1);
}

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}

let bun = complete() ? findBun() : undefined;
if (!bun) {
  install();
  bun = findBun() ?? fail(`Bun ${wanted} is not under node_modules; is there an npm setting that omits optional dependencies?`);
}

const path = [dirname(bun), join(modules, ".bin"), process.env.PATH].join(delimiter);
const child = spawn(bun, process.argv.slice(2), { stdio: "inherit", env: { ...process.env, PATH: path } });
child.on("error", (error) => fail(`Bun could not be started: ${error.message}`));
for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
// A terminal sends Ctrl-C to the child as well; handing it on would make it the second one, which ends a server at once.
process.on("SIGINT", () => process.stdin.isTTY || child.kill("SIGINT"));
child.on("exit", (code, signal) => {
  if (!signal) process.exit(code ?? 1);
  for (const name of ["SIGTERM", "SIGHUP", "SIGINT"]) process.removeAllListeners(name);
  process.kill(process.pid, signal);
});
