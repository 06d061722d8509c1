import { expect, test } from "bun:test";
import { Refusal } from "../../src/kernel/refusal.ts";
import { refuseNested, storable } from "../../src/kernel/storable.ts";

test("what every database keeps is passed on as the same value", () => {
  const input = { content: "Grüße 😀\n\u0001", list: ["a", { b: null, c: 1.5, d: true }], none: undefined };
  expect(storable(input)).toBe(input);
});

test("half of a surrogate pair and NUL become the replacement character, in values and in keys", () => {
  expect(storable({ content: "a\ud800b\0", list: ["\udc00x"], "k\0": 1 })).toEqual({
    content: "a\uFFFDb\uFFFD",
    list: ["\uFFFDx"],
    "k\uFFFD": 1,
  });
});

test("a key that names the prototype stays a key", () => {
  const kept = storable(JSON.parse('{"__proto__":{"polluted":"\\ud800"}}')) as object;
  expect(Object.getPrototypeOf(kept)).toBe(Object.prototype);
  expect(Object.keys(kept)).toEqual(["__proto__"]);
  expect("polluted" in {}).toBe(false);
});

test("values that stand too deeply in each other are refused, not followed", () => {
  const deep = JSON.parse("[".repeat(5000) + "]".repeat(5000));
  expect(() => refuseNested({ deep })).toThrow(new Refusal("invalid-input", "input.nested"));
  expect(() => refuseNested(JSON.parse("[".repeat(30) + "]".repeat(30)))).not.toThrow();
});

test("bytes are not followed one by one", () => {
  const bytes = new Uint8Array(1);
  Object.defineProperty(bytes, "trap", { enumerable: true, get: () => expect.unreachable("somebody looked into the bytes") });
  refuseNested({ bytes });
});
