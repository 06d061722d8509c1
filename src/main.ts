#!/usr/bin/env bun
import { version } from "../package.json";

const argv = process.argv.slice(2);
const [only] = argv;
if (argv.length === 1 && (only === "--version" || only === "-v")) {
  process.stdout.write(`chat ${version}\n`);
} else {
  try {
    const flags = only === "serve" ? (await import("./cli/serve-flags.ts")).plainServeFlags(argv.slice(1)) : undefined;
    if (flags) await (await import("../commands/_run-server.ts")).runServer(flags);
    else await (await import("./cli/run.ts")).runCommandLine(argv);
  } catch (error) {
    (await import("./cli/report.ts")).fail(error, argv);
  }
}
