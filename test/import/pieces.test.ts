import { expect, test } from "bun:test";
import { join } from "node:path";
import { objectsIn, piecesOf } from "../../src/import/originchats/pieces.ts";
import { temporaryFolder } from "../support/folder.ts";

async function pieces(content: string | Uint8Array): Promise<[number, string | undefined][]> {
  using folder = temporaryFolder();
  const path = join(folder.path, "file");
  await Bun.write(path, content);
  const all: [number, string | undefined][] = [];
  for await (const some of piecesOf(path)) for (const { line, text } of some) all.push([line, text]);
  return all;
}

test("lines come without their padding, blank ones not at all, each with its number", async () => {
  expect(await pieces('{"a":1}     \n\n   \r\n{"b":2}')).toEqual([
    [1, '{"a":1}'],
    [4, '{"b":2}'],
  ]);
  expect(await pieces("")).toEqual([]);
  expect(await pieces(" \n\n")).toEqual([]);
});

test("letters that a chunk's end cuts through come whole", async () => {
  const line = `{"content":"${"ü€😀".repeat(300_000)}"}`;
  expect(await pieces(`${line}\n${line}`)).toEqual([
    [1, line],
    [2, line],
  ]);
  const list = `[${line},\n${line}]`;
  expect(await pieces(list)).toEqual([
    [1, line],
    [2, line],
  ]);
});

test("a list gives its objects, whatever stands in their texts, and what was appended to it later", async () => {
  const odd = '{"a":"} ] \\" {","b":{"c":[{}]}}';
  expect(await pieces(`\n [ ${odd} ,\n{"d":1}\n]\n{"e":2}`)).toEqual([
    [2, odd],
    [3, '{"d":1}'],
    [5, '{"e":2}'],
  ]);
});

test("the rest of a list that was cut off is given as it is", async () => {
  expect(await pieces('[{"a":1},{"b":"tor')).toEqual([
    [1, '{"a":1}'],
    [1, '{"b":"tor'],
  ]);
});

test("a line longer than anything a server writes is named, not kept", async () => {
  const found = await pieces(Buffer.concat([Buffer.alloc(17 * 1024 * 1024, "x"), Buffer.from('\n{"a":1}')]));
  expect(found).toEqual([
    [1, undefined],
    [2, '{"a":1}'],
  ]);
});

test("whole objects are found in a damaged text", () => {
  expect(objectsIn('{"a":1}   {"b":2}x')).toEqual([{ a: 1 }, { b: 2 }]);
  expect(objectsIn('{"a":"tor{"b":"whole"}')).toEqual([{ b: "whole" }]);
  expect(objectsIn('ng"}{"b":"}"}')).toEqual([{ b: "}" }]);
  expect(objectsIn("{".repeat(10_000))).toEqual([]);
});
