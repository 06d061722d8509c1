#!/usr/bin/env bun
import { version } from "../package.json";

const argv = process.argv.slice(2);
const [only] = argv;
if (argv.length === 1 && (only === "--version" || only === "-v")) {
  process.stdout.write(`chat ${version}\n`);
} else {
  const { runCommandLine } = await import("./cli/run.ts");
  await runCommandLine(argv);
}
