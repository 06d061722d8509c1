import { Glob } from "bun";
import { test } from "bun:test";
import { join } from "node:path";
import type { OpenStage } from "../support/stage.ts";
import { runTranscript } from "../support/transcript.ts";

const folder = import.meta.dir;
const files = [...new Glob("**/*.txt").scanSync(folder)].toSorted();
const texts = await Promise.all(files.map((file) => Bun.file(join(folder, file)).text()));

/** A test for each conversation of this folder. */
export function transcripts(openStage: OpenStage): void {
  for (const [at, file] of files.entries()) {
    const text = texts[at]!;
    const title = /^# (.*)$/m.exec(text)?.[1] ?? file;
    test(`${file.replace(/\.txt$/, "")}: ${title}`, () => runTranscript(text, openStage));
  }
}
