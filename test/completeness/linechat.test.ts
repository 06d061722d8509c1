import { expect, test } from "bun:test";
import { Glob } from "bun";
import { join } from "node:path";
import { events, operations } from "../../src/domain/index.ts";
import { notOffered } from "../../src/wire/linechat/not-offered.ts";
import { testApp } from "../support/world.ts";

const folder = join(import.meta.dir, "../../src/wire/linechat");
const source = (
  await Promise.all([...new Glob("*.ts").scanSync(folder)].map((file) => Bun.file(join(folder, file)).text()))
).join("\n");
const exported = (name: string): string => {
  const [noun = "", verb = ""] = name.split(".");
  return `${noun} ${verb}`;
};

test("each event has a line of its own, or is kept silent on purpose", async () => {
  await using app = await testApp();
  expect(Object.keys(app.linechat.renderings).toSorted()).toEqual(events.map(({ name }) => name as string).toSorted());
});

test("the list of what is not offered names only things there are, and says why", () => {
  const nouns = new Set(operations.map(({ name }) => name.split(".")[0]!));
  expect(Object.keys(notOffered).filter((noun) => !nouns.has(noun))).toEqual([]);
  for (const [noun, why] of Object.entries(notOffered)) expect(why, noun).not.toBe("");
});

test("each kind of operation is offered in part or in full, or stands in that list", () => {
  const offered = new Set(["attendance", "direct-message", "session"]);
  const nouns = new Set(operations.map(({ name }) => exported(name).split(" ")[0]!));
  expect([...nouns].filter((noun) => !offered.has(noun) && !Object.hasOwn(notOffered, noun))).toEqual([]);
  for (const noun of offered) expect(source, noun).toMatch(new RegExp(`domain/(attendance|presence)/`));
});
