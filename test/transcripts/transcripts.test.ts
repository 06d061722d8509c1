import { test } from "bun:test";
import { Glob } from "bun";
import { join } from "node:path";
import { runTranscript } from "../support/transcript.ts";

const folder = import.meta.dir;
for (const file of [...new Glob("**/*.txt").scanSync(folder)].toSorted()) {
  const text = await Bun.file(join(folder, file)).text();
  const title = /^# (.*)$/m.exec(text)?.[1] ?? file;
  test(`${file.replace(/\.txt$/, "")}: ${title}`, () => runTranscript(text));
}
