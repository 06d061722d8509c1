import { expect, test } from "bun:test";
import { Glob } from "bun";
import { join } from "node:path";
import { events, operations } from "../../src/domain/index.ts";
import { notOffered } from "../../src/wire/linechat/not-offered.ts";
import { testApp } from "../support/world.ts";

/** Nouns all of whose operations this wire asks for. */
const IN_FULL = new Set(["attendance", "direct-message"]);
const nouns = new Set(operations.map(({ name }) => name.split(".")[0]!));

test("each event has a line of its own, or is kept silent on purpose", async () => {
  await using app = await testApp();
  expect(Object.keys(app.linechat.renderings).toSorted()).toEqual(events.map(({ name }) => name as string).toSorted());
});

test("each kind of operation is offered, or stands in the list with the reason why not", () => {
  expect([...nouns].filter((noun) => !IN_FULL.has(noun) && !notOffered[noun])).toEqual([]);
});

test("the list names only what there is, and nothing that is offered in full", () => {
  expect(Object.keys(notOffered).filter((noun) => !nouns.has(noun) || IN_FULL.has(noun))).toEqual([]);
});

test("every operation that the wire asks for is one there is", async () => {
  const folder = join(import.meta.dir, "../../src/wire/linechat");
  const files = await Promise.all([...new Glob("*.ts").scanSync(folder)].map((file) => Bun.file(join(folder, file)).text()));
  const asked = new Set(files.flatMap((text) => [...text.matchAll(/invoke\((\w+)/g)].map(([, name]) => name!)));
  const modules = files.join("\n");
  expect(asked.size).toBeGreaterThan(10);
  for (const name of asked) expect(modules).toMatch(new RegExp(`import \\{[^}]*\\b${name}\\b[^}]*\\} from "../../domain/`));
});
