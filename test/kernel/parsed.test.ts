import { expect, test } from "bun:test";
import { parsed } from "../../src/kernel/parsed.ts";

test("equal texts are read once, and what they say cannot be changed by anybody who was given it", () => {
  const text = `{"view":["user"],"none":null}`;
  const rules = parsed<{ view: string[] }>(text);
  expect(rules).toEqual({ view: ["user"], none: null } as never);
  expect(parsed<typeof rules>(text)).toBe(rules);
  expect(() => rules.view.push("guest")).toThrow(TypeError);
});

test("a text that says null, and one beyond keeping, are read like any other", () => {
  expect(parsed<unknown>("null")).toBeNull();
  const long = JSON.stringify(["x".repeat(20_000)]);
  expect(parsed<unknown>(long)).toEqual(JSON.parse(long));
});
