import { expect, test } from "bun:test";
import { join } from "node:path";

import { generate } from "../../scripts/generate.ts";

const root = join(import.meta.dir, "../..");
const remedy = "npm run generate";

test("the table of commands and their help are those of the folder", async () => {
  const { index, manifest, serveFlags, unit } = await generate();
  expect(await Bun.file(join(root, "commands/index.ts")).text(), remedy).toBe(index);
  expect(await Bun.file(join(root, "src/cli/manifest.gen.json")).text(), remedy).toBe(manifest);
  expect(await Bun.file(join(root, "src/cli/serve-flags.gen.json")).text(), remedy).toBe(serveFlags);
  expect(await Bun.file(join(root, "deploy/chat.service")).text(), remedy).toBe(unit);
});

test("what a plugin's author gets as types is what the server lends", async () => {
  const { types } = await generate();
  expect(await Bun.file(join(root, "src/plugins/chat-plugin.d.ts")).text(), remedy).toBe(types);
  expect(types).not.toContain("../");
  expect(types).toContain("  export interface Host<Options = unknown> {");
});

test("every command has a summary and an example, and every flag and argument an explanation", async () => {
  type Explained = { summary?: string; description?: string };
  type Entry = Explained & { examples?: string[]; flags: Record<string, Explained>; args: Record<string, Explained> };
  const { commands } = JSON.parse((await generate()).manifest) as { commands: Record<string, Entry> };
  for (const [id, { summary, examples, flags, args }] of Object.entries(commands)) {
    expect(summary, id).toMatch(/^[A-Z].*\.$/);
    expect(examples?.length, id).toBeGreaterThan(0);
    for (const [name, entry] of Object.entries({ ...flags, ...args }))
      expect(entry.summary ?? entry.description, `${id} ${name}`).toBeTruthy();
  }
});

test("no secret is taken as an argument, where others can read it: only from a file, standard input or the environment", async () => {
  type Entry = { flags: Record<string, { type: string }>; args: Record<string, unknown> };
  const { commands } = JSON.parse((await generate()).manifest) as { commands: Record<string, Entry> };
  const secret = /pass|secret|token|credential|private|code$/;
  const named = Object.entries(commands).flatMap(([id, { flags, args }]) => [
    ...Object.entries(flags).flatMap(([name, { type }]) => (type === "option" ? [`${id} --${name}`] : [])),
    ...Object.keys(args).map((name) => `${id} ${name}`),
  ]);
  expect(named.filter((one) => secret.test(one.split(" ")[1]!) && !one.endsWith("-file"))).toEqual([]);
});
