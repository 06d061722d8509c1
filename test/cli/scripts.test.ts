import { expect, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { buildBinary } from "../../scripts/build.ts";
import { temporaryFolder } from "../support/folder.ts";
import { difference, parseScript, type Step } from "../support/script.ts";

/** The compiled program, on a machine where there is nothing else. */
const { path: binary } = await buildBinary();

for (const file of readdirSync(import.meta.dir).filter((name) => name.endsWith(".txt"))) {
  const { title, steps } = parseScript(readFileSync(join(import.meta.dir, file), "utf8"));
  test(`${file}: ${title}`, () => play(file, steps));
}

async function play(file: string, steps: readonly Step[]): Promise<void> {
  using folder = temporaryFolder();
  const env: Record<string, string> = { PATH: "/nonexistent", HOME: folder.path, TMPDIR: folder.path };
  const bound = new Map([["<folder>", folder.path]]);
  for (const step of steps) {
    if (step.kind === "env") env[step.name] = step.value;
    else if (step.kind === "write") {
      const path = join(folder.path, step.path);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, `${step.content}\n`, { mode: 0o600 });
    } else {
      const run = Bun.spawn([binary, ...step.words], { cwd: folder.path, env, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
      const [stdout, stderr, exit] = await Promise.all([
        new Response(run.stdout).text(),
        new Response(run.stderr).text(),
        run.exited,
      ]);
      const found = { stdout: difference(step.stdout, stdout, bound), stderr: difference(step.stderr, stderr, bound), exit };
      expect(found, `${file}:${step.line}\n${stdout}${stderr}`).toEqual({
        stdout: undefined,
        stderr: undefined,
        exit: step.exit,
      });
    }
  }
}
