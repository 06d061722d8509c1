import { expect, test } from "bun:test";
import { beginning, harmless, oneLine, padded, rowsOf, wrapped } from "../../../src/wire/linechat/text.ts";

test("nothing that moves, colours or answers is left of a text", () => {
  expect(harmless("a\x1b[2Jb\x1b[31;1mc\x1b]0;title\x07d\x1b]8;;http://x\x1b\\e\x1bPq\x1b\\f\x9b5mg\x9d1;x\x9ch")).toBe(
    "abcdefgh",
  );
  expect(harmless("a\x07b\x00c\x7fd\x85e")).toBe("abcd\ne");
  expect(harmless("a\u202eb\u2066c")).toBe("abc");
  expect(harmless("\x1b\x1b[[31m")).not.toContain("\x1b");
});
test("what is left after one pass has nothing to take out in a second", () => {
  for (const nasty of ["\x1b\x1b[[2J", "\x1b[\x1b[2J", "\x9b\x1b[", "\x1b]\x1b]x\x07y\x07", "\x1b(\x1b[2J"]) {
    const once = harmless(nasty);
    // oxlint-disable-next-line no-control-regex
    expect(once).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
  }
});
test("a name of several lines is one line", () => {
  expect(oneLine(" a\r\nb\tc ")).toBe("a b c");
});
test("names are padded by what they take on the screen, and never cut", () => {
  expect(padded("日本", 6)).toBe("日本  ");
  expect(padded("originChats", 4)).toBe("originChats");
});
test("a message of very many lines is shown in part", () => {
  expect(rowsOf("x\n".repeat(50).trim())).toHaveLength(13);
  expect(rowsOf("x\n".repeat(50).trim()).at(-1)).toBe("(38 more lines)");
});
test("a row is broken where the window ends, at a space if there is one, and characters stay whole", () => {
  expect(wrapped("one two three", 8)).toEqual(["one two", "three"]);
  expect(wrapped("日本日本日", 4)).toEqual(["日本", "日本", "日"]);
  expect(wrapped("x".repeat(10), 4)).toEqual(["xxxx", "xxxx", "xx"]);
});
test("the beginning of a long text says that it goes on", () => {
  expect(beginning("abcdef", 4)).toBe("abc…");
});
