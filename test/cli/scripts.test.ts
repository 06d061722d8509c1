import { expect, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { buildBinary } from "../../scripts/build.ts";
import { temporaryFolder } from "../support/folder.ts";
import { difference, parseScript, type Step } from "../support/script.ts";
import { type ServerProcess, startServer } from "../support/server.ts";

/** The compiled program, on a machine where there is nothing else. */
const { path: binary } = await buildBinary();

for (const file of readdirSync(import.meta.dir).filter((name) => name.endsWith(".txt"))) {
  const { title, steps } = parseScript(readFileSync(join(import.meta.dir, file), "utf8"));
  if (!steps.some(({ kind }) => kind === "both")) test(`${file}: ${title}`, () => play(file, steps, false));
  else
    for (const running of [true, false])
      test(`${file}, ${running ? "on a running server" : "on the data folder"}: ${title}`, () => play(file, steps, running));
}

async function play(file: string, steps: readonly Step[], running: boolean): Promise<void> {
  using folder = temporaryFolder();
  const env: Record<string, string> = { PATH: "/nonexistent", HOME: folder.path, TMPDIR: folder.path, TZ: "UTC" };
  const place = { cwd: folder.path, env };
  const bound = new Map([["<folder>", folder.path]]);
  let server: ServerProcess | undefined;
  const end = async (signal: NodeJS.Signals): Promise<number> => {
    server!.signal(signal);
    const code = await server!.exited;
    server = undefined;
    return code;
  };
  try {
    for (const step of steps) {
      if (step.kind === "env") env[step.name] = step.value;
      else if (step.kind === "write") {
        const path = join(folder.path, step.path);
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, `${step.content}\n`, { mode: 0o600 });
      } else if (step.kind === "start") server = await startServer(binary, step.words, place);
      else if (step.kind === "end") expect(await end(step.signal), `${file}:${step.line}`).toBe(step.exit);
      else if (step.kind === "both") {
        server = await startServer(binary, [], place);
        if (!running) await end("SIGTERM");
      } else {
        const words = step.words.map((word) => bound.get(word) ?? word);
        const run = Bun.spawn([binary, ...words], {
          ...place,
          stdin: step.stdin === undefined ? "ignore" : new Blob([`${step.stdin}\n`]),
          stdout: "pipe",
          stderr: "pipe",
        });
        const [stdout, stderr, exit] = await Promise.all([
          new Response(run.stdout).text(),
          new Response(run.stderr).text(),
          run.exited,
        ]);
        const found = { stdout: difference(step.stdout, stdout, bound), stderr: difference(step.stderr, stderr, bound) };
        expect(found, `${file}:${step.line}\n${stdout}${stderr}`).toEqual({
          stdout: undefined,
          stderr: undefined,
        });
        expect(step.exits, `${file}:${step.line}`).toContain(exit);
      }
    }
  } finally {
    if (server) await end("SIGTERM");
  }
}
