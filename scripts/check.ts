// `npm run check`: everything that can be said about the code without running the product. Each step runs even when one before it failed.
import { existsSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dir, "..");
const bun = process.execPath;
const architecture = ["./test/architecture.test.ts"].filter((file) => existsSync(join(root, file)));
const steps: readonly [name: string, command: string[]][] = [
  // `--no-script`: without it `bun check` would run the npm script of that name, which is this file.
  ["types", [bun, "check", "--no-script"]],
  ["lint", [join(root, "node_modules/.bin/oxlint"), "--deny-warnings", "scripts", "src", "commands", "plugins", "test"]],
  ["format", [bun, "fmt", "--no-script", "--check"]],
  ...(architecture.length > 0 ? [["architecture", [bun, "test", ...architecture]] as [string, string[]]] : []),
];

const failed: string[] = [];
for (const [name, command] of steps) {
  console.log(`── ${name}`);
  const { exited } = Bun.spawn(command, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
  if ((await exited) !== 0) failed.push(name);
}
console.log(failed.length === 0 ? "check: all right" : `check: ${failed.join(", ")} failed`);
process.exitCode = failed.length === 0 ? 0 : 1;
