import { expect, test } from "bun:test";
import { Glob } from "bun";
import { join } from "node:path";
import { deviations } from "../../src/wire/originchats/deviations.ts";

/** In a remark of a transcript or a comment of a test: `deviation: key, key`. */
const CITED = /^\s*(?:#|\/\/|\*).*?\bdeviation: ([a-z\d-]+(?:, [a-z\d-]+)*)/gm;

async function citations(): Promise<Map<string, string>> {
  const root = join(import.meta.dir, "..");
  const cited = new Map<string, string>();
  for (const file of new Glob("**/*.{ts,tsx,txt}").scanSync(root))
    for (const [, keys] of (await Bun.file(join(root, file)).text()).matchAll(CITED))
      for (const key of keys!.split(", ")) if (file !== "completeness/deviations.test.ts") cited.set(key, file);
  return cited;
}

test("each way in which this server differs from the reference is proven by a transcript or a test that names it", async () => {
  const cited = await citations();
  expect(Object.keys(deviations).filter((key) => !cited.has(key))).toEqual([]);
});

test("what a transcript or a test names as a deviation is one", async () => {
  const unknown = [...(await citations())].filter(([key]) => !Object.hasOwn(deviations, key));
  expect(unknown.map(([key, file]) => `${file}: ${key}`)).toEqual([]);
});
