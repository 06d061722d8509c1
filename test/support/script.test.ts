import { expect, test } from "bun:test";

import { difference, parseScript } from "./script.ts";

const compare = (pattern: string, output: string) => difference(pattern.split("\n"), output, new Map());

test("a script is read into files, variables and command lines with what they print", () => {
  const script = parseScript(
    '# Shows.\nwrite a/b {x: 1}\nenv A=b c\n$ chat say "a b" c\nout\n\n! err\nexit 2\n\n$ chat status\n',
  );
  expect(script).toEqual({
    title: "Shows.",
    steps: [
      { kind: "write", path: "a/b", content: "{x: 1}" },
      { kind: "env", name: "A", value: "b c" },
      { kind: "run", line: 4, words: ["say", "a b", "c"], stdin: undefined, stdout: ["out", ""], stderr: ["err"], exits: [2] },
      { kind: "run", line: 10, words: ["status"], stdin: undefined, stdout: [""], stderr: [], exits: [0] },
    ],
  });
});

test.each(["$ chat x\n", "# t\nloose", "# t\nwrite ../x y", "# t\nexit 1"])("the script %j is refused", (text) => {
  expect(() => parseScript(text)).toThrow(/^line \d+: /);
});

test("output is compared line by line, whatever blank lines end it", () => {
  expect(compare("a\nb\n", "a\nb\n\n")).toBeUndefined();
  expect(compare("a", "a\nb")).toBe("unexpected line: b");
  expect(compare("a\nb", "a")).toBe("missing line: b");
  expect(compare("a.c", "abc")).toBe('wanted "a.c", got "abc"');
});

test("a name in brackets stands for the same text everywhere", () => {
  expect(compare("<id> and <id>", "7 and 7")).toBeUndefined();
  expect(compare("<id>\n<id>", "7\n8")).toBe('wanted "<id>", got "8"');
});

test("dots in brackets stand for anything, also for lines", () => {
  expect(compare("a\n<…>\nz", "a\nb\nc\nz")).toBeUndefined();
  expect(compare("a\n<…>", "a")).toBeUndefined();
  expect(compare("a <…>, b <…>", "a 1, b 2")).toBeUndefined();
  expect(compare("<…>\nid <id>\nlast <id>", "id 1\nid 2\nlast 2")).toBeUndefined();
  expect(compare("a\n<…>\nz", "a\nb")).toBe("nothing matches after <…>: z");
});
